package dev.berth.manager.http;

import dev.berth.manager.limit.Work;
import java.util.Set;

/** What the limits and the audit log have to know of the actions. */
final class Actions {
  private static final Set<String> STREAMS =
      Set.of(
          "ContainerAttach",
          "ContainerAttachWebsocket",
          "ContainerWait",
          "ExecStart",
          "SystemEvents");

  private static final Set<String> TRANSFERS =
      Set.of("ImageCreate", "ImagePush", "ImageLoad", "ImageGet", "ImageGetAll", "ContainerExport");

  /** Other methods than GET that change nothing that lasts. */
  private static final Set<String> NO_CHANGE =
      Set.of("ContainerWait", "ContainerResize", "ExecResize");

  /** GETs that reach into a container, or carry much out of it or of an image. */
  private static final Set<String> AS_CHANGE =
      Set.of(
          "ContainerAttachWebsocket",
          "ContainerArchive",
          "ContainerExport",
          "ImageGet",
          "ImageGetAll");

  private Actions() {}

  /** Whether the audit log has a line for each call. */
  static boolean isChange(Route route) {
    boolean looks = route.method().equals("GET") || route.method().equals("HEAD");
    return looks ? AS_CHANGE.contains(route.action()) : !NO_CHANGE.contains(route.action());
  }

  static Work work(Route route, Query query) {
    String action = route.action();
    if (STREAMS.contains(action)) {
      return Work.STREAM;
    }
    if (TRANSFERS.contains(action)) {
      return Work.TRANSFER;
    }
    return switch (action) {
      case "ContainerLogs" -> query.flag("follow") ? Work.STREAM : Work.CALL;
      case "ContainerStats" -> hasNo(query, "stream") ? Work.CALL : Work.STREAM;
      case "ContainerList", "ContainerInspect" -> query.flag("size") ? Work.SCAN : Work.CALL;
      case "SystemDataUsage" -> Work.SCAN;
      default -> Work.CALL;
    };
  }

  /** Whether a flag is set to no; without it an engine takes it for set. */
  private static boolean hasNo(Query query, String key) {
    return query.first(key).isPresent() && !query.flag(key);
  }
}
