package dev.berth.manager.http;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The page of the documentation that lists every call, made from the route table itself. */
final class ApiPage {
  private static final String BEGINNING =
      """
      # The Docker API over a fleet

      Every call of the Engine API that Berth knows, what it is called in policies and logs, the least role that may call
      it, and what it means over many hosts. Each is served with and without a version before its path. A path that is
      not here answers 404, as an engine does. This page is made from the route table:
      `./mvnw -pl manager -am test -Dtest=ApiPageTest -Dberth.write.api.page=true -Dsurefire.failIfNoSpecifiedTests=false`.

      | call | action | role | over the fleet |
      |---|---|---|---|
      """;

  private ApiPage() {}

  static String markdown(List<Route> routes) {
    StringBuilder page = new StringBuilder(BEGINNING);
    routes.stream()
        .sorted(Comparator.comparing(Route::template).thenComparing(Route::method))
        .forEach(route -> page.append(row(route)));
    return page.toString();
  }

  private static String row(Route route) {
    String role =
        route.handling() instanceof Route.Open
            ? "nobody asks"
            : route.role().name().toLowerCase(Locale.ROOT);
    return "| `%s %s` | %s | %s | %s |%n"
        .formatted(
            route.method(),
            route.template().replace("...", ""),
            route.action(),
            role,
            route.meaning());
  }
}
