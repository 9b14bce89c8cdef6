package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.common.http.HttpCall;
import dev.berth.common.http.RequestHead;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A tenant that asks for too much is slowed down and refused, and its neighbour is served. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class LimitsIT {
  private static Fleet fleet;

  @BeforeAll
  static void start() {
    fleet =
        Fleet.withoutHosts(
            Map.of(
                "BERTH_LIMITS_REQUESTS_PER_SECOND", "5",
                "BERTH_LIMITS_BURST", "10",
                "BERTH_LIMITS_STREAMS", "2",
                "BERTH_LIMITS_FAILED_LOGINS", "1"));
  }

  @AfterAll
  static void stop() {
    fleet.close();
  }

  private static List<Api.Answer> atOnce(int count, Callable<Api.Answer> call) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Api.Answer> answers = new ArrayList<>();
      List<Callable<Api.Answer>> calls = java.util.Collections.nCopies(count, call);
      for (Future<Api.Answer> answer : threads.invokeAll(calls)) {
        answers.add(answer.get());
      }
      return answers;
    }
  }

  @Test
  void beyond_its_rate_a_tenant_is_refused_in_the_engines_form_and_another_is_served()
      throws Exception {
    Api noisy = Api.as(fleet.tenant("noisy"));
    Api quiet = Api.as(fleet.tenant("quiet"));
    List<Api.Answer> answers = atOnce(40, () -> noisy.get("/containers/json"));
    assertThat(quiet.get("/containers/json").status()).isEqualTo(200);
    assertThat(answers).filteredOn(answer -> answer.status() == 200).hasSizeBetween(10, 35);
    List<Api.Answer> refused = answers.stream().filter(answer -> answer.status() == 429).toList();
    assertThat(refused).hasSizeGreaterThanOrEqualTo(5);
    assertThat(refused.getFirst().message())
        .isEqualTo(
            "noisy makes more than 5 requests a second: ask less often, or ask an operator for more");
    assertThat(refused.getFirst().headers().first("Retry-After")).isPresent();
    assertThat(refused.getFirst().headers().first("Api-Version")).isPresent();
    JsonNode lines =
        new JsonMapper()
            .readTree(
                fleet
                    .berth(
                        "audit",
                        "--tenant",
                        "noisy",
                        "--action",
                        "ContainerList",
                        "--outcome",
                        "refused",
                        "--format",
                        "json")
                    .ok()
                    .out());
    assertThat(lines.path("entries")).hasSizeBetween(1, 3);
  }

  @Test
  void streams_beyond_the_limit_are_refused_until_one_has_ended() throws Exception {
    Api busy = Api.as(fleet.tenant("busy"));
    // While the failed logins of another test still count against this address, a token that is not
    // known yet has to wait.
    Eventually.get(() -> busy.get("/containers/json").status(), status -> status == 200);
    HttpCall first = events(busy);
    try (HttpCall second = events(busy)) {
      assertThat(second.receive().status()).isEqualTo(200);
      assertThat(first.receive().status()).isEqualTo(200);
      Api.Answer third = busy.get("/events");
      assertThat(third.status()).isEqualTo(429);
      assertThat(third.message()).startsWith("busy has 2 streams open, which is the limit");
      assertThat(busy.get("/containers/json").status()).isEqualTo(200);
      first.close();
      int status =
          Eventually.get(() -> busy.get("/events?until=1").status(), answer -> answer != 429);
      assertThat(status).isEqualTo(200);
    }
  }

  private static HttpCall events(Api api) throws IOException {
    HttpCall call = new HttpCall(api.open());
    call.send(new RequestHead("GET", "/events", api.headers()));
    return call;
  }

  @Test
  void bad_tokens_make_an_address_wait_and_good_ones_from_there_are_served() throws Exception {
    Api good = Api.as(fleet.tenant("patient"));
    assertThat(good.get("/containers/json").status()).isEqualTo(200);
    Api bad = good.with("X-Auth-Token", "guess");
    assertThat(atOnce(10, () -> bad.get("/containers/json")))
        .extracting(Api.Answer::status)
        .contains(401)
        .doesNotContain(200);
    // One may be judged again by now, where this machine is slow: who goes on has to wait.
    var _ = Eventually.get(() -> bad.get("/containers/json").status(), status -> status == 429);
    assertThat(good.get("/containers/json").status()).isEqualTo(200);
    assertThat(bad.get("/_ping").status()).isEqualTo(200);
    var _ = Eventually.get(() -> bad.get("/info").status(), status -> status == 401);
  }
}
