package dev.berth.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.berth.cli.CommandFailure;
import dev.berth.cli.Surroundings;
import dev.berth.cli.client.OpsClient;
import dev.berth.cli.client.Target;
import dev.berth.cli.docker.DockerContext;
import dev.berth.common.tls.Credentials;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "context",
    description = {
      "Make docker contexts whose client certificate says who you are, and in which tenant.",
      "Log in first; then:  berth context create acme  and  docker --context acme ps"
    },
    synopsisSubcommandLabel = "COMMAND")
final class ContextCommand extends Group {
  private final Surroundings surroundings;
  private final Contexts contexts;

  ContextCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.contexts = new Contexts(surroundings);
  }

  @Command(
      name = "create",
      description = "Make a context, or make it anew, as the user that is logged in.")
  void create(
      @Mixin ClientOptions options,
      @Parameters(paramLabel = "NAME") String name,
      @Option(
              names = "--lifetime",
              paramLabel = "TIME",
              defaultValue = "24h",
              converter = Lifetime.class,
              description = "How long the certificate is good for (default and most: 24h).")
          Duration lifetime) {
    Target target = options.targets(surroundings).userOverTls();
    if (target.identity().isEmpty()) {
      throw new CommandFailure("nobody is logged in: run `berth login` first");
    }
    write(options, name, target, new OpsClient(target), lifetime);
  }

  @Command(
      name = "renew",
      description = "Get another certificate for a context by the one that it has.")
  void renew(
      @Mixin ClientOptions options,
      @Parameters(paramLabel = "NAME") String name,
      @Option(
              names = "--lifetime",
              paramLabel = "TIME",
              defaultValue = "24h",
              converter = Lifetime.class,
              description = "How long the certificate is good for (default and most: 24h).")
          Duration lifetime) {
    DockerContext context = contexts.find(name);
    try {
      String endpoint = context.endpoint().orElseThrow(() -> missing(name));
      Path ca = context.certificates().resolve("ca.pem");
      Credentials own =
          Credentials.loadForDocker(context.certificates())
              .orElseThrow(
                  () ->
                      new CommandFailure(
                          "the context %s has no certificate: it sends the token of `berth login`, which `berth login --renew` renews"
                              .formatted(name)));
      Target target = new Target(URI.create(endpoint), Optional.of(ca), Optional.empty());
      write(options, name, target, new OpsClient(target, own), lifetime);
    } catch (IOException | GeneralSecurityException e) {
      throw new CommandFailure("cannot read the context %s: %s".formatted(name, e.getMessage()), e);
    }
  }

  @Command(name = "ls", description = "List the contexts that Berth has made.")
  void list(@Mixin OutputOptions options) {
    JsonNode answer = contexts.list();
    options.print(
        surroundings,
        answer,
        () -> {
          Table table = new Table("CONTEXT", "ENDPOINT", "GOOD UNTIL", "DESCRIPTION");
          for (JsonNode context : answer) {
            table.row(
                context.path("name").asText(),
                context.path("endpoint").asText(),
                context.path("expires").asText("-"),
                context.path("description").asText());
          }
          table.print(surroundings.out());
        });
  }

  @Command(name = "rm", description = "Remove a context and its key.")
  void remove(@Mixin OutputOptions options, @Parameters(paramLabel = "NAME") String name) {
    try {
      DockerContext context = contexts.find(name);
      if (context.endpoint().isEmpty()) {
        throw missing(name);
      }
      context.remove();
    } catch (IOException e) {
      throw new CommandFailure(
          "cannot remove the context %s: %s".formatted(name, e.getMessage()), e);
    }
    options.print(
        surroundings,
        JsonNodeFactory.instance.objectNode().put("name", name),
        () -> surroundings.out().printf("Context %s is gone.%n", name));
  }

  private static CommandFailure missing(String name) {
    return new CommandFailure(
        "there is no context %s that Berth has made: make one with `berth context create %s`"
            .formatted(name, name));
  }

  private void write(
      ClientOptions options, String name, Target target, OpsClient client, Duration lifetime) {
    JsonNode answer = contexts.withCertificate(name, target, client, lifetime);
    options.print(
        surroundings,
        answer,
        () ->
            surroundings
                .out()
                .printf(
                    "Context %s is %s until %s. Next: docker --context %s ps%n",
                    name, Contexts.who(answer), answer.path("expires").asText(), name));
  }
}
