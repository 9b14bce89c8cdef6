package dev.berth.manager.image.dockerfile;

import java.util.Locale;

/**
 * One instruction.
 *
 * @param line where it begins, counted from 1
 * @param text the whole instruction on one line, as an engine repeats it
 * @param command in capitals
 * @param rest what follows the command
 */
record Instruction(int line, String text, String command, String rest) {

  static Instruction of(int line, String text) throws DockerfileException {
    String trimmed = Bytes.trim(text);
    int end = 0;
    while (end < trimmed.length() && !Bytes.isBlank(trimmed.charAt(end))) {
      end++;
    }
    String command = trimmed.substring(0, end);
    // Whatever else a reader could take for white space or a letter never gets to an engine.
    if (!command.matches("[A-Za-z]+")) {
      throw DockerfileException.atLine(
          line, "unknown instruction: " + Bytes.utf8(command).toUpperCase(Locale.ROOT));
    }
    return new Instruction(
        line, trimmed, command.toUpperCase(Locale.ROOT), Bytes.trim(trimmed.substring(end)));
  }
}
