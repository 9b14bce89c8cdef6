package dev.berth.manager.image.dockerfile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The arguments before the first FROM, which FROM may use. For one Dockerfile and one thread. */
final class Arguments {
  private final Map<String, String> given;
  private final char escape;
  private final Map<String, String> known = new HashMap<>();

  /**
   * None yet.
   *
   * @param given the values that the build was called with
   */
  Arguments(Map<String, String> given, char escape) {
    this.given = given;
    this.escape = escape;
  }

  Map<String, String> known() {
    return known;
  }

  void declare(Instruction argument) {
    for (String word : words(argument.rest())) {
      int equals = word.indexOf('=');
      String name = equals < 0 ? word : word.substring(0, equals);
      Optional<String> value =
          given.containsKey(name)
              ? Optional.of(given.get(name))
              : equals < 0 ? Optional.empty() : expanded(word.substring(equals + 1));
      value.ifPresentOrElse(text -> known.put(name, text), () -> known.remove(name));
    }
  }

  /** Empty for what an engine stops at, so that nothing after it matters. */
  private Optional<String> expanded(String value) {
    try {
      return Optional.of(Word.expand(value, known, escape));
    } catch (Word.BadWordException e) {
      return Optional.empty();
    }
  }

  /** Words apart, with their quotes. */
  private List<String> words(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    char quote = '\0';
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote == '\0' && Bytes.isBlank(c)) {
        if (!word.isEmpty()) {
          words.add(word.toString());
          word.setLength(0);
        }
        continue;
      }
      if (quote == '\0' && (c == '\'' || c == '"')) {
        quote = c;
      } else if (c == quote) {
        quote = '\0';
      } else if (c == escape && quote != '\'' && i + 1 < text.length()) {
        word.append(c);
        c = text.charAt(++i);
      }
      word.append(c);
    }
    if (!word.isEmpty()) {
      words.add(word.toString());
    }
    return words;
  }
}
