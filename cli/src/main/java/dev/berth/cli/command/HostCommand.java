package dev.berth.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.CommandFailure;
import dev.berth.cli.Surroundings;
import dev.berth.cli.client.OpsClient;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "host",
    description = "Show the hosts, let more of them in, and say what is wanted of each.",
    synopsisSubcommandLabel = "COMMAND")
final class HostCommand extends Group {
  private final Surroundings surroundings;

  HostCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Command(name = "ls", description = "List the hosts.")
  void list(@Mixin ClientOptions options) {
    JsonNode answer = client(options).get("/berth/v1/hosts");
    options.printList(
        surroundings,
        answer,
        "hosts",
        () -> {
          Table table = new Table("HOST", "STATE", "ADDRESS", "ENGINE", "CONTAINERS");
          for (JsonNode host : Fields.items(answer, "hosts")) {
            table.row(
                host.path("name").asText(),
                host.path("state").asText(),
                host.path("address").asText(),
                host.path("engineVersion").asText("-"),
                host.path("containers").asText("-"));
          }
          table.print(surroundings.out());
        });
  }

  @Command(name = "inspect", description = "Show one host.")
  void inspect(
      @Mixin ClientOptions options,
      @Parameters(paramLabel = "HOST", description = "Its name, or its id or the begin of it.")
          String host) {
    JsonNode answer = client(options).get(path(host));
    options.print(surroundings, answer, () -> surroundings.out().print(Fields.text(answer)));
  }

  @Command(
      name = "label",
      description = {
        "Give a host labels, or take them away; constraints see them at once.",
        "",
        "  berth host label h1 zone=a disk=ssd",
        "  berth host label h1 disk-"
      })
  void label(
      @Mixin ClientOptions options,
      @Parameters(index = "0", paramLabel = "HOST") String host,
      @Parameters(
              index = "1..*",
              arity = "1..*",
              paramLabel = "NAME=VALUE|NAME-",
              description = "A label to give, or with a hyphen at its end one to take away.")
          List<String> labels) {
    ObjectNode change = JsonNodeFactory.instance.objectNode();
    ObjectNode given = change.putObject("labels");
    for (String label : labels) {
      int equals = label.indexOf('=');
      if (equals > 0) {
        given.put(label.substring(0, equals), label.substring(equals + 1));
      } else if (label.endsWith("-") && label.length() > 1) {
        given.putNull(label.substring(0, label.length() - 1));
      } else {
        throw new CommandFailure(
            "write a label as NAME=VALUE, or NAME- to take it away, not \"%s\"".formatted(label));
      }
    }
    JsonNode answer = client(options).put(path(host), change).body();
    options.print(
        surroundings,
        answer,
        () ->
            surroundings
                .out()
                .printf("%s: %s%n", answer.path("name").asText(), answer.path("ownLabels")));
  }

  @Command(name = "cordon", description = "Keep new containers off a host; what is there goes on.")
  void cordon(@Mixin ClientOptions options, @Parameters(paramLabel = "HOST") String host) {
    say(
        options,
        wish(options, host, "cordoned"),
        " Next: berth host uncordon %s, or berth host drain %s".formatted(host, host));
  }

  @Command(
      name = "uncordon",
      aliases = "activate",
      description = "Let new containers come to a host again.")
  void uncordon(@Mixin ClientOptions options, @Parameters(paramLabel = "HOST") String host) {
    say(options, wish(options, host, "active"), "");
  }

  @Command(
      name = "drain",
      description = {
        "Take the containers of a host elsewhere, and keep new ones off it.",
        "A container is stopped, made anew on another host with its name, limits, ports, volumes and"
            + " what it has written, and started if it ran. What cannot go is listed with the"
            + " reason.",
        "",
        "  berth host drain h1 --dry-run",
        "  berth host drain h1 --timeout 30m"
      },
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {"0:nothing is left there", "1:something stays, or the time was up"})
  int drain(
      @Mixin ClientOptions options,
      @Parameters(paramLabel = "HOST") String host,
      @Option(names = "--dry-run", description = "Only show what would go and what would stay.")
          boolean isTrial,
      @Option(
              names = "--timeout",
              paramLabel = "TIME",
              defaultValue = "10m",
              converter = Lifetime.class,
              description =
                  "How long to wait here, as in 30m (default: 10m); the draining goes on after it.")
          Duration timeout) {
    if (!isTrial) {
      var _ = wish(options, host, "draining");
    }
    return new DrainWatch(surroundings, client(options), path(host) + "/drain")
        .show(options, isTrial ? Duration.ZERO : timeout);
  }

  private void say(ClientOptions options, JsonNode answer, String next) {
    options.print(
        surroundings,
        answer,
        () ->
            surroundings
                .out()
                .printf(
                    "Host %s is %s.%s%n",
                    answer.path("name").asText(), answer.path("state").asText(), next));
  }

  private JsonNode wish(ClientOptions options, String host, String state) {
    return client(options)
        .put(path(host), JsonNodeFactory.instance.objectNode().put("state", state))
        .body();
  }

  private static String path(String host) {
    return "/berth/v1/hosts/" + URLEncoder.encode(host, StandardCharsets.UTF_8);
  }

  @Command(
      name = "revoke",
      description = {
        "Shut a host out, at once and for good, as when its machine is in wrong hands.",
        "Its containers are shown as on a host that is down; those that ask for it are made anew"
            + " elsewhere. Nothing on the machine itself is changed. Next: berth host rm."
      })
  void revoke(@Mixin ClientOptions options, @Parameters(paramLabel = "HOST") String host) {
    say(
        options,
        client(options).post(path(host) + "/revoke", JsonNodeFactory.instance.objectNode()).body(),
        " Next: berth host rm " + host);
  }

  @Command(
      name = "rm",
      description = {
        "Remove a host that is drained or revoked; its machine must join anew to be one again.",
        "It is refused while tenants have something there and nowhere else. Nothing on the machine"
            + " itself is changed: stop its agent, and remove the agent's data.",
        "",
        "  berth host drain h1 && berth host rm h1"
      })
  void remove(
      @Mixin ClientOptions options,
      @Parameters(paramLabel = "HOST") String host,
      @Option(
              names = "--force",
              description = "Remove it whatever its state, and give up what tenants have there.")
          boolean isForced) {
    String path = path(host) + (isForced ? "?force=true" : "");
    JsonNode answer =
        options.show(surroundings, "removing host " + host, () -> client(options).delete(path));
    options.print(
        surroundings,
        answer,
        () -> {
          for (JsonNode lost : Fields.items(answer, "lost")) {
            surroundings
                .out()
                .printf(
                    "Lost: the %s %s of %s%n",
                    lost.path("kind").asText(),
                    lost.path("name").asText(),
                    lost.path("tenant").asText());
          }
          surroundings.out().printf("Host %s is removed.%n", answer.path("name").asText());
        });
  }

  @Command(name = "top", description = "Show what each host uses of what it has.")
  void top(@Mixin TopView.Options options) {
    TopView.show(surroundings, options, "/berth/v1/monitor/hosts", "hosts", TopView::hosts);
  }

  @Command(
      name = "doctor",
      description = {
        "Examine this machine: whether it is fit to be a host, and how to mend what is not.",
        "It needs no manager, and changes nothing without --fix."
      },
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {
        "0:all is well",
        "1:the worst finding is a warning",
        "2:the worst finding is a failure"
      })
  int doctor(@Mixin DoctorOptions options) {
    return options.examine(surroundings);
  }

  private OpsClient client(ClientOptions options) {
    return new OpsClient(options.targets(surroundings).operator());
  }
}
