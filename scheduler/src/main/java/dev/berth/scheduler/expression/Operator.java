package dev.berth.scheduler.expression;

/** How an expression's pattern must stand to what it is held against. */
public enum Operator {
  /** Something matches. */
  EQUAL("=="),

  /** Nothing matches. */
  UNEQUAL("!=");

  private final String sign;

  Operator(String sign) {
    this.sign = sign;
  }

  String sign() {
    return sign;
  }
}
