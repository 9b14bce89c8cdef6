package dev.berth.scheduler;

/** How hard pressed a host is, by what its agent measures there. */
public enum Pressure {
  NONE,

  /** It gets new containers only when no other host can have them, not even without soft hints. */
  AVOID,

  /** It gets no new containers. */
  REFUSE
}
