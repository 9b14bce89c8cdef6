package dev.berth.manager.http;

import dev.berth.manager.view.ContainerQuery;
import dev.berth.manager.view.Filters;

/** Reads the parameters of {@code GET /containers/json}. */
final class ContainerListQuery {
  private ContainerListQuery() {}

  static ContainerQuery parse(Query query) {
    try {
      return new ContainerQuery(
          query.flag("all"),
          limit(query),
          query.first("since").orElse(""),
          query.first("before").orElse(""),
          Filters.parse(query.first("filters").orElse(""), ContainerQuery.KNOWN));
    } catch (Filters.InvalidFilterException e) {
      throw ApiException.badRequest(e.getMessage());
    }
  }

  private static int limit(Query query) {
    String limit = query.first("limit").orElse("");
    try {
      return limit.isEmpty() ? 0 : Integer.parseInt(limit);
    } catch (NumberFormatException e) {
      throw ApiException.badRequest(
          "strconv.Atoi: parsing \"%s\": invalid syntax".formatted(limit));
    }
  }
}
