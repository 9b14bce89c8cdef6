package dev.berth.scheduler.filter;

import dev.berth.scheduler.expression.Expression;
import java.util.List;
import java.util.function.Predicate;

/** How lists of expressions are shown. */
final class Expressions {
  private Expressions() {}

  static String shown(List<Expression> expressions) {
    return String.join(" ", expressions.stream().map(Expression::toString).toList());
  }

  static String unmet(List<Expression> expressions, Predicate<Expression> holds) {
    return shown(expressions.stream().filter(holds.negate()).toList()) + " does not hold";
  }
}
