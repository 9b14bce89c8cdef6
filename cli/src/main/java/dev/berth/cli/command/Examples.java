package dev.berth.cli.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** A line to begin with for each command, in its help and its manual page. */
final class Examples {
  private static final String INDENT = "  ";

  /** By the command's words. */
  private static final Map<String, List<String>> LINES = new LinkedHashMap<>();

  static {
    add("berth up", "berth up --yes --detach", "berth up --lab 3 --detach");
    add("berth down", "berth down");
    add("berth status", "berth status");
    add("berth env", "berth env --tenant acme");
    add("berth login", "berth login --user ann --tenant acme");
    add("berth logout", "berth logout");
    add("berth whoami", "berth whoami");
    add("berth quota", "berth quota");
    add("berth tenant", "berth tenant ls");
    add("berth tenant create", "berth tenant create acme");
    add("berth tenant inspect", "berth tenant inspect acme");
    add("berth tenant ls", "berth tenant ls");
    add("berth tenant update", "berth tenant update acme --quota containers=20,memory=4g,cpus=8");
    add("berth tenant rm", "berth tenant rm acme --force");
    add("berth tenant top", "berth tenant top");
    add("berth user", "berth user ls");
    add("berth user create", "berth user create ann --tenant acme --role member");
    add("berth user passwd", "berth user passwd ann");
    add("berth user grant", "berth user grant ann --tenant acme --role reader");
    add("berth user withdraw", "berth user withdraw ann --tenant acme");
    add("berth user rm", "berth user rm ann");
    add("berth user ls", "berth user ls");
    add("berth token", "berth token ls");
    add("berth token create", "berth token create --tenant acme");
    add("berth token ls", "berth token ls");
    add("berth token revoke", "berth token revoke 0123456789ab");
    add("berth policy", "berth policy ls");
    add("berth policy ls", "berth policy ls");
    add("berth policy fields", "berth policy fields");
    add("berth policy inspect", "berth policy inspect default");
    add("berth policy set", "berth policy set quiet --deny-action ImagePush");
    add("berth policy rm", "berth policy rm debuggers");
    add("berth explain", "berth explain --tenant acme -- docker run -m 4g busybox");
    add("berth context", "berth context create fleet");
    add("berth context create", "berth context create fleet");
    add("berth context ls", "berth context ls");
    add("berth context renew", "berth context renew fleet");
    add("berth context rm", "berth context rm fleet");
    add("berth host", "berth host ls");
    add("berth host ls", "berth host ls --format 'table {{.name}}\\t{{.state}}'");
    add("berth host inspect", "berth host inspect h1");
    add("berth host label", "berth host label h1 zone=a disk-");
    add("berth host cordon", "berth host cordon h1");
    add("berth host uncordon", "berth host uncordon h1");
    add("berth host drain", "berth host drain h1 --dry-run", "berth host drain h1 --timeout 30m");
    add("berth host revoke", "berth host revoke h1");
    add("berth host rm", "berth host rm h1");
    add("berth host top", "berth host top --once");
    add("berth host doctor", "berth host doctor --format json");
    add("berth host token", "berth host token create --uses 10");
    add("berth host token create", "berth host token create --uses 3 --lifetime 2h --label zone=a");
    add("berth host token ls", "berth host token ls");
    add("berth host token rm", "berth host token rm 0123456789ab");
    add("berth top", "berth top --order memory");
    add("berth rebalance", "berth rebalance --dry-run --goal binpack");
    add("berth events", "berth events --since 10m --follow");
    add("berth audit", "berth audit --tenant acme --outcome refused");
    add("berth manager", "berth manager --listen tls://0.0.0.0:2376 --cluster 0.0.0.0:2377");
    add("berth agent", "berth agent --join TOKEN@manager.example.org:2377 --label zone=a");
    add("berth config", "berth config");
    add("berth completion", "berth completion bash");
    add("berth man", "berth man /usr/local/share/man/man1");
    add("berth version", "berth version");
  }

  private Examples() {}

  private static void add(String command, String... lines) {
    LINES.put(command, List.of(lines));
  }

  /** Those of a command; none when there is nothing to begin with. */
  static List<String> of(CommandSpec command) {
    return LINES.getOrDefault(command.qualifiedName(), List.of());
  }

  /** Puts them below the help of a command, and of all below it. */
  static void addTo(CommandLine command) {
    UsageMessageSpec help = command.getCommandSpec().usageMessage();
    List<String> lines = of(command.getCommandSpec());
    if (!lines.isEmpty()) {
      List<String> footer = new ArrayList<>(List.of(help.footer()));
      footer.add("");
      footer.add(lines.size() == 1 ? "Example:" : "Examples:");
      lines.forEach(line -> footer.add(INDENT + line.replace("%", "%%")));
      help.footer(footer.toArray(String[]::new));
    }
    command.getSubcommands().values().stream().distinct().forEach(Examples::addTo);
  }
}
