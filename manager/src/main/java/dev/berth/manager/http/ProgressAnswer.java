package dev.berth.manager.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.manager.image.ImageException;
import dev.berth.manager.image.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * An answer of JSON lines that begins with its first line: what fails before that has a status of
 * its own, and what fails afterwards is a line, as on an engine.
 */
final class ProgressAnswer implements Progress {
  private final OpenCall call;
  private Optional<OutputStream> out = Optional.empty();

  ProgressAnswer(OpenCall call) {
    this.call = call;
  }

  /** Work that reports as it goes. */
  @FunctionalInterface
  interface Work {
    void run(Progress progress) throws IOException;
  }

  /** Does the work and answers with what it reports. */
  static void of(OpenCall call, Work work) throws IOException {
    ProgressAnswer answer = new ProgressAnswer(call);
    try {
      work.run(answer);
    } catch (ImageException e) {
      answer.fail(e);
    }
    answer.begun().close();
  }

  @Override
  public void line(JsonNode line) throws IOException {
    OutputStream stream = begun();
    stream.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
    stream.flush();
  }

  private OutputStream begun() throws IOException {
    if (out.isEmpty()) {
      out = Optional.of(call.stream(200, "application/json"));
    }
    return out.get();
  }

  private void fail(ImageException e) throws IOException {
    if (out.isEmpty()) {
      throw e;
    }
    call.trace().failed(e.getMessage());
    ObjectNode line = OpenCall.JSON.createObjectNode();
    line.putObject("errorDetail").put("message", e.getMessage());
    line(line.put("error", e.getMessage()));
  }
}
