package dev.berth.agent.host;

import dev.berth.common.wire.TenantGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds what all containers and builds of a tenant on this host have together, by the kernel's
 * control groups, v1 or v2 (cgroup-v1/pids, cgroup-v1/memory and admin-guide/cgroup-v2 in the
 * kernel's documentation). An engine puts its containers below. What the kernel does not allow is
 * logged once and left: each container has limits of its own. Safe for any thread.
 */
public final class ControlGroups {
  private static final Logger LOG = LoggerFactory.getLogger(ControlGroups.class);

  private final Path root;
  private final AtomicBoolean isTold = new AtomicBoolean();

  /**
   * With the directory where the hierarchies are.
   *
   * @param root {@code /sys/fs/cgroup}, but for tests
   */
  public ControlGroups(Path root) {
    this.root = root;
  }

  /** Makes a group with its limits ready, before something is put into it. */
  public synchronized void ensure(TenantGroup group) {
    if (group.isSlice()) {
      // It is systemd's to make and to change.
      return;
    }
    try {
      if (Files.exists(root.resolve("cgroup.controllers"))) {
        ensureUnified(group);
      } else {
        ensureEach(group);
      }
    } catch (IOException e) {
      if (!isTold.getAndSet(true)) {
        LOG.atWarn()
            .addKeyValue("group", group.name())
            .addKeyValue("reason", e.toString())
            .log("a tenant has no limit as a whole on this host");
      }
    }
  }

  /** Removes the groups below that one in which nothing is any more. */
  public void sweep(String parent) {
    if (parent.startsWith("/")) {
      Stream.concat(Stream.of(root), directories(root).stream())
          .flatMap(hierarchy -> directories(under(hierarchy, parent)).stream())
          .forEach(ControlGroups::removeIfEmpty);
    }
  }

  private static Path under(Path hierarchy, String name) {
    return hierarchy.resolve(name.substring(1));
  }

  private void ensureEach(TenantGroup group) throws IOException {
    Path pids = made("pids", group);
    write(pids.resolve("pids.max"), text(group.processes(), "max"));
    Path memory = made("memory", group);
    // Without it a group of an old kernel does not count what is below.
    inherit(memory.getParent());
    inherit(memory);
    if (group.memory() == 0 || promised(memory, "memory.limit_in_bytes") <= group.memory()) {
      write(memory.resolve("memory.limit_in_bytes"), text(group.memory(), "-1"));
    }
  }

  private Path made(String controller, TenantGroup group) throws IOException {
    Path hierarchy = root.resolve(controller);
    if (!Files.isDirectory(hierarchy)) {
      throw new IOException("no hierarchy at " + hierarchy);
    }
    return Files.createDirectories(under(hierarchy, group.name()));
  }

  private static void inherit(Path group) {
    Path file = group.resolve("memory.use_hierarchy");
    try {
      if (Files.exists(file) && !Files.readString(file).strip().equals("1")) {
        Files.writeString(file, "1");
      }
    } catch (IOException e) {
      LOG.atDebug().addKeyValue("file", file).setCause(e).log("kept as it is");
    }
  }

  private void ensureUnified(TenantGroup group) throws IOException {
    Path path = under(root, group.name());
    Files.createDirectories(path);
    Path parent = root;
    for (Path part : root.relativize(path)) {
      write(parent.resolve("cgroup.subtree_control"), "+memory +pids");
      parent = parent.resolve(part);
    }
    write(path.resolve("pids.max"), text(group.processes(), "max"));
    if (group.memory() == 0 || promised(path, "memory.max") <= group.memory()) {
      write(path.resolve("memory.max"), text(group.memory(), "max"));
    }
  }

  private static String text(long limit, String none) {
    return limit == 0 ? none : Long.toString(limit);
  }

  /**
   * What is promised to the groups below that have a limit: who was promised more than a quota that
   * was lowered since is not to be killed for it.
   */
  private static long promised(Path group, String file) {
    long sum = 0;
    for (Path child : directories(group)) {
      try {
        long limit = Long.parseLong(Files.readString(child.resolve(file)).strip());
        // The kernel's word for none in v1 is the largest number of whole pages.
        sum = limit > Long.MAX_VALUE / 2 ? sum : Math.addExact(sum, limit);
      } catch (IOException | NumberFormatException e) {
        LOG.atTrace().addKeyValue("group", child).setCause(e).log("without a limit");
      }
    }
    return sum;
  }

  private static void write(Path file, String value) throws IOException {
    Files.writeString(file, value);
  }

  private static void removeIfEmpty(Path group) {
    try {
      Files.delete(group);
    } catch (IOException e) {
      LOG.atTrace().addKeyValue("group", group).setCause(e).log("still in use");
    }
  }

  private static List<Path> directories(Path parent) {
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(parent)) {
      return children
          .filter(child -> Files.isDirectory(child) && !Files.isSymbolicLink(child))
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }
}
