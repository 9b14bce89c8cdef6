package dev.berth.manager.ops;

import java.util.List;
import java.util.stream.Stream;

/** What an answer or a part of one is, for the documentation: nothing is made or checked by it. */
sealed interface OpsShape {

  /** A single value. */
  enum Plain implements OpsShape {
    TEXT,
    /** A whole number. */
    NUMBER,
    /** A number that can have a fraction. */
    AMOUNT,
    FLAG,
    /** A text as 2026-01-31T12:00:00Z. */
    MOMENT,
    /** Any JSON. */
    ANY
  }

  /** A value, or null where there is none. */
  record OrNull(Plain value) implements OpsShape {}

  record ListOf(OpsShape item) implements OpsShape {}

  /** An object with names that are not known beforehand. */
  record MapOf(OpsShape value) implements OpsShape {}

  /**
   * An object.
   *
   * @param name what the documentation calls it; empty for one that is described where it stands
   */
  record Fields(String name, List<OpsPart> parts) implements OpsShape {
    public Fields {
      parts = List.copyOf(parts);
    }

    /** The same with more, as another object. */
    Fields and(String other, OpsPart... more) {
      return new Fields(other, Stream.concat(parts.stream(), Stream.of(more)).toList());
    }
  }

  /** An object that is described where it stands. */
  static Fields fields(OpsPart... parts) {
    return new Fields("", List.of(parts));
  }

  /** An object that the documentation describes once, under that name. */
  static Fields named(String name, OpsPart... parts) {
    return new Fields(name, List.of(parts));
  }

  static OpsShape listOf(OpsShape item) {
    return new ListOf(item);
  }

  static OpsShape mapOf(OpsShape value) {
    return new MapOf(value);
  }
}
