package dev.berth.agent.doctor;

import java.io.IOException;
import java.util.Optional;

/** Looks at one thing of the machine, and changes nothing. */
interface Check {
  Finding look();

  /**
   * Mends what it found, where that is a sysctl, a module or a permission, and says what it did;
   * empty when it is not for a program to mend.
   */
  default Optional<String> mend() throws IOException {
    return Optional.empty();
  }
}
