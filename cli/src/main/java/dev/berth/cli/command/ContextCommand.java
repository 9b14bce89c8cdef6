package dev.berth.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.berth.cli.CommandFailure;
import dev.berth.cli.Surroundings;
import dev.berth.cli.client.OpsClient;
import dev.berth.cli.client.Target;
import dev.berth.cli.docker.DockerConfig;
import dev.berth.cli.docker.DockerContext;
import dev.berth.common.tls.Credentials;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
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

  ContextCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
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
    DockerContext context = context(name);
    try {
      String endpoint = context.endpoint().orElseThrow(() -> missing(name));
      Path ca = context.certificates().resolve("ca.pem");
      Credentials own = Credentials.load(context.certificates()).orElseThrow(() -> missing(name));
      Target target = new Target(URI.create(endpoint), Optional.of(ca), Optional.empty());
      write(options, name, target, new OpsClient(target, own), lifetime);
    } catch (IOException | GeneralSecurityException e) {
      throw new CommandFailure("cannot read the context %s: %s".formatted(name, e.getMessage()), e);
    }
  }

  @Command(name = "rm", description = "Remove a context and its key.")
  void remove(@Parameters(paramLabel = "NAME") String name) {
    try {
      DockerContext context = context(name);
      if (context.endpoint().isEmpty()) {
        throw missing(name);
      }
      context.remove();
    } catch (IOException e) {
      throw new CommandFailure(
          "cannot remove the context %s: %s".formatted(name, e.getMessage()), e);
    }
    surroundings.out().printf("Context %s is gone.%n", name);
    surroundings.out().flush();
  }

  private DockerContext context(String name) {
    return DockerContext.in(DockerConfig.directory(surroundings), name);
  }

  private static CommandFailure missing(String name) {
    return new CommandFailure(
        "there is no context %s that Berth has made: make one with `berth context create %s`"
            .formatted(name, name));
  }

  private void write(
      ClientOptions options, String name, Target target, OpsClient client, Duration lifetime) {
    DockerContext context = context(name);
    try {
      Credentials.Request request = Credentials.request();
      JsonNode answer =
          client
              .post(
                  "/berth/v1/certificate",
                  JsonNodeFactory.instance
                      .objectNode()
                      .put("csr", request.csr())
                      .put("lifetime", lifetime.toString()))
              .body();
      String who =
          "%s in tenant %s".formatted(answer.path("user").asText(), answer.path("tenant").asText());
      context.write(
          target.uri().toString().replaceFirst("^tls:", "tcp:"),
          "Berth, as " + who,
          request.signed(
              answer.path("certificate").asText(), Files.readString(target.ca().orElseThrow())));
      options.print(
          surroundings,
          answer,
          () ->
              surroundings
                  .out()
                  .printf(
                      "Context %s is %s until %s. Next: docker --context %s ps%n",
                      name, who, answer.path("expires").asText(), name));
    } catch (IOException | GeneralSecurityException e) {
      throw new CommandFailure(
          "cannot write the context %s: %s".formatted(name, e.getMessage()), e);
    }
  }
}
