package dev.berth.scheduler;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * An operating system, an architecture, or both, in the words of image indexes: {@code
 * linux/arm64}. What engines say of themselves, as {@code aarch64}, means the same. A variant is
 * not looked at: engines do not tell theirs.
 *
 * @param os empty for any
 * @param architecture empty for any
 */
public record AskedPlatform(Optional<String> os, Optional<String> architecture) {
  private static final int MOST_PARTS = 3;
  private static final String COMPONENT = "^[A-Za-z0-9_-]+$";

  private static final Set<String> SYSTEMS =
      Set.of(
          "aix",
          "android",
          "darwin",
          "dragonfly",
          "freebsd",
          "hurd",
          "illumos",
          "ios",
          "js",
          "linux",
          "macos",
          "nacl",
          "netbsd",
          "openbsd",
          "plan9",
          "solaris",
          "windows",
          "zos");

  private static final Set<String> ARCHITECTURES =
      Set.of(
          "386",
          "amd64",
          "amd64p32",
          "arm",
          "arm64",
          "arm64be",
          "armbe",
          "loong64",
          "mips",
          "mips64",
          "mips64le",
          "mips64p32",
          "mips64p32le",
          "mipsle",
          "ppc",
          "ppc64",
          "ppc64le",
          "riscv",
          "riscv64",
          "s390",
          "s390x",
          "sparc",
          "sparc64",
          "wasm");

  public AskedPlatform {
    os = os.map(word -> word.toLowerCase(Locale.ROOT));
    architecture = architecture.map(AskedPlatform::plain);
  }

  /**
   * Reads {@code os}, {@code architecture}, {@code os/architecture} or {@code
   * os/architecture/variant}; empty when nothing is asked for.
   *
   * @throws IllegalArgumentException with the engine's sentence (containerd's {@code
   *     platforms.Parse}) when it is none of these
   */
  public static Optional<AskedPlatform> of(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (text.indexOf('*') >= 0) {
      throw invalid("\"%s\": wildcards not yet supported".formatted(text));
    }
    String[] parts = text.split("/", -1);
    for (String part : parts) {
      if (!isComponent(part)) {
        throw invalid(
            "\"%s\" is an invalid component of \"%s\": platform specifier component must match \"%s\""
                .formatted(part, text, COMPONENT));
      }
    }
    if (parts.length > MOST_PARTS) {
      throw invalid("\"%s\": cannot parse platform specifier".formatted(text));
    }
    if (parts.length > 1) {
      return Optional.of(new AskedPlatform(Optional.of(parts[0]), Optional.of(parts[1])));
    }
    if (SYSTEMS.contains(text.toLowerCase(Locale.ROOT))) {
      return Optional.of(new AskedPlatform(Optional.of(text), Optional.empty()));
    }
    if (ARCHITECTURES.contains(plain(text))) {
      return Optional.of(new AskedPlatform(Optional.empty(), Optional.of(text)));
    }
    throw invalid("\"%s\": unknown operating system or architecture".formatted(text));
  }

  private static boolean isComponent(String part) {
    return !part.isEmpty()
        && part.chars()
            .allMatch(
                c ->
                    (c >= 'a' && c <= 'z')
                        || (c >= 'A' && c <= 'Z')
                        || (c >= '0' && c <= '9')
                        || c == '_'
                        || c == '-');
  }

  private static IllegalArgumentException invalid(String sentence) {
    return new IllegalArgumentException(sentence + ": invalid argument");
  }

  /**
   * Whether a host that says this of itself will do: also one whose processors run the older
   * architecture besides their own, as an engine that is alone has it.
   */
  public boolean isServedBy(String hostOs, String hostArchitecture) {
    return os.filter(word -> !word.equals(hostOs.toLowerCase(Locale.ROOT))).isEmpty()
        && architecture.filter(word -> !runs(plain(hostArchitecture), word)).isEmpty();
  }

  private static boolean runs(String own, String asked) {
    return asked.equals(own)
        || (own.equals("amd64") && asked.equals("386"))
        || (own.equals("arm64") && asked.equals("arm"));
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
