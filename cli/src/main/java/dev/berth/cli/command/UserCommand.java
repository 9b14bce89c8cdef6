package dev.berth.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.Surroundings;
import dev.berth.cli.client.OpsClient;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "user",
    description = "Make, show and remove users.",
    synopsisSubcommandLabel = "COMMAND")
final class UserCommand extends Group {
  private final Surroundings surroundings;

  /** What a user may do in a tenant. */
  enum Role {
    READER,
    MEMBER,
    ADMIN;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  UserCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Command(name = "create", description = "Make a user, with a password that is shown once.")
  void create(
      @Mixin ClientOptions options,
      @Parameters(paramLabel = "NAME") String name,
      @Option(names = "--tenant", required = true, description = "The tenant to act in.")
          String tenant,
      @Option(
              names = "--role",
              paramLabel = "reader|member|admin",
              defaultValue = "member",
              description = "What the user may do there (default: member).")
          Role role,
      @Option(
              names = "--password-stdin",
              description = "Read the password from standard input instead of making one.")
          boolean isPiped) {
    ObjectNode user =
        JsonNodeFactory.instance
            .objectNode()
            .put("name", name)
            .put("tenant", tenant)
            .put("role", role.word());
    if (isPiped) {
      user.put("password", surroundings.readPiped("password"));
    }
    JsonNode answer =
        new OpsClient(options.targets(surroundings).operator())
            .post("/berth/v1/users", user)
            .body();
    options.print(
        surroundings,
        answer,
        () -> {
          surroundings.out().printf("User %s is %s in %s.%n", name, role.word(), tenant);
          if (answer.hasNonNull("password")) {
            surroundings
                .out()
                .printf("Password (shown once): %s%n", answer.path("password").asText());
          }
          surroundings.out().printf("Next: berth login --user %s --tenant %s%n", name, tenant);
        });
  }

  @Command(name = "passwd", description = "Give a user another password; its tokens end.")
  void password(
      @Mixin ClientOptions options,
      @Parameters(paramLabel = "NAME") String name,
      @Option(
              names = "--password-stdin",
              description = "Read the password from standard input instead of making one.")
          boolean isPiped) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    if (isPiped) {
      body.put("password", surroundings.readPiped("password"));
    }
    JsonNode answer = client(options).put(path(name) + "/password", body).body();
    options.print(
        surroundings,
        answer,
        () -> {
          surroundings.out().printf("User %s has another password.%n", name);
          if (answer.hasNonNull("password")) {
            surroundings
                .out()
                .printf("Password (shown once): %s%n", answer.path("password").asText());
          }
        });
  }

  @Command(name = "grant", description = "Give a user a role in a tenant, or another one.")
  void grant(
      @Mixin ClientOptions options,
      @Parameters(paramLabel = "NAME") String name,
      @Option(names = "--tenant", required = true, description = "The tenant to act in.")
          String tenant,
      @Option(
              names = "--role",
              paramLabel = "reader|member|admin",
              defaultValue = "member",
              description = "What the user may do there (default: member).")
          Role role) {
    JsonNode answer =
        client(options)
            .put(
                path(name) + "/roles/" + segment(tenant),
                JsonNodeFactory.instance.objectNode().put("role", role.word()))
            .body();
    options.print(
        surroundings,
        answer,
        () -> surroundings.out().printf("User %s is %s in %s.%n", name, role.word(), tenant));
  }

  @Command(name = "withdraw", description = "Take a user's role in a tenant, and its tokens there.")
  void withdraw(
      @Mixin ClientOptions options,
      @Parameters(paramLabel = "NAME") String name,
      @Option(names = "--tenant", required = true, description = "The tenant.") String tenant) {
    JsonNode answer = client(options).delete(path(name) + "/roles/" + segment(tenant));
    options.print(
        surroundings,
        answer,
        () -> surroundings.out().printf("User %s has no role in %s any more.%n", name, tenant));
  }

  @Command(name = "rm", description = "Remove a user and its tokens.")
  void remove(@Mixin ClientOptions options, @Parameters(paramLabel = "NAME") String name) {
    JsonNode answer = client(options).delete(path(name));
    options.print(
        surroundings, answer, () -> surroundings.out().printf("User %s is gone.%n", name));
  }

  private OpsClient client(ClientOptions options) {
    return new OpsClient(options.targets(surroundings).operator());
  }

  private static String path(String name) {
    return "/berth/v1/users/" + segment(name);
  }

  private static String segment(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8);
  }

  @Command(name = "ls", description = "List users.")
  void list(@Mixin ClientOptions options) {
    JsonNode answer =
        new OpsClient(options.targets(surroundings).operator()).get("/berth/v1/users");
    options.printList(
        surroundings,
        answer,
        "users",
        () -> {
          Table table = new Table("USER", "ROLES");
          Fields.items(answer, "users")
              .forEach(
                  user ->
                      table.row(
                          user.path("name").asText(),
                          user.path("roles").toString().replaceAll("[{}\"]", "")));
          table.print(surroundings.out());
        });
  }
}
