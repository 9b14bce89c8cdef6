package dev.berth.common.monitor;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The past of one object in bounded memory: an hour in steps of 10 s and, where wanted, a day in
 * averages of 5 min. A number takes 4 bytes and each step 8 for its time: a metric is 1440 bytes
 * for the hour and 1152 for the day. Safe for any thread.
 */
public final class Series<M extends Enum<M> & Metric> {
  /** How far apart samples are. */
  public static final Duration STEP = Duration.ofSeconds(10);

  /** How far apart the averages of the day are. */
  public static final Duration COARSE_STEP = Duration.ofMinutes(5);

  private static final int HOUR = 360;
  private static final int DAY = 288;

  private final List<M> metrics;
  private final Ring fine;
  private final Ring coarse;
  private final double[] sums;
  private final int[] counts;
  private long coarseTick = Long.MIN_VALUE;

  private Series(M[] all, int days) {
    metrics = Arrays.stream(all).filter(Metric::isKept).toList();
    fine = new Ring(STEP, HOUR, metrics.size());
    coarse = new Ring(COARSE_STEP, days * DAY, metrics.size());
    sums = new double[metrics.size()];
    counts = new int[metrics.size()];
  }

  /** One that keeps the hour. */
  public static <M extends Enum<M> & Metric> Series<M> hour(M[] all) {
    return new Series<>(all, 0);
  }

  /** One that keeps the hour and the day. */
  public static <M extends Enum<M> & Metric> Series<M> hourAndDay(M[] all) {
    return new Series<>(all, 1);
  }

  /** Notes what was measured; what is older than the latest is left out. */
  public synchronized void put(Instant at, Values<M> values) {
    float[] row = new float[metrics.size()];
    for (int i = 0; i < row.length; i++) {
      row[i] = (float) values.find(metrics.get(i)).orElse(Double.NaN);
    }
    fine.put(at, row);
    if (coarse.isEmpty()) {
      return;
    }
    long tick = coarse.tick(at);
    if (tick != coarseTick) {
      Arrays.fill(sums, 0);
      Arrays.fill(counts, 0);
      coarseTick = tick;
    }
    float[] averages = new float[row.length];
    for (int i = 0; i < row.length; i++) {
      if (!Float.isNaN(row[i])) {
        sums[i] += row[i];
        counts[i]++;
      }
      averages[i] = counts[i] == 0 ? Float.NaN : (float) (sums[i] / counts[i]);
    }
    coarse.put(at, averages);
  }

  /** The hour as JSON: the step in seconds, and a list of numbers for each metric. */
  public synchronized ObjectNode hour() {
    return json(fine);
  }

  /** The day, in the same form; without any point when it is not kept. */
  public synchronized ObjectNode day() {
    return json(coarse);
  }

  private ObjectNode json(Ring ring) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("step", ring.step.toSeconds());
    List<Integer> slots = ring.inOrder();
    ArrayNode times = json.putArray("at");
    slots.forEach(slot -> times.add(ring.ticks[slot] * ring.step.toMillis()));
    for (int i = 0; i < metrics.size(); i++) {
      float[] values = ring.columns[i];
      boolean isMeasured = slots.stream().anyMatch(slot -> !Float.isNaN(values[slot]));
      if (!isMeasured) {
        continue;
      }
      ArrayNode column = json.putArray(metrics.get(i).key());
      for (int slot : slots) {
        if (Float.isNaN(values[slot])) {
          column.addNull();
        } else {
          column.add(values[slot]);
        }
      }
    }
    return json;
  }

  /** How many bytes the numbers and times take. */
  public int bytes() {
    return fine.bytes() + coarse.bytes();
  }

  /** The newest rows, each at the place that its time says. */
  private static final class Ring {
    private final Duration step;
    private final long[] ticks;
    private final float[][] columns;
    private long newest = Long.MIN_VALUE;

    Ring(Duration step, int slots, int metrics) {
      this.step = step;
      this.ticks = new long[slots];
      this.columns = new float[metrics][slots];
      Arrays.fill(ticks, Long.MIN_VALUE);
    }

    boolean isEmpty() {
      return ticks.length == 0;
    }

    long tick(Instant at) {
      return at.toEpochMilli() / step.toMillis();
    }

    void put(Instant at, float[] row) {
      long tick = tick(at);
      if (tick < newest) {
        return;
      }
      newest = tick;
      int slot = (int) (tick % ticks.length);
      ticks[slot] = tick;
      for (int i = 0; i < row.length; i++) {
        columns[i][slot] = row[i];
      }
    }

    List<Integer> inOrder() {
      List<Integer> slots = new ArrayList<>();
      for (long tick = newest - ticks.length + 1; !isEmpty() && tick <= newest; tick++) {
        int slot = (int) Math.floorMod(tick, (long) ticks.length);
        if (newest != Long.MIN_VALUE && ticks[slot] == tick) {
          slots.add(slot);
        }
      }
      return slots;
    }

    int bytes() {
      return ticks.length * (Long.BYTES + columns.length * Float.BYTES);
    }
  }
}
