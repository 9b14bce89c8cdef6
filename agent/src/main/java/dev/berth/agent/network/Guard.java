package dev.berth.agent.network;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps containers from the cluster's own ports and from the link-local addresses where clouds give
 * out their secrets: two chains of the host's packet filter, one that the engine's own chain for
 * such rules leads to, and one for what comes from containers to the host itself. They are made
 * anew in one step when something has changed, and looked after each minute. They outlive the
 * guard, as the containers do: the next one takes them over.
 */
public final class Guard implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Guard.class);
  private static final String FORWARDED = "BERTH-FORWARD";
  private static final String TO_HOST = "BERTH-INPUT";

  /** Docker keeps this one for the operator's rules, and asks it first (Engine 17.06 and later). */
  private static final String ENGINES_OWN = "DOCKER-USER";

  /** The bridges of user-defined networks, which all networks of tenants are. */
  private static final String BRIDGES = "br-+";

  private static final String LINK_LOCAL = "169.254.0.0/16";
  private static final Duration ROUND = Duration.ofMinutes(1);
  private static final Duration SETTLE = Duration.ofMillis(300);
  private static final Duration TOOL = Duration.ofSeconds(20);

  /** What is run on the host. */
  @FunctionalInterface
  interface Tools {
    /**
     * Runs one to its end.
     *
     * @throws IOException when it fails
     */
    void run(String input, String... words) throws IOException;
  }

  private final Tools tools;
  private final Supplier<List<Address>> remote;
  private final int ownPort;
  private final ScheduledExecutorService rounds =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("network-guard").factory());

  private final AtomicBoolean isAsked = new AtomicBoolean();
  private String last = "";
  private boolean isTold;

  /**
   * A guard that does nothing yet.
   *
   * @param remote the ports of the cluster that containers of this host could come to
   * @param ownPort the port of this host's agent
   */
  public Guard(Supplier<List<Address>> remote, int ownPort) {
    this(Guard::run, remote, ownPort);
  }

  Guard(Tools tools, Supplier<List<Address>> remote, int ownPort) {
    this.tools = tools;
    this.remote = remote;
    this.ownPort = ownPort;
  }

  /** From when this returns the rules are there, if this process may make them. */
  public void start() {
    look();
    var _ =
        rounds.scheduleWithFixedDelay(
            this::look, ROUND.toSeconds(), ROUND.toSeconds(), TimeUnit.SECONDS);
  }

  /**
   * Something has changed: a host has come, or the engine has begun anew and made its chains anew.
   * Changes that come together are looked at once.
   */
  public void lookAgain() {
    if (!isAsked.getAndSet(true)) {
      try {
        var _ =
            rounds.schedule(
                () -> {
                  isAsked.set(false);
                  look();
                },
                SETTLE.toMillis(),
                TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        LOG.atDebug().log("the guard has ended");
      }
    }
  }

  private synchronized void look() {
    try {
      String rules = rules(new TreeSet<>(remote.get()), ownPort);
      if (!rules.equals(last)) {
        tools.run(rules, "iptables-restore", "--noflush", "--wait", "5");
        last = rules;
      }
      lead("INPUT", TO_HOST, "-i", BRIDGES);
      lead(ENGINES_OWN, FORWARDED);
      isTold = false;
    } catch (IOException | RuntimeException e) {
      last = "";
      if (!isTold) {
        LOG.atWarn()
            .setCause(e)
            .log(
                "containers are not kept from the cluster's own ports and from 169.254.0.0/16:"
                    + " the agent needs iptables, and to be root");
        isTold = true;
      }
    }
  }

  /** What iptables-restore takes; chains that it names are emptied in the same step. */
  static String rules(SortedSet<Address> remote, int ownPort) {
    List<String> lines = new ArrayList<>();
    lines.add("*filter");
    lines.add(":" + FORWARDED + " - [0:0]");
    lines.add(":" + TO_HOST + " - [0:0]");
    for (String chain : List.of(FORWARDED, TO_HOST)) {
      lines.add("-A " + chain + " -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN");
    }
    lines.add("-A " + FORWARDED + " -d " + LINK_LOCAL + " -j REJECT");
    lines.add("-A " + TO_HOST + " -d " + LINK_LOCAL + " -j REJECT");
    lines.add("-A " + TO_HOST + " -p tcp --dport " + ownPort + " -j REJECT");
    for (Address address : remote) {
      for (String chain : List.of(FORWARDED, TO_HOST)) {
        lines.add(
            "-A %s -d %s/32 -p tcp --dport %d -j REJECT"
                .formatted(chain, address.host(), address.port()));
      }
    }
    lines.add("COMMIT");
    return String.join("\n", lines) + "\n";
  }

  private void lead(String from, String to, String... when) throws IOException {
    if (!succeeds(tools, jump("-C", from, to, when))) {
      tools.run("", jump("-I", from, to, when).toArray(String[]::new));
    }
  }

  private static List<String> jump(String command, String from, String to, String... when) {
    List<String> words = new ArrayList<>(List.of("iptables", "--wait", "5", command, from));
    words.addAll(List.of(when));
    words.addAll(List.of("-j", to));
    return words;
  }

  private static boolean succeeds(Tools tools, List<String> words) {
    try {
      tools.run("", words.toArray(String[]::new));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static void run(String input, String... words) throws IOException {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    try {
      try (OutputStream stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // A tool that does not read its input says why.
      }
      if (!process.waitFor(TOOL.toSeconds(), TimeUnit.SECONDS)) {
        throw new IOException("%s takes too long".formatted(words[0]));
      }
      if (process.exitValue() != 0) {
        String said =
            new String(process.getInputStream().readNBytes(4096), StandardCharsets.UTF_8).strip();
        throw new IOException("%s failed: %s".formatted(String.join(" ", words), said));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } finally {
      process.destroyForcibly();
    }
  }

  /** Looks no more, and leaves the rules: containers run on while no agent does. */
  @Override
  public void close() {
    rounds.shutdownNow();
  }

  /** Takes away the rules of any guard, where there are some: for a host that is one no more. */
  public static void undo() {
    undo(Guard::run);
  }

  static void undo(Tools tools) {
    List<List<String>> steps =
        List.of(
            jump("-D", "INPUT", TO_HOST, "-i", BRIDGES),
            jump("-D", ENGINES_OWN, FORWARDED),
            List.of("iptables", "--wait", "5", "-F", TO_HOST),
            List.of("iptables", "--wait", "5", "-F", FORWARDED),
            List.of("iptables", "--wait", "5", "-X", TO_HOST),
            List.of("iptables", "--wait", "5", "-X", FORWARDED));
    steps.forEach(words -> succeeds(tools, words));
  }
}
