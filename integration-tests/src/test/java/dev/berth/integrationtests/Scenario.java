package dev.berth.integrationtests;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A few calls one after the other, which an engine and Berth must answer alike.
 *
 * <p>The file of them has a line {@code = name} for each, and a line for each step: a request as
 * {@code METHOD target | body | capture=field | +Header: value}, or a command as {@code $ docker's
 * words}. {@code @x} is a name of this scenario's own, {@code {x}} what was captured from an
 * earlier answer. {@code each X in a; b} before the name repeats the scenario with each for {@code
 * %X}.
 */
record Scenario(String name, List<Step> steps) {
  private static final Pattern OWN_NAME = Pattern.compile("@([a-z]+)");

  /** One call. */
  sealed interface Step {}

  /**
   * A request of the API.
   *
   * @param captures the answer's fields to keep, by the name to keep them under
   */
  record Request(
      String method,
      String target,
      String body,
      Map<String, String> captures,
      Map<String, String> headers)
      implements Step {}

  /** A command of the docker CLI. */
  record Cli(List<String> words) implements Step {}

  /** All of a resource's. */
  static List<Scenario> read(String resource) {
    List<Scenario> scenarios = new ArrayList<>();
    String each = "";
    List<String> block = new ArrayList<>();
    for (String line : lines(resource)) {
      if (line.startsWith("each ") || line.startsWith("= ")) {
        if (!block.isEmpty()) {
          scenarios.addAll(expanded(each, block));
          block.clear();
          each = "";
        }
        if (line.startsWith("each ")) {
          each = line.substring("each ".length());
          continue;
        }
      }
      if (!line.isBlank() && !line.startsWith("#")) {
        block.add(line);
      }
    }
    scenarios.addAll(expanded(each, block));
    return numbered(scenarios);
  }

  private static List<String> lines(String resource) {
    try (InputStream in = Scenario.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Scenario> expanded(String each, List<String> block) {
    if (each.isEmpty()) {
      return List.of(parse(block));
    }
    String[] parts = each.split(" in ", 2);
    List<Scenario> scenarios = new ArrayList<>();
    for (String value : parts[1].split("; ")) {
      scenarios.add(
          parse(block.stream().map(line -> line.replace("%" + parts[0], value)).toList()));
    }
    return scenarios;
  }

  private static Scenario parse(List<String> block) {
    List<Step> steps = new ArrayList<>();
    for (String line : block.subList(1, block.size())) {
      steps.add(line.startsWith("$ ") ? cli(line.substring(2)) : request(line));
    }
    return new Scenario(block.getFirst().substring(2), steps);
  }

  private static Cli cli(String line) {
    List<String> words = new ArrayList<>();
    Pattern.compile("'([^']*)'|(\\S+)")
        .matcher(line)
        .results()
        .map(word -> word.group(1) != null ? word.group(1) : word.group(2))
        .forEach(words::add);
    return new Cli(words);
  }

  private static Request request(String line) {
    String[] parts = line.split(" \\| ");
    String[] call = parts[0].strip().split(" ", 2);
    String body = "";
    Map<String, String> captures = new LinkedHashMap<>();
    Map<String, String> headers = new LinkedHashMap<>();
    for (int i = 1; i < parts.length; i++) {
      String part = parts[i].strip();
      if (part.startsWith("+")) {
        String[] header = part.substring(1).split(": ", 2);
        headers.put(header[0], header[1]);
      } else if (part.matches("[a-z]+=[A-Za-z.]+")) {
        String[] capture = part.split("=");
        captures.put(capture[0], capture[1]);
      } else {
        body = part;
      }
    }
    return new Request(call[0], call[1], body, captures, headers);
  }

  /** Names of one scenario are no other's: what is left of one must not change the next. */
  private static List<Scenario> numbered(List<Scenario> scenarios) {
    List<Scenario> numbered = new ArrayList<>();
    for (int i = 0; i < scenarios.size(); i++) {
      String own = "par" + i;
      Scenario scenario = scenarios.get(i);
      numbered.add(
          new Scenario(
              scenario.name(), scenario.steps().stream().map(step -> named(step, own)).toList()));
    }
    return numbered;
  }

  private static Step named(Step step, String own) {
    return switch (step) {
      case Request request ->
          new Request(
              request.method(),
              named(request.target(), own),
              named(request.body(), own),
              request.captures(),
              request.headers());
      case Cli cli -> new Cli(cli.words().stream().map(word -> named(word, own)).toList());
    };
  }

  private static String named(String text, String own) {
    return OWN_NAME.matcher(text).replaceAll((MatchResult name) -> own + name.group(1));
  }

  /** The names of its own that occur in it. */
  List<String> ownNames() {
    TreeSet<String> names = new TreeSet<>();
    for (Step step : steps) {
      Pattern.compile("par[0-9]+[a-z]+")
          .matcher(step.toString())
          .results()
          .map(MatchResult::group)
          .forEach(names::add);
    }
    return List.copyOf(names);
  }
}
