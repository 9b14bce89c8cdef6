package dev.berth.common.wire;

import java.util.regex.Pattern;

/**
 * The control group of a tenant on a host, and what all its processes there may have together.
 *
 * @param name as an engine takes it for {@code CgroupParent}: a path from the root of the
 *     hierarchies, or a slice of systemd's
 * @param processes at most; 0 for no limit
 * @param memory in bytes; 0 for no limit
 */
public record TenantGroup(String name, long processes, long memory) {
  private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+");
  private static final Pattern SLICE = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_-]*\\.slice");
  private static final int FIELDS = 3;

  public TenantGroup {
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "invalid control group \"%s\": use a path like /berth or a slice like berth.slice"
              .formatted(name));
    }
    if (processes < 0 || memory < 0) {
      throw new IllegalArgumentException("a limit of a control group is not below 0");
    }
  }

  /** Whether an engine can be given that as a parent. */
  public static boolean isName(String text) {
    return PATH.matcher(text).matches() || SLICE.matcher(text).matches();
  }

  /** Whether systemd keeps it, and not the engine. */
  public boolean isSlice() {
    return name.endsWith(".slice");
  }

  /** As the value of {@link AgentApi#GROUP_HEADER}. */
  public String header() {
    return "%s;%d;%d".formatted(name, processes, memory);
  }

  /**
   * Reads such a value.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static TenantGroup parse(String header) {
    String[] fields = header.split(";", FIELDS);
    if (fields.length != FIELDS) {
      throw new IllegalArgumentException("no control group with its limits: " + header);
    }
    return new TenantGroup(fields[0], Long.parseLong(fields[1]), Long.parseLong(fields[2]));
  }
}
