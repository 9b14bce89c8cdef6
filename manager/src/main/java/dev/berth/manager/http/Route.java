package dev.berth.manager.http;

import dev.berth.manager.tenant.Role;
import dev.berth.manager.view.Container;
import dev.berth.manager.view.Volume;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One call of the Docker API: everything that is decided about it before its handler runs.
 *
 * @param method GET (which serves HEAD, too, where a client cannot tell), POST, PUT, DELETE or HEAD
 * @param template the path without its version: {@code {name}} stands for one segment, {@code
 *     {name...}} for one or more
 * @param action what the audit, a site's filter and the documentation call it
 * @param role the least role that may call it
 * @param handling what it is about, and who answers
 * @param meaning what it means over a fleet, in a phrase, for the documentation
 */
record Route(
    String method, String template, String action, Role role, Handling handling, String meaning) {

  /**
   * What a call is about. Only the door resolves objects, so a handler has none but its caller's.
   */
  sealed interface Handling {}

  /** About nothing, and open to callers that nobody knows. */
  record Open(OpenHandler handler) implements Handling {}

  /** About the tenant as a whole: lists, creation, the system. */
  record OnTenant(TenantHandler handler) implements Handling {}

  /** About the container named by {@code {name}}, found in the caller's scope. */
  record OnContainer(ContainerHandler handler) implements Handling {}

  /** About the exec named by {@code {id}}, of a container in the caller's scope. */
  record OnExec(ExecHandler handler) implements Handling {}

  /**
   * About the volume named by {@code {name}}, found in the caller's scope.
   *
   * @param absentIsDone whether the call is done already when there is none
   */
  record OnVolume(VolumeHandler handler, Predicate<Call> absentIsDone) implements Handling {}

  /** Not served: the answer is always this. */
  record Unserved(int status, String message) implements Handling {}

  @FunctionalInterface
  interface OpenHandler {
    void handle(OpenCall call) throws IOException;
  }

  @FunctionalInterface
  interface TenantHandler {
    void handle(Call call) throws IOException;
  }

  @FunctionalInterface
  interface ContainerHandler {
    void handle(Call call, Container container) throws IOException;
  }

  @FunctionalInterface
  interface ExecHandler {
    void handle(Call call, Container container, String execId) throws IOException;
  }

  @FunctionalInterface
  interface VolumeHandler {
    void handle(Call call, Volume volume) throws IOException;
  }

  /** The values of the template's names in that path, or empty when it is another path. */
  Optional<PathValues> match(List<String> segments) {
    String[] parts = template.substring(1).split("/");
    int many = manyAt(parts);
    if (many < 0 ? parts.length != segments.size() : segments.size() < parts.length) {
      return Optional.empty();
    }
    int extra = segments.size() - parts.length;
    PathValues values = PathValues.NONE;
    int at = 0;
    for (int i = 0; i < parts.length; i++) {
      String part = parts[i];
      if (i == many) {
        String name = part.substring(1, part.length() - "...}".length());
        values = values.with(name, String.join("/", segments.subList(at, at + extra + 1)));
        at += extra + 1;
      } else if (part.startsWith("{")) {
        values = values.with(part.substring(1, part.length() - 1), segments.get(at++));
      } else if (!part.equals(segments.get(at++))) {
        return Optional.empty();
      }
    }
    return Optional.of(values);
  }

  private static int manyAt(String[] parts) {
    for (int i = 0; i < parts.length; i++) {
      if (parts[i].endsWith("...}")) {
        return i;
      }
    }
    return -1;
  }
}
