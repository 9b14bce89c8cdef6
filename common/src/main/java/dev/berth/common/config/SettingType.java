package dev.berth.common.config;

import java.net.InetSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * How the text of a setting becomes a value.
 *
 * @param name as the documentation calls it
 * @param form what a good value looks like, for an error message: "use ..."
 * @param isMany whether several items can be given: a YAML sequence or mapping, or text with commas
 * @param reader from the items; throws {@link IllegalArgumentException} for what is malformed
 */
public record SettingType<T>(
    String name, String form, boolean isMany, Function<List<String>, T> reader) {
  private static final int MAX_PORT = 65_535;
  private static final Duration LONGEST = Duration.ofDays(1);
  private static final Duration TEN_YEARS = Duration.ofDays(3650);
  private static final int MOST = 1_000_000;

  public static final SettingType<String> TEXT =
      one("text", "text that is not empty", text -> text);

  public static final SettingType<Path> PATH = one("path", "a path", SettingType::path);

  public static final SettingType<InetSocketAddress> ADDRESS =
      one("address", "HOST:PORT", SettingType::address);

  /** From a second to a day. */
  public static final SettingType<Duration> DURATION =
      one("duration", "a number with s, m or h, as in 90s", SettingType::duration);

  /** The same for what lasts: up to ten years. */
  public static final SettingType<Duration> LIFETIME =
      one("lifetime", "a number with s, m, h or d, as in 90d", SettingType::lifetime);

  /** A number of things; 0 to a million. */
  public static final SettingType<Integer> COUNT =
      one("number", "a whole number from 0 to 1000000", SettingType::count);

  /** A number of bytes; a KB is 1024 of them. */
  public static final SettingType<Long> SIZE =
      one("size", "a number with KB, MB or GB, as in 64MB", SettingType::size);

  public static final SettingType<List<String>> TEXTS =
      new SettingType<>("list", "a list, or text with commas", true, List::copyOf);

  public static final SettingType<Map<String, String>> PAIRS =
      new SettingType<>("pairs", "NAME=VALUE, with commas between", true, SettingType::pairs);

  /** One of a few words. */
  public static SettingType<String> oneOf(String... words) {
    List<String> allowed = List.of(words);
    return one(
        String.join(" \\| ", words),
        "one of " + String.join(", ", words),
        text -> {
          if (!allowed.contains(text)) {
            throw new IllegalArgumentException("not one of the words");
          }
          return text;
        });
  }

  private static <T> SettingType<T> one(String name, String form, Function<String, T> reader) {
    return new SettingType<>(
        name,
        form,
        false,
        items -> {
          if (items.size() != 1 || items.getFirst().isBlank()) {
            throw new IllegalArgumentException("not one value");
          }
          return reader.apply(items.getFirst());
        });
  }

  T parse(List<String> items) {
    return reader.apply(items);
  }

  /** The items in text of one line, as an environment variable or a command line holds it. */
  List<String> split(String text) {
    return isMany
        ? Stream.of(text.split(",", -1)).map(String::strip).filter(s -> !s.isEmpty()).toList()
        : List.of(text);
  }

  private static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("not a path", e);
    }
  }

  private static Duration duration(String text) {
    if (!text.matches("[1-9][0-9]{0,4}[smh]")) {
      throw new IllegalArgumentException("no duration");
    }
    Duration duration = Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
    if (duration.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("longer than a day");
    }
    return duration;
  }

  private static Duration lifetime(String text) {
    if (!text.matches("[1-9][0-9]{0,4}[smhd]")) {
      throw new IllegalArgumentException("no lifetime");
    }
    Duration lifetime =
        text.endsWith("d")
            ? Duration.ofDays(Integer.parseInt(text.substring(0, text.length() - 1)))
            : Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
    if (lifetime.compareTo(TEN_YEARS) > 0) {
      throw new IllegalArgumentException("longer than ten years");
    }
    return lifetime;
  }

  private static int count(String text) {
    if (!text.matches("[0-9]{1,7}") || Integer.parseInt(text) > MOST) {
      throw new IllegalArgumentException("no such number");
    }
    return Integer.parseInt(text);
  }

  private static long size(String text) {
    if (!text.matches("[1-9][0-9]{0,3}[KMG]B")) {
      throw new IllegalArgumentException("no size");
    }
    long number = Long.parseLong(text.substring(0, text.length() - 2));
    return switch (text.charAt(text.length() - 2)) {
      case 'K' -> number << 10;
      case 'M' -> number << 20;
      default -> number << 30;
    };
  }

  /** Not resolved: a name is looked up when it is used. */
  private static InetSocketAddress address(String text) {
    int colon = text.lastIndexOf(':');
    if (colon <= 0) {
      throw new IllegalArgumentException("no port");
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.contains(":")) {
      throw new IllegalArgumentException("an IPv6 address needs brackets");
    }
    int port = Integer.parseInt(text.substring(colon + 1));
    if (port < 0 || port > MAX_PORT || host.isBlank()) {
      throw new IllegalArgumentException("no such port");
    }
    return InetSocketAddress.createUnresolved(host, port);
  }

  private static Map<String, String> pairs(List<String> items) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String item : items) {
      int equals = item.indexOf('=');
      if (equals <= 0) {
        throw new IllegalArgumentException("no name");
      }
      pairs.put(item.substring(0, equals), item.substring(equals + 1));
    }
    return Map.copyOf(pairs);
  }
}
