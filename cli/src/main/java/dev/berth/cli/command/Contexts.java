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
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.time.Duration;

/** Makes docker contexts at a manager. */
record Contexts(Surroundings surroundings) {

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
          "Berth, as " + who(answer),
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
      find(name).write(endpoint(target), "Berth, with the token of the login", target.ca());
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
