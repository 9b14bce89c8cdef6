package dev.berth.manager.tenant;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/** The rules that do not look beyond the value itself. */
final class Rules {
  static final Rule FLAG = typed(JsonNode::isBoolean, "true or false");
  static final Rule TEXT = typed(JsonNode::isTextual, "a string");
  static final Rule NUMBER = number(Long.MIN_VALUE, Long.MAX_VALUE);
  static final Rule COUNT = number(0, Long.MAX_VALUE);

  /** An array of strings. */
  static final Rule TEXTS = each(TEXT);

  /** An object whose values are strings. */
  static final Rule TEXT_MAP = values(TEXT);

  /** A command: one string or an array of them. */
  static final Rule COMMAND =
      (value, at) -> value.isTextual() ? TEXT.admit(value, at) : TEXTS.admit(value, at);

  static final Rule EMPTY_OBJECT =
      typed(value -> value.isObject() && value.isEmpty(), "an empty object");

  /** A set as the engine writes it: an object whose values are empty objects. */
  static final Rule SET = values(EMPTY_OBJECT);

  /** Without effect on the engine, and therefore left out. */
  static final Rule IGNORED = (_, _) -> Optional.empty();

  /** A field that nobody has thought about: only its zero value is let by, by leaving it out. */
  static final Rule UNKNOWN = zero("this version of Berth does not know the field");

  private Rules() {}

  private static Rule typed(Predicate<JsonNode> type, String wanted) {
    return (value, at) -> {
      if (!type.test(value)) {
        throw at.malformed(wanted);
      }
      return Optional.of(value);
    };
  }

  static Rule number(long least, long most) {
    return atMost(least, _ -> most);
  }

  /** A whole number between a bound and one of the tenant's limits. */
  static Rule atMost(long least, ToLongFunction<PolicyLimits> limit) {
    return (value, at) -> {
      long number = whole(value, at);
      long most = limit.applyAsLong(at.limits());
      if (number < least || number > most) {
        throw at.denied("it must be from %d to %d".formatted(least, most));
      }
      return Optional.of(value);
    };
  }

  static long whole(JsonNode value, Place at) {
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw at.malformed("a whole number");
    }
    return value.longValue();
  }

  static String text(JsonNode value, Place at) {
    if (!value.isTextual()) {
      throw at.malformed("a string");
    }
    return value.textValue();
  }

  /** Only the zero value, which is left out. */
  static Rule zero(String reason) {
    return (value, at) -> {
      if (!isZero(value)) {
        throw at.denied(reason);
      }
      return Optional.empty();
    };
  }

  /** Nothing at all: for fields whose empty value means something. */
  static Rule absent(String reason) {
    return (_, at) -> {
      throw at.denied(reason);
    };
  }

  /** One of these words, or the empty one. */
  static Rule oneOf(String reason, String... words) {
    Set<String> allowed = Set.of(words);
    return (value, at) -> {
      String word = text(value, at);
      if (!word.isEmpty() && !allowed.contains(word)) {
        throw at.denied(reason);
      }
      return Optional.of(value);
    };
  }

  /** A string that passes a test. */
  static Rule text(Predicate<String> test, String reason) {
    return (value, at) -> {
      if (!test.test(text(value, at))) {
        throw at.denied(reason);
      }
      return Optional.of(value);
    };
  }

  /** An array, each of whose items has the rule; items that it leaves out are left out. */
  static Rule each(Rule rule) {
    return (value, at) -> {
      if (!(value instanceof ArrayNode items)) {
        throw at.malformed("an array");
      }
      ArrayNode admitted = JsonNodeFactory.instance.arrayNode();
      for (int i = 0; i < items.size(); i++) {
        at.item(i).admit(rule, items.get(i)).ifPresent(admitted::add);
      }
      return Optional.of(admitted);
    };
  }

  /** An object with keys of the user's own, each of whose values has the rule. */
  static Rule values(Rule rule) {
    return entries((_, _) -> {}, rule);
  }

  /** Looks at a key of the user's own. */
  @FunctionalInterface
  interface KeyRule {
    void check(String key, Place at);
  }

  static Rule entries(KeyRule keys, Rule rule) {
    return (value, at) -> {
      if (!(value instanceof ObjectNode object)) {
        throw at.malformed("an object");
      }
      ObjectNode admitted = JsonNodeFactory.instance.objectNode();
      for (var entry : object.properties()) {
        String key = entry.getKey();
        Place place = at.field(key);
        checkKey(keys, key, at);
        rule.admit(entry.getValue(), place).ifPresent(node -> admitted.set(key, node));
      }
      return Optional.of(admitted);
    };
  }

  private static void checkKey(KeyRule keys, String key, Place at) {
    try {
      keys.check(key, at.field(key));
    } catch (PolicyDeniedException e) {
      if (at.admission().widened(at.path(), TextNode.valueOf(key)).isEmpty()) {
        throw e;
      }
    }
  }

  static Optional<JsonNode> of(String text) {
    return Optional.of(TextNode.valueOf(text));
  }

  /** Whether the engine's decoder would make the same of it as of nothing. */
  static boolean isZero(JsonNode value) {
    if (value.isContainerNode()) {
      for (JsonNode item : value) {
        if (!isZero(item)) {
          return false;
        }
      }
      return true;
    }
    return value.isNull()
        || (value.isTextual() && value.textValue().isEmpty())
        || (value.isBoolean() && !value.booleanValue())
        || (value.isNumber() && value.doubleValue() == 0);
  }
}
