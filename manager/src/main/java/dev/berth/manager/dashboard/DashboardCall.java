package dev.berth.manager.dashboard;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The calls of the other interfaces that the page makes. It can make no others: a session's cookie
 * opens less than its token does.
 */
final class DashboardCall {
  private static final Set<String> READS =
      Set.of(
          "/containers/json",
          "/events",
          "/info",
          "/berth/v1/audit",
          "/berth/v1/hosts",
          "/berth/v1/monitor/hosts",
          "/berth/v1/monitor/tenants",
          "/berth/v1/monitor/top",
          "/berth/v1/quota",
          "/berth/v1/status",
          "/berth/v1/tenants");
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9_-]*";
  private static final Pattern READ_OF_ONE =
      Pattern.compile("/berth/v1/(monitor/hosts/" + NAME + "/series|tenants/" + NAME + ")");
  private static final Pattern CHANGE = Pattern.compile("/berth/v1/hosts/" + NAME);

  private DashboardCall() {}

  /** The target of the call that this one stands for; empty when the page makes no such call. */
  static Optional<String> target(String method, String target) {
    int question = target.indexOf('?');
    String path = question < 0 ? target : target.substring(0, question);
    boolean isKnown =
        switch (method) {
          case "GET" -> READS.contains(path) || READ_OF_ONE.matcher(path).matches();
          case "PUT" -> CHANGE.matcher(path).matches();
          default -> false;
        };
    return isKnown ? Optional.of(target) : Optional.empty();
  }
}
