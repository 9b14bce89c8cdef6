package dev.berth.lab;

import dev.berth.lab.image.ImageArchive;
import dev.berth.lab.image.LabImage;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One host of a lab: an engine and processes in namespaces of their own, with an address on the
 * lab's bridge. Any thread may use it; one change of its power, engine or network happens at a
 * time. Every method throws {@link LabException} when the machine does not do its part.
 */
public final class LabHost {

  private static final Duration POWER_LIMIT = Duration.ofSeconds(20);
  private static final Duration COMMAND_LIMIT = Duration.ofSeconds(60);

  private final Lab lab;
  private final int index;
  private final Path home;
  private final EngineProcess engine;
  private final String cgroupParent;
  private final ReentrantLock changing = new ReentrantLock();
  private final List<String> engineFlags;
  private final Duration startLimit;
  // INVARIANT: the fields below change only under `changing`, and the lab's state is written after
  // each change.
  private volatile Namespaces space;
  private volatile ProcessId engineProcess;
  private volatile boolean isCut;
  private volatile List<String> loadedImages;
  private volatile List<LabProcess> processes;

  LabHost(Lab lab, LabState.Host state) {
    this.lab = lab;
    this.index = state.index();
    this.home = lab.space().home(index);
    this.engine = new EngineProcess(name(), home, lab.space().socket(index));
    this.cgroupParent = Cgroups.parentOf(lab.id(), name());
    this.engineFlags = List.copyOf(state.engineFlags());
    this.startLimit = Duration.ofMillis(state.startLimitMillis());
    this.space = Namespaces.ofHost(state.holder());
    this.engineProcess = state.engine();
    this.isCut = state.isCut();
    this.loadedImages = List.copyOf(state.loadedImages());
    this.processes = state.processes().stream().map(LabProcess::found).toList();
  }

  /** The control group in which an agent puts those of its tenants; gone with the lab. */
  public String tenantGroups() {
    return cgroupParent + "/tenants";
  }

  static LabState.Host fresh(int index, LabOptions options) {
    return new LabState.Host(
        index,
        ProcessId.NONE,
        ProcessId.NONE,
        false,
        options.startLimit().toMillis(),
        options.engineFlags(),
        List.of(),
        List.of());
  }

  LabState.Host state() {
    return new LabState.Host(
        index,
        space.holder(),
        engineProcess,
        isCut,
        startLimit.toMillis(),
        engineFlags,
        loadedImages,
        processes.stream().map(LabProcess::id).filter(ProcessId::isAlive).toList());
  }

  /** 1 for the first host. */
  public int index() {
    return index;
  }

  /** Its hostname: {@code lab-h1} for the first. */
  public String name() {
    return "lab-h" + index;
  }

  /** Its address on the lab's bridge, the same over power cuts. */
  public InetAddress address() {
    return lab.network().hostAddress(index);
  }

  /**
   * The unix socket of its engine, reachable from the machine whatever becomes of the host's
   * network.
   */
  public Path engineSocket() {
    return engine.socket();
  }

  /** What the engine printed since the host was added. */
  public Path engineLog() {
    return engine.log();
  }

  /** The host's network namespace, for {@code nsenter --net=}. Changes with each boot. */
  public Path networkNamespace() {
    return space.network();
  }

  public boolean isOn() {
    return space.areAlive();
  }

  public boolean isEngineRunning() {
    return engineProcess.isAlive();
  }

  public boolean isCut() {
    return isCut;
  }

  /** What was spawned here and still runs. */
  public List<LabProcess> processes() {
    return processes.stream().filter(LabProcess::isAlive).toList();
  }

  /**
   * Boots the host on the data it had, with the address it had, and waits until its engine answers.
   * A host that was cut from the network stays cut. Does nothing when it is on and its engine runs.
   */
  public void start() {
    change(
        () -> {
          powerOn();
          startEngineProcess();
        });
    loadMissingImages();
  }

  /** The quick part of a start, before the engine: the host is there and on the network. */
  void prepare(LabOptions options) {
    change(
        () -> {
          lab.space().prepare(index);
          engine.configure(cgroupParent, inZone(options));
          powerOn();
        });
  }

  /** Each host is a zone of its own, a letter, so that there is a label to place by. */
  private LabOptions inZone(LabOptions options) {
    boolean hasZone = options.engineLabels().stream().anyMatch(each -> each.startsWith("zone="));
    return hasZone ? options : options.withEngineLabel("zone=" + (char) ('a' + index - 1));
  }

  private void powerOn() {
    if (space.areAlive()) {
      return;
    }
    lab.writeNames(home);
    space = Namespaces.startHost(name(), home, lab.space().visible(index), lab.environment(this));
    lab.save();
    lab.network().plug(index, space);
    if (isCut) {
      lab.network().cut(index);
    }
  }

