package dev.berth.manager.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.manager.cluster.ExecIndex;
import dev.berth.manager.image.Images;
import dev.berth.manager.tenant.Flavors;
import dev.berth.manager.tenant.Role;
import dev.berth.manager.view.Events;
import dev.berth.manager.view.View;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What holds for every call of the Docker API, whoever added it. */
final class RouteTableTest {

  /** The table alone: nothing that answers a call is behind it. */
  static List<Route> table() {
    View view = new View(Clock.systemUTC(), new Events());
    Images images = new Images(null, null, null, null, null, null, null, null, null, null);
    return new DockerApi(
            null,
            view,
            null,
            images,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            Flavors.NONE,
            null,
            null,
            () -> true,
            Clock.systemUTC(),
            "test")
        .routes(new ExecIndex(null));
  }

  private static List<String> published() throws IOException {
    try (InputStream in = RouteTableTest.class.getResourceAsStream("/published-engine-api.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .toList();
    }
  }

  /** A path of that form, with a word for each name. */
  private static List<String> example(String template) {
    List<String> segments = new ArrayList<>();
    for (String part : template.substring(1).split("/")) {
      segments.add(part.startsWith("{") ? "x1" : part);
    }
    return segments;
  }

  private static Optional<Route> find(String method, String template) {
    return table().stream()
        .filter(route -> route.method().equals(method))
        .filter(route -> route.match(example(template)).isPresent())
        .findFirst();
  }

  @Test
  void every_call_of_the_published_engine_api_is_in_the_table() throws IOException {
    assertThat(published())
        .allSatisfy(
            call -> {
              String[] parts = call.split(" ");
              assertThat(find(parts[0], parts[1])).as(call).isPresent();
            });
  }

  @Test
  void every_route_says_what_it_is_who_may_call_it_and_what_it_means() {
    assertThat(table())
        .allSatisfy(
            route -> {
              assertThat(route.method()).isIn("GET", "HEAD", "POST", "PUT", "DELETE");
              assertThat(route.template()).matches("(/[a-z_{}.]+)+");
              assertThat(route.action()).as(route.template()).matches("[A-Z][A-Za-z]+");
              assertThat(route.meaning()).as(route.template()).isNotBlank();
              assertThat(route.role()).isNotNull();
              assertThat(route.handling()).isNotNull();
            });
    assertThat(table()).extracting(Route::action).doesNotHaveDuplicates();
  }

  @Test
  void no_call_has_two_routes() {
    assertThat(table())
        .extracting(route -> route.method() + " " + route.template())
        .doesNotHaveDuplicates();
    // A word of its own goes before a name: who is first in the table serves it.
    for (Route route : table()) {
      assertThat(find(route.method(), route.template().replace("...", "")))
          .as(route.method() + " " + route.template())
          .get()
          .extracting(Route::action)
          .isEqualTo(route.action());
    }
  }

  @Test
  void whoever_only_reads_changes_nothing() {
    assertThat(table())
        .filteredOn(route -> route.role() == Role.READER)
        .filteredOn(route -> !(route.handling() instanceof Route.Unserved))
        .extracting(Route::method, Route::action)
        .allSatisfy(
            call ->
                assertThat(
                        List.of("GET", "HEAD").contains(call.toList().getFirst())
                            || READING_POSTS.contains(call.toList().getLast()))
                    .as("%s with the role of a reader", call)
                    .isTrue());
  }

  /** Calls that are posted and change nothing. */
  private static final List<Object> READING_POSTS = List.of("ContainerWait", "SystemAuth");
}
