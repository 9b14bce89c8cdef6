package dev.berth.cli.keystone;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.berth.cli.CommandFailure;
import dev.berth.cli.client.Trust;
import dev.berth.manager.keystone.KeystoneConfig;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * Gets tokens from one Keystone, by its API v3.
 *
 * @param url its root
 * @param ca who signed its certificate; empty for those that Java knows
 */
public record KeystoneLogin(URI url, Optional<Path> ca) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int MAX_ANSWER_BYTES = 1024 * 1024;

  /**
   * What Keystone gave.
   *
   * @param project the id of the project that the token is for
   * @param expires when it ends, as Keystone writes it
   */
  public record Given(String token, String user, String project, String name, String expires) {
    @Override
    public String toString() {
      return "Given[" + user + " in " + project + "]";
    }
  }

  /**
   * One whose address a user typed.
   *
   * @throws CommandFailure for what is no address of one
   */
  public static KeystoneLogin at(String url, Optional<Path> ca) {
    try {
      return new KeystoneLogin(KeystoneConfig.parseUrl(url), ca.map(Path::toAbsolutePath));
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(e.getMessage(), e);
    }
  }

  /**
   * A token for that.
   *
   * @throws CommandFailure with Keystone's own sentence when it refuses, or with what stands in the
   *     way
   */
  public Given token(Proof proof) {
    HttpClient.Builder builder =
        HttpClient.newBuilder().connectTimeout(CONNECT).version(HttpClient.Version.HTTP_1_1);
    ca.ifPresent(file -> builder.sslContext(Trust.in(file)));
    try (HttpClient http = builder.build()) {
      HttpResponse<byte[]> answer =
          http.send(
              HttpRequest.newBuilder(URI.create(url + "/v3/auth/tokens"))
                  .timeout(PATIENCE)
                  .header("Content-Type", "application/json")
                  .header("Accept", "application/json")
                  .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(proof.body())))
                  .build(),
              BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_ANSWER_BYTES));
      return given(answer);
    } catch (ConnectException e) {
      throw new CommandFailure(
          "cannot connect to the Keystone at %s: check the address".formatted(url), e);
    } catch (SSLException e) {
      throw new CommandFailure(
          "cannot trust the Keystone at %s: %s: name the file of its authority with --keystone-ca"
              .formatted(url, e.getMessage()),
          e);
    } catch (IOException e) {
      throw new CommandFailure(
          "the Keystone at %s did not answer: %s".formatted(url, e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("the login was interrupted", e);
    }
  }

  private Given given(HttpResponse<byte[]> answer) {
    JsonNode body = json(answer.body());
    if (answer.statusCode() != 201) {
      String sentence = body.at("/error/message").asText();
      throw new CommandFailure(
          "the Keystone at %s gave no token (%d%s): check the user, the project, their domains and the secret"
              .formatted(
                  url,
                  answer.statusCode(),
                  sentence.isEmpty() ? "" : ": " + sentence.replaceFirst("\\.$", "")));
    }
    JsonNode token = body.path("token");
    String secret = answer.headers().firstValue("X-Subject-Token").orElse("");
    String project = token.at("/project/id").asText();
    if (secret.isEmpty() || !token.isObject()) {
      throw new CommandFailure(
          "what answers at %s is no Keystone: check the address".formatted(url));
    }
    if (project.isEmpty()) {
      throw new CommandFailure(
          "Keystone gave a token that is for no project: name one with --project");
    }
    return new Given(
        secret,
        token.at("/user/name").asText(),
        project,
        token.at("/project/name").asText(),
        token.path("expires_at").asText());
  }

  private static JsonNode json(byte[] bytes) {
    try {
      JsonNode json = JSON.readTree(bytes);
      return json == null ? MissingNode.getInstance() : json;
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    } catch (IOException e) {
      throw new CommandFailure("cannot read Keystone's answer: " + e.getMessage(), e);
    }
  }
}
