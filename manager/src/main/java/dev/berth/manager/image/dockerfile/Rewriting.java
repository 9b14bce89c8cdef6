package dev.berth.manager.image.dockerfile;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Writes a Dockerfile anew, so that an engine finds no name in it by which it could look up an
 * image of its own: images become ids, and stages get names that nobody can guess. Every
 * instruction goes to one line, the one on which it began, so that an engine cannot read more
 * instructions than are known here. For one Dockerfile and one thread.
 */
public final class Rewriting {
  private static final String SCRATCH = "scratch";
  private static final Pattern STAGE = Pattern.compile("[a-z][a-z0-9-_.]*");
  private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9]{1,9}");
  private static final Pattern ID = Pattern.compile("sha256:[0-9a-f]{64}");

  /** Finds images, as the tenant knows them, and brings them to the engine. */
  @FunctionalInterface
  public interface Images {
    /**
     * What a reference means.
     *
     * @param platform as the Dockerfile gives it; empty for none
     */
    Meaning find(String reference, String platform) throws IOException;
  }

  private final Dockerfile file;
  private final String secret;
  private final Images images;
  private final Arguments arguments;
  private final String target;
  private final int lastStage;

  private final Map<String, String> names = new HashMap<>();
  private final Map<String, String> tokens = new HashMap<>();
  private final Map<String, Integer> finished = new HashMap<>();
  private String current = "";
  private int stages;
  private String failure = "";

  private Rewriting(
      Dockerfile file, Map<String, String> given, String target, String secret, Images images)
      throws DockerfileException {
    this.file = file;
    this.secret = secret;
    this.images = images;
    Map<String, String> bytes = new HashMap<>();
    given.forEach((name, value) -> bytes.put(Bytes.of(name), Bytes.of(value)));
    this.arguments = new Arguments(bytes, file.escape());
    this.target = Bytes.of(target);
    this.lastStage = last();
  }

  /**
   * Writes it.
   *
   * @param given the build arguments that have a value
   * @param target the stage to build; empty for the last
   * @param secret letters and digits in lower case that nobody can guess
   */
  public static Rewritten of(
      Dockerfile file, Map<String, String> given, String target, String secret, Images images)
      throws DockerfileException, IOException {
    return new Rewriting(file, given, target, secret, images).run();
  }

  /**
   * Requires that what an image has its children do reaches for no other image and no URL.
   *
   * @throws DockerfileException when it does
   */
  public static void requireHarmless(List<String> triggers) throws DockerfileException {
    for (String trigger : triggers) {
      Dockerfile read = Dockerfile.parse(Bytes.of(trigger), "the ONBUILD trigger");
      for (Instruction instruction : read.instructions()) {
        boolean isHarmless =
            switch (instruction.command()) {
              case "FROM", "ONBUILD" -> false;
              case "ADD" -> Additions.arePaths(instruction);
              case "COPY" ->
                  Flagged.of(instruction).flags().stream().noneMatch(f -> f.startsWith("--from"));
              default -> true;
            };
        if (!isHarmless || read.instructions().size() != 1 || read.escape() != '\\') {
          throw new DockerfileException(
              ("the ONBUILD trigger \"%s\" of the base image is refused: it reaches for another"
                      + " image or for what can be a URL")
                  .formatted(trigger));
        }
      }
    }
  }

  /** The number of the stage that is the target; of the last one when there is none. */
  private int last() throws DockerfileException {
    int found = Integer.MAX_VALUE;
    int number = 0;
    for (Instruction instruction : file.instructions()) {
      if (instruction.command().equals("FROM")) {
        List<String> words = Flagged.of(instruction).words();
        if (words.size() == 3 && words.get(2).equalsIgnoreCase(target)) {
          found = number;
        }
        number++;
      }
    }
    return found;
  }

  private Rewritten run() throws DockerfileException, IOException {
    StringBuilder text = new StringBuilder();
    int line = 1;
    if (file.escape() != '\\') {
      text.append("# escape=").append(file.escape());
    }
    List<Rewritten.Step> steps = new ArrayList<>();
    for (Instruction instruction : file.instructions()) {
      failure = "";
      String written = written(instruction);
      for (; line < instruction.line(); line++) {
        text.append('\n');
      }
      text.append(written);
      steps.add(
          new Rewritten.Step(
              Bytes.utf8(written), Bytes.utf8(instruction.text()), Bytes.utf8(failure)));
    }
    text.append('\n');
    Map<String, String> shown = new HashMap<>();
    names.forEach((token, name) -> shown.put(token, Bytes.utf8(name)));
    List<String> hollow = file.hollow().stream().map(Bytes::utf8).toList();
    String targetThere = tokens.getOrDefault(target.toLowerCase(Locale.ROOT), target);
    return new Rewritten(text.toString(), Bytes.utf8(targetThere), steps, shown, hollow);
  }

  private String written(Instruction instruction) throws DockerfileException, IOException {
    return switch (instruction.command()) {
      case "FROM" -> from(instruction);
      case "COPY" -> copy(instruction);
      case "ADD" -> Additions.asPaths(instruction);
      case "ONBUILD" -> trigger(instruction);
      case "ARG" -> {
        if (stages == 0) {
          arguments.declare(instruction);
        }
        yield instruction.text();
      }
      default -> instruction.text();
    };
  }

  private boolean isNeeded() {
    return stages - 1 <= lastStage;
  }

  private String from(Instruction instruction) throws DockerfileException, IOException {
    Flagged flagged = Flagged.of(instruction);
    List<String> words = flagged.words();
    if (stages > 0 && !current.isEmpty()) {
      finished.putIfAbsent(current, stages - 1);
    }
    stages++;
    current = "";
    if (words.isEmpty()) {
      return flagged.text("FROM");
    }
    boolean isNamed = words.size() == 3 && words.get(1).equalsIgnoreCase("as");
    String name = isNamed ? words.get(2).toLowerCase(Locale.ROOT) : "";
    if ((words.size() != 1 && !isNamed) || (isNamed && !STAGE.matcher(name).matches())) {
      // An engine stops at it, whatever the base.
      List<String> others = new ArrayList<>(words);
      others.set(0, SCRATCH);
      return new Flagged(flagged.flags(), String.join(" ", others)).text("FROM");
    }
    current = name;
    String base = base(words.getFirst(), flagged.value("platform"));
    if (!flagged.value("platform").isEmpty()) {
      flagged = flagged.without("platform");
    }
    return new Flagged(flagged.flags(), base + (isNamed ? " AS " + stageToken(name) : ""))
        .text("FROM");
  }

  private String stageToken(String name) {
    return tokens.computeIfAbsent(
        name,
        _ -> {
          String token = "stage-%s-%d".formatted(secret, tokens.size());
          names.put(token, name);
          return token;
        });
  }

  private String base(String word, String platformWord) throws IOException {
    if (!isNeeded()) {
      return SCRATCH;
    }
    String base;
    String platform;
    try {
      base = Word.expand(word, arguments.known(), file.escape());
      platform = Word.expand(platformWord, arguments.known(), file.escape());
    } catch (Word.BadWordException e) {
      return nothing(word, Bytes.of(e.getMessage()));
    }
    if (base.isEmpty()) {
      return nothing(word, "base name (%s) should not be blank".formatted(word));
    }
    String stage = base.toLowerCase(Locale.ROOT);
    if (finished.containsKey(stage)) {
      return stageToken(stage);
    }
    return base.equals(SCRATCH) ? SCRATCH : image(base, platform, true);
  }

  private String image(String reference, String platform, boolean isBase) throws IOException {
    return switch (images.find(Bytes.utf8(reference), Bytes.utf8(platform))) {
      case Meaning.Image(String id, List<String> triggers) -> {
        if (!ID.matcher(id).matches()) {
          throw new IllegalArgumentException("no image id: " + id);
        }
        try {
          if (isBase) {
            requireHarmless(triggers);
          }
          yield id;
        } catch (DockerfileException e) {
          yield nothing(reference, Bytes.of(e.getMessage()));
        }
      }
      case Meaning.Nothing(String message) -> nothing(reference, Bytes.of(message));
    };
  }

  /** A name that no engine takes: the build stops where it stands, for that reason. */
  private String nothing(String shown, String why) {
    String token = "NONE-%s-%d".formatted(secret.toUpperCase(Locale.ROOT), names.size());
    names.put(token, shown);
    failure = why;
    return token;
  }

  private String copy(Instruction instruction) throws DockerfileException, IOException {
    Flagged flagged = Flagged.of(instruction);
    String from = flagged.value("from");
    if (from.isEmpty()) {
      long several = flagged.flags().stream().filter(flag -> flag.startsWith("--from=")).count();
      if (several > 1) {
        throw DockerfileException.atLine(instruction.line(), "Duplicate flag specified: from");
      }
      return flagged.text("COPY");
    }
    return flagged.with("from", source(from)).text("COPY");
  }

  private String source(String from) throws IOException {
    Integer stage = finished.get(from.toLowerCase(Locale.ROOT));
    if (stage != null) {
      return Integer.toString(stage);
    }
    if (from.equals(SCRATCH) || NUMBER.matcher(from).matches()) {
      return from;
    }
    return isNeeded() ? image(from, "", false) : "0";
  }

  private String trigger(Instruction instruction) throws DockerfileException {
    if (instruction.rest().isEmpty()) {
      return instruction.text();
    }
    Instruction inner = Instruction.of(instruction.line(), instruction.rest());
    return switch (inner.command()) {
      case "ADD" -> "ONBUILD " + Additions.asPaths(inner);
      case "COPY" -> {
        Flagged flagged = Flagged.of(inner);
        if (flagged.flags().stream().anyMatch(flag -> flag.startsWith("--from"))) {
          throw DockerfileException.atLine(
              instruction.line(),
              "ONBUILD COPY --from is refused: what it names could be another's image when it runs");
        }
        yield "ONBUILD " + flagged.text("COPY");
      }
      default -> instruction.text();
    };
  }
}
