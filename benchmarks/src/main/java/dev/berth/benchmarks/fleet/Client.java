package dev.berth.benchmarks.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpCall;
import dev.berth.common.http.RequestHead;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.http.TcpConnection;
import java.io.IOException;
import java.net.Socket;

/** One kept connection of the operator's to a manager. For one thread. */
final class Client implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final HttpCall call;
  private final String token;

  private Client(HttpCall call, String token) {
    this.call = call;
    this.token = token;
  }

  static Client open(String token) throws IOException {
    Socket socket = new Socket(java.net.InetAddress.getLoopbackAddress(), Manager.PORT);
    TcpConnection.tune(socket);
    return new Client(new HttpCall(new TcpConnection(socket)), token);
  }

  /**
   * Asks in a tenant.
   *
   * @throws IOException also for an answer that is not good
   */
  byte[] ask(String tenant, String method, String target, String body) throws IOException {
    byte[] bytes = body.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    Headers headers =
        Headers.of("Host", "docker", "X-Auth-Token", token, "X-Auth-TenantId", tenant);
    if (!method.equals("GET")) {
      headers = headers.with("Content-Type", "application/json");
      call.send(new RequestHead(method, target, headers), bytes);
    } else {
      call.send(new RequestHead(method, target, headers));
    }
    ResponseHead head = call.receive();
    byte[] answer = call.responseBody().readAllBytes();
    if (head.status() >= 300) {
      throw new IOException(
          "%s %s is answered %d: %s"
              .formatted(
                  method,
                  target,
                  head.status(),
                  new String(answer, java.nio.charset.StandardCharsets.UTF_8)));
    }
    return answer;
  }

  JsonNode json(String tenant, String method, String target, String body) throws IOException {
    return JSON.readTree(ask(tenant, method, target, body));
  }

  @Override
  public void close() throws IOException {
    call.close();
  }
}
