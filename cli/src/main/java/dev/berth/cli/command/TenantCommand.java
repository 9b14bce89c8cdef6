package dev.berth.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.CommandFailure;
import dev.berth.cli.Surroundings;
import dev.berth.cli.client.OpsClient;
import dev.berth.common.id.TenantId;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "tenant",
    description = "Make, show and remove tenants, the accounts that own containers.",
    synopsisSubcommandLabel = "COMMAND")
final class TenantCommand extends Group {
  private final Surroundings surroundings;

  TenantCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Command(name = "create", description = "Make a tenant.")
  void create(
      @Mixin ClientOptions options,
      @Parameters(paramLabel = "TENANT", description = "1 to 63 of a-z, 0-9 and inner hyphens.")
          String tenant) {
    JsonNode answer =
        client(options)
            .post(
                "/berth/v1/tenants", JsonNodeFactory.instance.objectNode().put("id", check(tenant)))
            .body();
    options.print(
        surroundings,
        answer,
        () ->
            surroundings
                .out()
                .printf(
                    "Tenant %s is there. Next: eval \"$(berth env --tenant %s)\"%n",
                    tenant, tenant));
  }

  @Command(name = "inspect", description = "Show one tenant.")
  void inspect(@Mixin ClientOptions options, @Parameters(paramLabel = "TENANT") String tenant) {
    JsonNode answer = client(options).get("/berth/v1/tenants/" + check(tenant));
    options.print(surroundings, answer, () -> surroundings.out().print(Fields.text(answer)));
  }

  @Command(name = "ls", description = "List tenants.")
  void list(@Mixin ClientOptions options) {
    JsonNode answer = client(options).get("/berth/v1/tenants");
    options.printList(
        surroundings,
        answer,
        "tenants",
        () -> {
          Table table = new Table("TENANT");
          Fields.items(answer, "tenants").forEach(each -> table.row(each.path("id").asText()));
          table.print(surroundings.out());
        });
  }

  @Command(
      name = "update",
      description = {
        "Change what a tenant may do and have.",
        "",
        "  berth tenant update acme --quota containers=20,memory=4g,cpus=8",
        "  berth tenant update acme --quota memory=none --flavor medium",
        "  berth tenant update acme --constraint 'zone!=a' --constraint 'disk==ssd'"
      })
  void update(
      @Mixin ClientOptions options,
      @Parameters(paramLabel = "TENANT") String tenant,
      @Option(names = "--policy", description = "See `berth policy ls`.") String policy,
      @Option(
              names = "--quota",
              paramLabel = "NAME=AMOUNT",
              split = ",",
              description =
                  "The most of containers, cpus, memory, gpus, devices, pids, disk, ports, volumes,"
                      + " volume-bytes, networks, image-bytes or builds; none for no limit."
                      + " What the tenant has already it keeps.")
          List<String> quota,
      @Option(
              names = "--flavor",
              description = "The flavor of containers that name none; empty for the usual one.")
          String flavor,
      @Option(
              names = "--strategy",
              description = "spread, binpack, balanced or random; empty for the cluster's.")
          String strategy,
      @Option(
              names = "--constraint",
              paramLabel = "EXPRESSION",
              description =
                  "What each host must be that something of the tenant's may be placed on, as"
                      + " 'zone!=a'; may be given several times, takes the place of those before;"
                      + " empty for any host. What is on other hosts stays there.")
          List<String> constraints) {
    ObjectNode change = JsonNodeFactory.instance.objectNode();
    Given.put(change, "policy", policy);
    Given.put(change, "flavor", flavor);
    Given.put(change, "strategy", strategy);
    if (constraints != null) {
      ArrayNode wanted = change.putArray("constraints");
      constraints.stream().filter(each -> !each.isEmpty()).forEach(wanted::add);
    }
    if (!Given.list(quota).isEmpty()) {
      ObjectNode limits = change.putObject("quota");
      for (String each : quota) {
        int equals = each.indexOf('=');
        if (equals < 1) {
          throw new CommandFailure("write a quota as NAME=AMOUNT, not \"%s\"".formatted(each));
        }
        limits.put(each.substring(0, equals), each.substring(equals + 1));
      }
    }
    JsonNode answer = client(options).put("/berth/v1/tenants/" + check(tenant), change).body();
    options.print(
        surroundings,
        answer,
        () -> {
          surroundings
              .out()
              .printf(
                  "Tenant %s is under the policy %s, with the flavor %s.%n",
                  tenant, answer.path("policy").asText(), answer.path("flavor").asText());
          Fields.items(answer, "constraints")
              .forEach(each -> surroundings.out().printf("  hosts: %s%n", each.asText()));
          for (var limit : answer.path("quota").properties()) {
            surroundings
                .out()
                .printf("  %s: %s%n", limit.getKey(), limit.getValue().path("text").asText());
          }
        });
  }

  @Command(
      name = "rm",
      description = {
        "Remove a tenant, its users' roles in it and its tokens.",
        "It is refused while the tenant has containers, networks, volumes or images."
      })
  void remove(
      @Mixin ClientOptions options,
      @Parameters(paramLabel = "TENANT") String tenant,
      @Option(
              names = "--force",
              description = "Remove all that the tenant has, on every host, with its data.")
          boolean isForced) {
    String path = "/berth/v1/tenants/" + check(tenant) + (isForced ? "?force=true" : "");
    JsonNode answer =
        options.show(surroundings, "removing tenant " + tenant, () -> client(options).delete(path));
    options.print(
        surroundings,
        answer,
        () -> {
          Fields.items(answer, "removed")
              .forEach(
                  object ->
                      surroundings
                          .out()
                          .printf(
                              "Removed %s %s%s%n",
                              object.path("kind").asText(),
                              object.path("name").asText(),
                              object.path("host").asText().isEmpty()
                                  ? ""
                                  : " on " + object.path("host").asText()));
          Fields.items(answer, "users")
              .forEach(user -> surroundings.out().printf("Removed user %s%n", user.asText()));
          surroundings.out().printf("Tenant %s is gone.%n", tenant);
        });
  }

  @Command(name = "top", description = "Show what each tenant's containers use together.")
  void top(@Mixin TopView.Options options) {
    TopView.show(surroundings, options, "/berth/v1/monitor/tenants", "tenants", TopView::tenants);
  }

  private OpsClient client(ClientOptions options) {
    return new OpsClient(options.targets(surroundings).operator());
  }

  private static String check(String tenant) {
    try {
      return new TenantId(tenant).value();
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(e.getMessage(), e);
    }
  }
}
