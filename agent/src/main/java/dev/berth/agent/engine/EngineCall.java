package dev.berth.agent.engine;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a call of the Engine API is to an agent, by its method and path alone.
 *
 * @param mutating whether it can change anything: all but GET and HEAD
 * @param fenced whether a new leader waits for it: it decides what exists or runs, and is short
 */
record EngineCall(Course course, boolean mutating, boolean fenced) {

  /** How a call goes on once it is sent. */
  enum Course {
    /** Answered soon and then over. */
    ORDINARY,
    /** Can stay silent for long while the client waits: it ends when the client goes away. */
    LASTING,
    /** Can take the connection over as bytes both ways. */
    HIJACKING
  }

  private static final Set<String> FENCED_ON_CONTAINER =
      Set.of("start", "stop", "restart", "kill", "rename", "update", "pause", "unpause", "exec");

  /** As the engine reads a boolean parameter. */
  private static final Set<String> FALSE = Set.of("", "0", "no", "false", "none");

  static EngineCall of(String method, String target) {
    int question = target.indexOf('?');
    String path = question < 0 ? target : target.substring(0, question);
    String query = question < 0 ? "" : target.substring(question + 1);
    List<String> parts = Arrays.stream(path.split("/")).filter(part -> !part.isEmpty()).toList();
    if (!parts.isEmpty() && parts.getFirst().matches("v[0-9]+\\.[0-9]+")) {
      parts = parts.subList(1, parts.size());
    }
    boolean mutating = !method.equals("GET") && !method.equals("HEAD");
    return new EngineCall(
        course(method, parts, query), mutating, mutating && isFenced(method, parts));
  }

  private static Course course(String method, List<String> parts, String query) {
    String first = parts.isEmpty() ? "" : parts.getFirst();
    String last = parts.isEmpty() ? "" : parts.getLast();
    boolean post = method.equals("POST");
    return switch (first) {
      case "containers" ->
          switch (last) {
            case "attach" -> post ? Course.HIJACKING : Course.ORDINARY;
            case "ws" -> Course.HIJACKING;
            case "wait" -> Course.LASTING;
            case "logs" -> lasting(parameter(query, "follow").filter(v -> !isFalse(v)).isPresent());
            case "stats" -> lasting(parameter(query, "stream").filter(v -> isFalse(v)).isEmpty());
            default -> Course.ORDINARY;
          };
      case "exec" -> last.equals("start") ? Course.HIJACKING : Course.ORDINARY;
      case "session", "grpc" -> Course.HIJACKING;
      case "events", "build" -> Course.LASTING;
      case "images" -> lasting(post && Set.of("create", "load", "push").contains(last));
      default -> Course.ORDINARY;
    };
  }

  private static Course lasting(boolean yes) {
    return yes ? Course.LASTING : Course.ORDINARY;
  }

  private static boolean isFenced(String method, List<String> parts) {
    if (parts.isEmpty()) {
      return false;
    }
    return switch (parts.getFirst()) {
      case "containers" ->
          switch (parts.size()) {
            case 2 -> method.equals("DELETE") || Set.of("create", "prune").contains(parts.get(1));
            case 3 -> method.equals("POST") && FENCED_ON_CONTAINER.contains(parts.get(2));
            default -> false;
          };
      case "networks", "volumes" -> true;
      default -> false;
    };
  }

  private static boolean isFalse(String value) {
    return FALSE.contains(value.toLowerCase(java.util.Locale.ROOT));
  }

  private static Optional<String> parameter(String query, String name) {
    for (String pair : query.split("&")) {
      if (pair.equals(name)) {
        return Optional.of("");
      }
      if (pair.startsWith(name + "=")) {
        return Optional.of(pair.substring(name.length() + 1));
      }
    }
    return Optional.empty();
  }
}
