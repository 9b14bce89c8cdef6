package dev.berth.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.CommandFailure;
import dev.berth.cli.Surroundings;
import dev.berth.cli.client.OpsClient;
import dev.berth.cli.client.Target;
import dev.berth.cli.docker.DockerConfig;
import dev.berth.cli.docker.DockerContext;
import dev.berth.common.tls.Credentials;
import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.time.Duration;

/** Makes docker contexts at a manager. */
record Contexts(Surroundings surroundings) {
  private static final String MARK = "Berth, ";

  /** Those that are there, with when their certificates end, as far as they have one. */
  ArrayNode list() {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    try {
      for (DockerContext context : DockerContext.all(DockerConfig.directory(surroundings))) {
        if (!context.description().startsWith(MARK)) {
          continue;
        }
        ObjectNode json =
            list.addObject()
                .put("name", context.name())
                .put("endpoint", context.endpoint().orElse(""))
                .put("description", context.description());
        Credentials.loadForDocker(context.certificates())
            .map(own -> own.chain().getFirst().getNotAfter().toInstant().toString())
            .ifPresentOrElse(
                expires -> json.put("expires", expires), () -> json.putNull("expires"));
      }
      return list;
    } catch (IOException | GeneralSecurityException e) {
      throw new CommandFailure("cannot read the docker contexts: " + e.getMessage(), e);
    }
  }

  DockerContext find(String name) {
    return DockerContext.in(DockerConfig.directory(surroundings), name);
  }

  /**
   * One that shows a client certificate which the manager signs.
   *
   * @return what the manager says of the certificate
   */
  JsonNode withCertificate(String name, Target target, OpsClient client, Duration lifetime) {
    DockerContext context = find(name);
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
      context.write(
          endpoint(target),
          MARK + "as " + who(answer),
          request.signed(
              answer.path("certificate").asText(), Files.readString(target.ca().orElseThrow())));
      return answer;
    } catch (IOException | GeneralSecurityException e) {
      throw unwritten(name, e);
    }
  }

  /** One without a certificate: the token of the docker CLI's config.json goes there, too. */
  void withToken(String name, Target target) {
    try {
      find(name).write(endpoint(target), MARK + "with the token of the login", target.ca());
    } catch (IOException e) {
      throw unwritten(name, e);
    }
  }

  static String who(JsonNode answer) {
    return "%s in tenant %s"
        .formatted(answer.path("user").asText(), answer.path("tenant").asText());
  }

  private static String endpoint(Target target) {
    return target.uri().toString().replaceFirst("^tls:", "tcp:");
  }

  private static CommandFailure unwritten(String name, Exception e) {
    return new CommandFailure("cannot write the context %s: %s".formatted(name, e.getMessage()), e);
  }
}
