package dev.berth.manager.image.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The flags of an instruction, and what follows them. Flags are taken in plain characters only, so
 * that no reader can find others in them.
 */
record Flagged(List<String> flags, String rest) {
  private static final Pattern PLAIN =
      Pattern.compile("--[A-Za-z][A-Za-z0-9-]*(?:=[A-Za-z0-9_./:,@+${}-]*)?");

  static Flagged of(Instruction instruction) throws DockerfileException {
    List<String> flags = new ArrayList<>();
    String rest = trimLeft(instruction.rest());
    while (rest.startsWith("--")) {
      int end = 0;
      while (end < rest.length() && !isSpace(rest.charAt(end))) {
        end++;
      }
      String flag = rest.substring(0, end);
      if (!PLAIN.matcher(flag).matches()) {
        throw DockerfileException.atLine(
            instruction.line(),
            "the flag %s of %s is not taken: write it as --name=value, without quotes"
                .formatted(Bytes.utf8(flag), instruction.command()));
      }
      flags.add(flag);
      rest = trimLeft(rest.substring(end));
    }
    return new Flagged(flags, rest);
  }

  /** An engine looks for flags byte by byte, and for it these two bytes are spaces there, too. */
  private static boolean isSpace(char c) {
    return Bytes.isBlank(c) || c == '\u0085' || c == '\u00a0';
  }

  private static String trimLeft(String text) {
    int begin = 0;
    while (begin < text.length() && isSpace(text.charAt(begin))) {
      begin++;
    }
    return text.substring(begin);
  }

  /** The words that follow the flags. */
  List<String> words() {
    return rest.isEmpty() ? List.of() : List.of(rest.split("[\t\u000b\f\r ]+"));
  }

  /** The value of the only flag of that name; empty when there is none, or several. */
  String value(String name) {
    String prefix = "--" + name + "=";
    List<String> given = flags.stream().filter(flag -> flag.startsWith(prefix)).toList();
    return given.size() == 1 ? given.getFirst().substring(prefix.length()) : "";
  }

  Flagged without(String name) {
    String prefix = "--" + name + "=";
    return new Flagged(flags.stream().filter(flag -> !flag.startsWith(prefix)).toList(), rest);
  }

  Flagged with(String name, String value) {
    Flagged other = without(name);
    List<String> more = new ArrayList<>(other.flags());
    more.add("--" + name + "=" + value);
    return new Flagged(more, rest);
  }

  /** Written anew. */
  String text(String command) {
    return command
        + (flags.isEmpty() ? "" : " " + String.join(" ", flags))
        + (rest.isEmpty() ? "" : " " + rest);
  }
}
