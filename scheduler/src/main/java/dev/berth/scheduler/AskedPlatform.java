package dev.berth.scheduler;

import java.util.Locale;
import java.util.Optional;

/**
 * An operating system, an architecture, or both, in the words of image indexes: {@code
 * linux/arm64}. What engines say of themselves, as {@code aarch64}, means the same. A variant is
 * not looked at: engines do not tell theirs.
 *
 * @param os empty for any
 * @param architecture empty for any
 */
public record AskedPlatform(Optional<String> os, Optional<String> architecture) {

  public AskedPlatform {
    os = os.map(word -> word.toLowerCase(Locale.ROOT));
    architecture = architecture.map(AskedPlatform::plain);
  }

  /**
   * Reads {@code os}, {@code architecture}, {@code os/architecture} or {@code
   * os/architecture/variant}; empty when nothing is asked for.
   */
  public static Optional<AskedPlatform> of(String text) {
    if (text.isBlank()) {
      return Optional.empty();
    }
    String[] parts = text.split("/", -1);
    if (parts.length > 1) {
      return Optional.of(new AskedPlatform(asked(parts[0]), asked(parts[1])));
    }
    String word = text.toLowerCase(Locale.ROOT);
    boolean isOs = word.equals("linux") || word.equals("windows") || word.equals("freebsd");
    return Optional.of(
        isOs
            ? new AskedPlatform(Optional.of(word), Optional.empty())
            : new AskedPlatform(Optional.empty(), Optional.of(word)));
  }

  private static Optional<String> asked(String part) {
    return Optional.of(part).filter(word -> !word.isEmpty());
  }

  /** Whether a host that says this of itself will do. */
  public boolean isServedBy(String hostOs, String hostArchitecture) {
    return os.filter(word -> !word.equals(hostOs.toLowerCase(Locale.ROOT))).isEmpty()
        && architecture.filter(word -> !word.equals(plain(hostArchitecture))).isEmpty();
  }

  private static String plain(String architecture) {
    String word = architecture.toLowerCase(Locale.ROOT);
    return switch (word) {
      case "x86_64", "x86-64" -> "amd64";
      case "aarch64" -> "arm64";
      case "armhf", "armel", "armv6l", "armv7l" -> "arm";
      case "i386", "i686", "x86" -> "386";
      default -> word;
    };
  }

  @Override
  public String toString() {
    return os.orElse("*") + "/" + architecture.orElse("*");
  }
}
