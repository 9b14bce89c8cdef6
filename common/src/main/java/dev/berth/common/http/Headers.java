package dev.berth.common.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The fields of a head, in order; names compare without regard to case (RFC 9110, 5.1). */
public record Headers(List<Header> fields) {

  /** One field line. */
  public record Header(String name, String value) {}

  public static final Headers NONE = new Headers(List.of());

  public Headers {
    fields = List.copyOf(fields);
  }

  /** Headers from names and values in turn. */
  public static Headers of(String... namesAndValues) {
    List<Header> fields = new ArrayList<>(namesAndValues.length / 2);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.add(new Header(namesAndValues[i], namesAndValues[i + 1]));
    }
    return new Headers(fields);
  }

  /** The value of the first field of that name. */
  public Optional<String> first(String name) {
    for (Header field : fields) {
      if (field.name().equalsIgnoreCase(name)) {
        return Optional.of(field.value());
      }
    }
    return Optional.empty();
  }

  public List<String> all(String name) {
    return fields.stream()
        .filter(field -> field.name().equalsIgnoreCase(name))
        .map(Header::value)
        .toList();
  }

  public boolean has(String name) {
    return first(name).isPresent();
  }

  /** Whether a comma separated field of that name lists the token, as in {@code Connection}. */
  public boolean lists(String name, String token) {
    for (String value : all(name)) {
      for (String part : value.split(",")) {
        if (part.strip().equalsIgnoreCase(token)) {
          return true;
        }
      }
    }
    return false;
  }

  /** These headers with all fields of that name replaced by one. */
  public Headers with(String name, String value) {
    List<Header> changed = new ArrayList<>(without(name).fields);
    changed.add(new Header(name, value));
    return new Headers(changed);
  }

  public Headers without(String name) {
    return without(name::equalsIgnoreCase);
  }

  public Headers without(Predicate<String> names) {
    return new Headers(fields.stream().filter(field -> !names.test(field.name())).toList());
  }
}
