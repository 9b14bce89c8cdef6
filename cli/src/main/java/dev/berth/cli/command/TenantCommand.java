package dev.berth.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.berth.cli.CommandFailure;
import dev.berth.cli.Surroundings;
import dev.berth.cli.client.OpsClient;
import dev.berth.common.id.TenantId;
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
    options.print(
        surroundings,
        answer,
        () -> {
          Table table = new Table("TENANT");
          Fields.items(answer, "tenants").forEach(each -> table.row(each.path("id").asText()));
          table.print(surroundings.out());
        });
  }

  @Command(name = "update", description = "Put a tenant under a policy.")
  void update(
      @Mixin ClientOptions options,
      @Parameters(paramLabel = "TENANT") String tenant,
      @Option(names = "--policy", required = true, description = "See `berth policy ls`.")
          String policy) {
    JsonNode answer =
        client(options)
            .put(
                "/berth/v1/tenants/" + check(tenant),
                JsonNodeFactory.instance.objectNode().put("policy", policy))
            .body();
    options.print(
        surroundings,
        answer,
        () -> surroundings.out().printf("Tenant %s is under the policy %s.%n", tenant, policy));
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
    JsonNode answer =
        client(options)
            .delete("/berth/v1/tenants/" + check(tenant) + (isForced ? "?force=true" : ""));
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