  private void startEngineProcess() {
    if (!engineProcess.isAlive()) {
      engineProcess = engine.launch(launcher(), engineFlags, lab.environment(this)).id();
      lab.save();
    }
    engine.awaitAnswer(engineProcess, startLimit);
  }

  /**
   * Takes the power away: every process of the host dies at once, containers with them, and what a
   * boot begins without (the engine's exec root, mounts, the network link) is gone. Its data stays.
   * Does nothing when it is off.
   */
  public void powerCut() {
    change(
        () -> {
          ProcessId holder = space.holder();
          holder.kill();
          if (!Patience.await(POWER_LIMIT, () -> !holder.isAlive())) {
            throw new LabException(
                "%s (pid %d) is still there %d s after its power was cut"
                    .formatted(name(), holder.pid(), POWER_LIMIT.toSeconds()));
          }
          space = Namespaces.ofHost(ProcessId.NONE);
          engineProcess = ProcessId.NONE;
          processes = List.of();
          lab.network().unplug(index);
          engine.removeSocket();
          Cgroups.remove(cgroupParent);
        });
  }

  /**
   * Takes the host off the network: a partition. The host and all on it run on; its engine's socket
   * still answers.
   */
  public void cut() {
    change(
        () -> {
          isCut = true;
          if (space.areAlive()) {
            lab.network().cut(index);
          }
        });
  }

  /** Puts the host back on the network. */
  public void heal() {
    change(
        () -> {
          isCut = false;
          if (space.areAlive()) {
            lab.network().heal(index, space);
          }
        });
  }

  /** Stops the engine in good order (SIGTERM), and with it the containers; the host stays on. */
  public void stopEngine() {
    change(
        () -> {
          engine.stop(engineProcess);
          engineProcess = ProcessId.NONE;
        });
  }

  /** Kills the engine (SIGKILL); its containers run on without it. */
  public void killEngine() {
    change(
        () -> {
          engine.kill(engineProcess);
          engineProcess = ProcessId.NONE;
        });
  }

  /** Starts the engine of a host that is on, and waits until it answers. */
  public void startEngine() {
    change(
        () -> {
          requireOn("start its engine");
          startEngineProcess();
        });
  }

  /**
   * Starts a process on the host: with its network, its hostname, its mounts and {@code /run}, its
   * PIDs, and the machine's other files. It runs in {@code /}, has no terminal, and lives until it
   * ends, the power is cut or the lab is taken down.
   *
   * @param environment what is added to this process's own environment
   * @param log where its output and errors are appended
   */
  public LabProcess spawn(List<String> command, Map<String, String> environment, Path log) {
    changing.lock();
    try {
      requireOn("run " + command.getFirst());
      Map<String, String> full = new HashMap<>(environment);
      full.putAll(lab.environment(this));
      LabProcess process = launcher().launch(command, full, log);
      List<LabProcess> known = new ArrayList<>(processes());
      known.add(process);
      processes = List.copyOf(known);
      lab.save();
      return process;
    } finally {
      changing.unlock();
    }
  }

  /** Runs a command on the host to its end, for at most a minute. */
  public CommandResult run(String... command) {
    requireOn("run " + command[0]);
    List<String> words = space.enter();
    words.addAll(List.of(command));
    return Command.tryRun(words, "", COMMAND_LIMIT);
  }

  /**
   * Gives an image to this host alone, whose engine must run.
   *
   * @return the image's id
   */
  public String addImage(LabImage image) {
    ImageArchive archive = lab.space().writeArchive(image, name());
    try {
      engine.load(archive.file());
      return archive.imageId();
    } finally {
      LabSpace.delete(archive.file());
    }
  }

  void loadMissingImages() {
    change(
        () -> {
          for (Path file : lab.imageFiles()) {
            String archive = file.getFileName().toString();
            if (engineProcess.isAlive() && !loadedImages.contains(archive)) {
              engine.load(file);
              List<String> loaded = new ArrayList<>(loadedImages);
              loaded.add(archive);
              loadedImages = List.copyOf(loaded);
            }
          }
        });
  }

  private HostLauncher launcher() {
    return new HostLauncher(space, name());
  }

  private void requireOn(String purpose) {
    if (!space.areAlive()) {
      throw new LabException(
          "cannot %s on %s: its power is off; start the host first".formatted(purpose, name()));
    }
  }

  private void change(Runnable step) {
    changing.lock();
    try {
      step.run();
    } finally {
      changing.unlock();
      lab.save();
    }
  }

  @Override
  public String toString() {
    return name() + " (" + address().getHostAddress() + ")";
  }

  ProcessId holder() {
    return space.holder();
  }

  /** Whether the host's own files are there, which they are not before its first start. */
  boolean hasFiles() {
    return Files.isDirectory(home);
  }
}
