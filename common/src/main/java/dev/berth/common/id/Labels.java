package dev.berth.common.id;

import java.util.List;
import java.util.Locale;

/** The labels by which Berth marks what it owns on an engine; tenants neither set nor see them. */
public final class Labels {
  public static final String PREFIX = "berth.";

  /** The tenant that owns the object. */
  public static final String TENANT = "berth.tenant";

  /** The {@link RecordId} of the container, volume or network. */
  public static final String RECORD = "berth.record";

  /** What the tenant called the image that the container was made of. */
  public static final String IMAGE = "berth.image";

  /** On the network that a host has as a tenant's default one: {@code true}. */
  public static final String DEFAULT_NETWORK = "berth.default-network";

  /** On a container that was made without a network mode: the mode that an engine shows then. */
  public static final String NETWORK_MODE = "berth.network-mode";

  /** The port bindings that a container was made with, where Berth has chosen open ones. */
  public static final String PORTS = "berth.ports";

  /** What a container's user said of its place, a JSON array: it holds wherever that goes. */
  public static final String HINTS = "berth.hints";

  /** The platform that a create call asked for, as linux/arm64: it holds wherever that goes. */
  public static final String PLATFORM = "berth.platform";

  /** On a container that takes another's place: whose, and what is to become of it. */
  public static final String MOVE = "berth.move";

  /** On such a container: the image of what the other had written, which goes with it. */
  public static final String MOVED_IMAGE = "berth.moved-image";

  /** Those that a container may have. */
  public static final List<String> OF_CONTAINERS =
      List.of(TENANT, RECORD, IMAGE, NETWORK_MODE, PORTS, HINTS, PLATFORM, MOVE, MOVED_IMAGE);

  private Labels() {}

  /** Whether a label is Berth's own, in any case of letters. */
  public static boolean isReserved(String label) {
    return label.toLowerCase(Locale.ROOT).startsWith(PREFIX);
  }
}
