package dev.berth.common.record;

/**
 * A volume or network that ought to exist: written before its engine is asked, settled afterwards.
 * It is the claim on the object's name, and says whose the object is.
 */
public sealed interface Claim permits VolumeRecord, NetworkRecord {

  /** How far an object has come. */
  enum State {
    /** Placed; the engine may or may not have it. */
    PENDING,
    /** The engine has it. */
    SETTLED
  }

  /** The {@link dev.berth.common.id.RecordId} of the object. */
  String id();

  String tenant();

  /** Its name in the tenant. */
  String name();

  /** Where it is. */
  String host();

  State state();

  /** When the record was written, in milliseconds since 1970. */
  long created();

  /** In which it was placed. */
  long epoch();
}
