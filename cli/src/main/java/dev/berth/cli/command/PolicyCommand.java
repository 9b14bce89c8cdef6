package dev.berth.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.CommandFailure;
import dev.berth.cli.Surroundings;
import dev.berth.cli.client.OpsClient;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "policy",
    description = {
      "Make and show policies: what tenants may do beyond the rules for all, and what not.",
      "A tenant that is under no other policy is under the one that is called default."
    },
    synopsisSubcommandLabel = "COMMAND")
final class PolicyCommand extends Group {
  private final Surroundings surroundings;

  PolicyCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Command(name = "ls", description = "List policies.")
  void list(@Mixin ClientOptions options) {
    JsonNode answer = client(options).get("/berth/v1/policies");
    options.printList(
        surroundings,
        answer,
        "policies",
        () -> {
          Table table = new Table("POLICY", "ALLOWS", "DENIES", "LIMITS", "TENANTS");
          Fields.items(answer, "policies")
              .forEach(
                  policy ->
                      table.row(
                          policy.path("name").asText(),
                          Integer.toString(policy.path("allow").size()),
                          Integer.toString(policy.path("denyActions").size()),
                          Integer.toString(policy.path("limits").size()),
                          Integer.toString(policy.path("tenants").size())));
          table.print(surroundings.out());
        });
  }

  @Command(name = "fields", description = "List the fields that a policy can open.")
  void fields(@Mixin ClientOptions options) {
    JsonNode answer = client(options).get("/berth/v1/policies").path("fields");
    ArrayNode rows = JsonNodeFactory.instance.arrayNode();
    answer.forEach(field -> rows.addObject().set("name", field));
    options.print(
        surroundings,
        answer,
        rows,
        () -> answer.forEach(field -> surroundings.out().println(field.asText())));
  }

  @Command(name = "inspect", description = "Show one policy.")
  void inspect(@Mixin ClientOptions options, @Parameters(paramLabel = "POLICY") String name) {
    JsonNode answer = client(options).get(path(name));
    options.print(surroundings, answer, () -> surroundings.out().print(Fields.text(answer)));
  }

  @Command(
      name = "set",
      description = {
        "Make a policy, or make it anew: what is not given here, it does not have.",
        "",
        "  berth policy set debuggers \\",
        "    --allow ContainerCreate:HostConfig.CapAdd=SYS_PTRACE --deny-action ImagePush"
      })
  void set(
      @Mixin ClientOptions options,
      @Parameters(paramLabel = "POLICY") String name,
      @Option(
              names = "--allow",
              paramLabel = "FIELD[=VALUE,...]",
              description = "Open a field, for these values only if some are given.")
          List<String> allowed,
      @Option(
              names = "--deny-action",
              paramLabel = "ACTION",
              split = ",",
              description = "Switch a call of the Docker API off, as ContainerExec.")
          List<String> denied,
      @Option(
              names = "--limit",
              paramLabel = "NAME=NUMBER",
              split = ",",
              description =
                  "Set a bound: pids, shm-bytes, tmpfs-bytes, open-files, locked-bytes or"
                      + " lowest-host-port.")
          List<String> limits) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    ObjectNode allow = body.putObject("allow");
    for (String each : Given.list(allowed)) {
      int equals = each.indexOf('=');
      ArrayNode values = allow.putArray(equals < 0 ? each : each.substring(0, equals));
      if (equals >= 0) {
        List.of(each.substring(equals + 1).split(",")).forEach(values::add);
      }
    }
    ArrayNode actions = body.putArray("denyActions");
    Given.list(denied).forEach(actions::add);
    ObjectNode bounds = body.putObject("limits");
    Given.list(limits).forEach(each -> putLimit(bounds, each));
    JsonNode answer = client(options).put(path(name), body).body();
    options.print(surroundings, answer, () -> surroundings.out().print(Fields.text(answer)));
  }

  private static void putLimit(ObjectNode bounds, String text) {
    String[] parts = text.split("=", 2);
    try {
      bounds.put(parts[0], Long.parseLong(parts.length < 2 ? "" : parts[1]));
    } catch (NumberFormatException e) {
      throw new CommandFailure("write a limit as NAME=NUMBER, not \"%s\"".formatted(text), e);
    }
  }

  @Command(name = "rm", description = "Remove a policy that no tenant is under.")
  void remove(@Mixin ClientOptions options, @Parameters(paramLabel = "POLICY") String name) {
    JsonNode answer = client(options).delete(path(name));
    options.print(
        surroundings, answer, () -> surroundings.out().printf("Policy %s is gone.%n", name));
  }

  private OpsClient client(ClientOptions options) {
    return new OpsClient(options.targets(surroundings).operator());
  }

  private static String path(String name) {
    return "/berth/v1/policies/" + URLEncoder.encode(name, StandardCharsets.UTF_8);
  }
}
