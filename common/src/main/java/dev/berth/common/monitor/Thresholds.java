package dev.berth.common.monitor;

/**
 * From which shares of use on a host is avoided and refused. A level is left only when use is
 * {@link #EASE} below where it began, so that a host at the edge does not flicker.
 *
 * @param avoid of 1
 * @param refuse of 1, not below {@code avoid}
 */
public record Thresholds(double avoid, double refuse) {
  /** How far use must fall below a threshold before its level ends. */
  public static final double EASE = 0.05;

  public Thresholds {
    if (!(avoid > 0 && avoid <= refuse && refuse <= 1)) {
      throw new IllegalArgumentException(
          "thresholds must be 0 < avoid <= refuse <= 100 per cent, not %s and %s"
              .formatted(avoid * 100, refuse * 100));
    }
  }

  /** Of two numbers per cent, as in {@code 85,95}. */
  public static Thresholds parse(String text) {
    String[] parts = text.split(",", -1);
    if (parts.length != 2
        || !parts[0].strip().matches("\\d{1,3}")
        || !parts[1].strip().matches("\\d{1,3}")) {
      throw new IllegalArgumentException(
          "\"%s\" is not two numbers per cent, as 85,95".formatted(text));
    }
    return new Thresholds(
        Integer.parseInt(parts[0].strip()) / 100.0, Integer.parseInt(parts[1].strip()) / 100.0);
  }

  /**
   * The level that follows.
   *
   * @param before the one that held until now
   * @param used the share that is in use, of 1
   */
  public Level after(Level before, double used) {
    if (used >= refuse) {
      return Level.REFUSE;
    }
    if (before == Level.REFUSE && used > refuse - EASE) {
      return Level.REFUSE;
    }
    if (used >= avoid) {
      return Level.AVOID;
    }
    return before != Level.NONE && used > avoid - EASE ? Level.AVOID : Level.NONE;
  }
}
