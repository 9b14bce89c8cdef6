package dev.berth.manager.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.ImageId;
import dev.berth.manager.image.archive.BuildContext;
import dev.berth.manager.image.dockerfile.Rewritten;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an engine says of a build, on its way to the client: with the client's own Dockerfile in
 * place of the one that was sent, and an eye on the images that come of it. For one thread.
 */
final class BuildLog implements Progress {
  private static final Pattern STEP =
      Pattern.compile("Step (\\d{1,5})/\\d+ : (.*)", Pattern.DOTALL);
  private static final Pattern LAYER = Pattern.compile(" ---> ([0-9a-f]{12})\n");
  private static final Pattern REMOVED =
      Pattern.compile("Removing intermediate container [0-9a-f]{12}\n");
  private static final String CACHED = " ---> Using cache\n";

  /** What an engine says of a name that is none. */
  private static final String NO_NAME =
      "invalid reference format: repository name must be lowercase";

  private static final int MAX_KEPT_CHARS = 4 * 1024 * 1024;

  private final Progress client;
  private final boolean isQuiet;
  private final boolean isTold;
  private final List<JsonNode> kept = new ArrayList<>();
  private long keptChars;
  private final SequencedSet<ImageId> results = new LinkedHashSet<>();

  private Optional<Rewritten> dockerfile = Optional.empty();
  private String dockerfileName = "";
  private String failure = "";
  private String layer = "";
  private boolean isCached;
  private Optional<JsonNode> removal = Optional.empty();

  /**
   * A log.
   *
   * @param isQuiet whether the client wants to know only what came of it
   * @param isTold whether the client is told that the container of a failed step is removed: it is
   *     in any case, but an engine would have left it
   */
  BuildLog(Progress client, boolean isQuiet, boolean isTold) {
    this.client = client;
    this.isQuiet = isQuiet;
    this.isTold = isTold;
  }

  /** From now on an engine speaks of that Dockerfile. */
  void speaksOf(Rewritten written, String name) {
    dockerfile = Optional.of(written);
    dockerfileName = name;
  }

  /** The images that the stages came to, the last one last. */
  List<ImageId> results() {
    return List.copyOf(results);
  }

  /** The shortened id that the last step came to, when it was made and not found; else empty. */
  String unfinished() {
    return layer;
  }

  @Override
  public void line(JsonNode line) throws IOException {
    if (!isQuiet) {
      client.line(line);
      return;
    }
    keptChars += line.toString().length();
    if (keptChars < MAX_KEPT_CHARS) {
      kept.add(line);
    }
  }

  /** A line of the engine's that is no error. */
  void engine(JsonNode line) throws IOException {
    if (removal.isPresent()) {
      line(removal.get());
      removal = Optional.empty();
    }
    String id = line.path("aux").path("ID").asText();
    if (!id.isEmpty()) {
      ImageId image = new ImageId(id);
      results.remove(image);
      results.addLast(image);
      layer = "";
    }
    if (!line.has("stream")) {
      line(line);
      return;
    }
    String text = line.path("stream").asText();
    note(text);
    if (!isTold && REMOVED.matcher(text).matches()) {
      removal = Optional.of(line);
      return;
    }
    Matcher step = STEP.matcher(text);
    line(step.matches() ? stream(shown(step, text)) : line);
  }

  private void note(String text) {
    Matcher made = LAYER.matcher(text);
    if (made.matches()) {
      layer = isCached ? "" : made.group(1);
    }
    isCached = text.equals(CACHED);
  }

  private String shown(Matcher step, String text) {
    int number = Integer.parseInt(step.group(1));
    List<Rewritten.Step> steps = dockerfile.map(Rewritten::steps).orElse(List.of());
    if (number < 1 || number > steps.size()) {
      return text;
    }
    Rewritten.Step meant = steps.get(number - 1);
    if (!meant.written().equals(step.group(2))) {
      return text;
    }
    failure = meant.failure();
    return text.substring(0, step.start(2)) + meant.shown();
  }

  /** The engine's message as it would be of the client's own Dockerfile. */
  String inOwnWords(String message) {
    String own = message;
    if (!failure.isEmpty()) {
      own = own.replace(NO_NAME, failure);
    }
    for (Map.Entry<String, String> name :
        dockerfile.map(Rewritten::names).orElse(Map.of()).entrySet()) {
      own = own.replace(name.getKey(), name.getValue());
    }
    return own.replace(BuildContext.WRITTEN, dockerfileName);
  }

  /** The engine's error ends the log; of a quiet build it comes after all that was said before. */
  void fail(JsonNode error) throws IOException {
    flush();
    if (error instanceof ObjectNode line) {
      String message = inOwnWords(line.path("error").asText());
      line.put("error", message);
      if (line.path("errorDetail") instanceof ObjectNode detail) {
        detail.put("message", message);
      }
    }
    client.line(error);
  }

  private void flush() throws IOException {
    for (JsonNode line : kept) {
      client.line(line);
    }
    kept.clear();
  }

  /** Of a quiet build, only the id. */
  void succeed(ImageId image) throws IOException {
    if (isQuiet) {
      client.line(stream(image + "\n"));
    }
  }

  static JsonNode stream(String text) {
    return JsonNodeFactory.instance.objectNode().put("stream", text);
  }
}
