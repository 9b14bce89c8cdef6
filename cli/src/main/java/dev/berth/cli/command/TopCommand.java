package dev.berth.cli.command;

import dev.berth.cli.Surroundings;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "top", description = "Show the containers of all tenants that use most.")
final class TopCommand implements Runnable {
  private final Surroundings surroundings;

  @Mixin private TopView.Options options;

  @Option(
      names = "--order",
      paramLabel = "cpu|memory",
      defaultValue = "cpu",
      description = "What the first use most of (default: cpu).")
  private Order order;

  /** What is looked at. */
  enum Order {
    CPU,
    MEMORY
  }

  TopCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public void run() {
    TopView.show(
        surroundings,
        options,
        "/berth/v1/monitor/top?order=" + order.name().toLowerCase(Locale.ROOT),
        "containers",
        TopView::containers);
  }
}
