package dev.berth.manager.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.common.id.ContainerId;
import dev.berth.common.id.HostId;
import dev.berth.common.monitor.ContainerMetric;
import dev.berth.common.monitor.ContainerSample;
import dev.berth.common.monitor.HostMetric;
import dev.berth.common.monitor.HostSample;
import dev.berth.common.monitor.SampleCodec;
import dev.berth.common.monitor.Values;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus' own tool says of the rules and of the page, as Debian's package has it. */
final class PromtoolTest {
  private static final Path RULES = Path.of("..", "monitoring", "alerts.yml");

  @TempDir private Path directory;

  /** The tool's exit code and its words. */
  private record Verdict(int exit, String text) {}

  private Verdict promtool(Path input, String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of("promtool"));
    command.addAll(List.of(words));
    Path output = directory.resolve("output");
    Process tool =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(input.toFile())
            .redirectOutput(output.toFile())
            .start();
    assertThat(tool.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return new Verdict(tool.exitValue(), Files.readString(output));
  }

  private Path file(String text) throws IOException {
    return Files.write(directory.resolve("input"), text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void the_alert_rules_are_rules() throws Exception {
    Verdict verdict = promtool(RULES, "check", "rules", RULES.toString());
    assertThat(verdict.exit()).describedAs(verdict.text()).isZero();
  }

  @Test
  void a_rule_that_is_none_is_found() throws Exception {
    Path broken = file(Files.readString(RULES).replaceFirst("expr: ", "expr: )"));
    assertThat(promtool(broken, "check", "rules", broken.toString()).exit()).isNotZero();
  }

  /** A host that has measured all that there is to measure. */
  private record Measured() implements Source {
    @Override
    public HostId id() {
      return new HostId("h1");
    }

    @Override
    public String name() {
      return "h1";
    }

    @Override
    public JsonNode latest() {
      Values<HostMetric> host = new Values<>(HostMetric.values());
      List.of(HostMetric.values()).forEach(metric -> host.put(metric, 1L));
      Values<ContainerMetric> container = new Values<>(ContainerMetric.values());
      List.of(ContainerMetric.values()).forEach(metric -> container.put(metric, 1L));
      return SampleCodec.write(
          new HostSample(
              InstantSource.system().instant(),
              host,
              List.of(
                  new ContainerSample(new ContainerId("a".repeat(64)), "web", "acme", container))));
    }

    @Override
    public JsonNode past(String query) {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void the_page_of_metrics_is_as_prometheus_wants_it() throws Exception {
    try (FleetMonitor monitor =
        new FleetMonitor(
            () -> List.of(new FleetMonitor.Member(new Measured().id(), new Measured().name())),
            () -> List.of(new Measured()),
            InstantSource.system())) {
      monitor.ask();
      await().until(() -> monitor.hosts().size() == 1);
      String page = new FleetPage(monitor, new Requests()).render();
      assertThat(page).contains("{host=\"h1\"}", "{tenant=\"acme\"}");
      Verdict verdict = promtool(file(page), "check", "metrics");
      assertThat(verdict.exit()).describedAs(verdict.text()).isZero();
    }
  }
}
