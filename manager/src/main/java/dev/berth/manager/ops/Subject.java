package dev.berth.manager.ops;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What a call is about, in the words of the audit log. Of a body only names are looked at. */
final class Subject {
  private static final List<String> NAMES =
      List.of(
          "/id",
          "/name",
          "/user",
          "/auth/identity/password/user/name",
          "/auth/identity/password/user/id",
          "/auth/passwordCredentials/username",
          "/auth/passwordCredentials/userId");
  private static final List<String> TENANTS =
      List.of(
          "/tenant",
          "/auth/scope/project/id",
          "/auth/scope/project/name",
          "/auth/tenantName",
          "/auth/tenantId");

  private Subject() {}

  static Optional<String> of(JsonNode body) {
    return together(first(body, NAMES), first(body, TENANTS));
  }

  static Optional<String> of(Map<String, String> values) {
    return together(
        Stream.of("id", "name", "host").filter(values::containsKey).map(values::get).findFirst(),
        Optional.ofNullable(values.get("tenant")));
  }

  private static Optional<String> first(JsonNode body, List<String> pointers) {
    return pointers.stream()
        .map(body::at)
        .filter(JsonNode::isTextual)
        .map(JsonNode::textValue)
        .findFirst();
  }

  private static Optional<String> together(Optional<String> name, Optional<String> tenant) {
    return name.isPresent() && tenant.isPresent()
        ? Optional.of(name.get() + " in " + tenant.get())
        : name.or(() -> tenant.map(text -> "in " + text));
  }
}
