package dev.berth.manager.move;

import dev.berth.common.id.HostId;

/** What became of a container that was to leave its host. */
sealed interface Outcome {

  /** It is on that host now. */
  record Moved(HostId to) implements Outcome {}

  /** It is where it was, as it was; another try makes no difference until something changes. */
  record Stays(String why) implements Outcome {}

  /** It is where it was, as it was; another try may do better. */
  record Failed(String why) implements Outcome {}
}
