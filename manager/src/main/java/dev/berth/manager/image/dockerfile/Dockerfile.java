package dev.berth.manager.image.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Dockerfile's instructions, read as the classic builder of Engine 20.10 reads them: comments,
 * the escape directive, lines that go on. Heredocs are not known there, and not here. Immutable.
 *
 * @param escape the character of the escape directive
 * @param hollow the instructions in which an empty line goes on, which an engine warns of
 */
public record Dockerfile(List<Instruction> instructions, char escape, List<String> hollow) {
  private static final Pattern DIRECTIVE =
      Pattern.compile("#\\s*([a-zA-Z][a-zA-Z0-9]*)\\s*=\\s*(.+?)\\s*", Pattern.DOTALL);
  private static final List<String> DIRECTIVES = List.of("syntax", "escape", "check");

  /** An engine reads lines up to 64 KiB. */
  private static final int MAX_LINE_BYTES = 65_000;

  private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

  public Dockerfile {
    instructions = List.copyOf(instructions);
    hollow = List.copyOf(hollow);
  }

  /**
   * Reads a Dockerfile.
   *
   * @param content with a character for each byte
   * @param name what messages call it
   */
  public static Dockerfile parse(String content, String name) throws DockerfileException {
    String text = content;
    if (text.startsWith(BYTE_ORDER_MARK)) {
      text = text.substring(BYTE_ORDER_MARK.length());
    }
    String[] lines = text.split("\n", -1);
    char escape = escape(lines, name);
    Pattern goesOn = goesOn(escape);
    List<Instruction> instructions = new ArrayList<>();
    List<String> hollow = new ArrayList<>();
    for (int i = 0; i < lines.length; i++) {
      int begin = i;
      String line = Bytes.trimLeft(withoutReturn(lines[i]));
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      Matcher more = goesOn.matcher(line);
      StringBuilder whole = new StringBuilder(more.replaceFirst("$1"));
      boolean isOpen = more.reset().find();
      boolean isHollow = false;
      while (isOpen && i + 1 < lines.length) {
        String next = withoutReturn(lines[++i]);
        String trimmed = Bytes.trimLeft(next);
        if (trimmed.startsWith("#")) {
          continue;
        }
        if (trimmed.isEmpty()) {
          // What follows the last line break is no line.
          isHollow |= i + 1 < lines.length;
          continue;
        }
        more = goesOn.matcher(next);
        isOpen = more.find();
        whole.append(isOpen ? more.replaceFirst("$1") : next);
      }
      Instruction instruction = instruction(begin + 1, whole.toString(), goesOn);
      if (isHollow) {
        hollow.add(whole.toString());
      }
      instructions.add(instruction);
    }
    if (instructions.isEmpty()) {
      throw new DockerfileException(
          "failed to parse %s: file with no instructions".formatted(name));
    }
    return new Dockerfile(instructions, escape, hollow);
  }

  private static Instruction instruction(int line, String whole, Pattern goesOn)
      throws DockerfileException {
    if (whole.length() > MAX_LINE_BYTES) {
      throw DockerfileException.atLine(
          line, "the instruction is longer than %d bytes".formatted(MAX_LINE_BYTES));
    }
    Instruction instruction = Instruction.of(line, whole);
    // An instruction is written to one line: it must end there for every reader.
    if (goesOn.matcher(instruction.text()).find() || instruction.text().indexOf('\n') >= 0) {
      throw DockerfileException.atLine(line, "the instruction ends with an escape character");
    }
    return instruction;
  }

  private static String withoutReturn(String line) {
    int end = line.length();
    while (end > 0 && line.charAt(end - 1) == '\r') {
      end--;
    }
    return line.substring(0, end);
  }

  /** The character at a line's end, unless another one escapes it. */
  private static Pattern goesOn(char escape) {
    String one = Pattern.quote(Character.toString(escape));
    return Pattern.compile("(\\A|[^%s])%s[ \t]*\\z".formatted(escape == '\\' ? "\\\\" : "`", one));
  }

  /** Directives are the comments before all else. */
  private static char escape(String[] lines, String name) throws DockerfileException {
    boolean isGiven = false;
    char escape = '\\';
    for (String line : lines) {
      Matcher directive = DIRECTIVE.matcher(Bytes.trimLeft(withoutReturn(line)));
      if (!directive.matches()
          || !DIRECTIVES.contains(directive.group(1).toLowerCase(Locale.ROOT))) {
        break;
      }
      if (directive.group(1).equalsIgnoreCase("escape")) {
        String value = directive.group(2);
        if (isGiven) {
          throw new DockerfileException(
              "failed to parse %s: only one escape parser directive can be used".formatted(name));
        }
        if (!value.equals("\\") && !value.equals("`")) {
          throw new DockerfileException(
              "failed to parse %s: invalid escape token '%s' does not match ` or \\"
                  .formatted(name, Bytes.utf8(value)));
        }
        isGiven = true;
        escape = value.charAt(0);
      }
    }
    return escape;
  }
}
