package dev.berth.lab;

import dev.berth.lab.image.ImageArchive;
import dev.berth.lab.image.LabImage;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Real Docker engines on one Linux machine, each as if on a host of its own: its own network,
 * address, hostname, mounts, PIDs and data. Needs root and what {@link LabRequirements} lists. All
 * of a lab's files are in its directory; several labs run side by side. A lab outlives the process
 * that made it, until {@link #down()}; another process {@link #open opens} it by its directory. Any
 * thread may use it, one process at a time. Methods throw {@link LabException} when the machine
 * does not do its part; after any failure {@link #down()} still removes everything.
 */
public final class Lab implements AutoCloseable {

  private static final Duration DEATH_LIMIT = Duration.ofSeconds(30);

  private final LabSpace space;
  private final boolean madeDirectory;
  private final ReentrantLock changing = new ReentrantLock();
  private final ReentrantLock saving = new ReentrantLock();
  // INVARIANT: these change under `changing`; `isDown` under `saving`, so that no state is written
  // after the end.
  private volatile LabNetwork network;
  private volatile List<LabHost> hosts = List.of();
  private volatile List<String> images;
  private boolean isDown;

  private Lab(Path directory, LabState state) {
    this.space = new LabSpace(directory, state.id());
    this.madeDirectory = state.madeDirectory();
    this.network = new LabNetwork(Namespaces.ofSwitch(state.bridgeHolder()), state.subnet());
    this.images = List.copyOf(state.images());
    this.hosts = state.hosts().stream().map(host -> new LabHost(this, host)).toList();
  }

  /**
   * Makes a lab without hosts. Its network is there at once, so that a registry can listen on
   * {@link #gateway()} before the first host starts. The directory is made when it is missing.
   *
   * @throws LabException when the directory holds a lab, or the machine lacks something
   */
  public static Lab create(Path directory) {
    LabRequirements.check();
    boolean made = LabSpace.makeDirectory(directory);
    Path real = LabSpace.real(directory);
    String id = "%08x".formatted(new SecureRandom().nextInt());
    LabState state =
        new LabState(id, LabState.currentBoot(), made, 0, ProcessId.NONE, List.of(), List.of());
    state.claim(real);
    Lab lab = new Lab(real, state);
    try {
      lab.network = LabNetwork.create(id, Map.of(Sweep.MARK, id));
      lab.save();
      lab.addImage(LabImage.busybox());
      return lab;
    } catch (RuntimeException e) {
      lab.down();
      throw e;
    }
  }

  /**
   * The lab that an earlier process made in this directory.
   *
   * @throws LabException when there is none
   */
  public static Lab open(Path directory) {
    if (!existsIn(directory)) {
      throw new LabException("there is no lab in %s".formatted(directory));
    }
    Path real = LabSpace.real(directory);
    LabState state = LabState.read(real);
    return new Lab(real, state.boot().equals(LabState.currentBoot()) ? state : state.afterReboot());
  }

  public static boolean existsIn(Path directory) {
    return LabState.existsIn(directory);
  }

  /** Eight hex digits that tell this lab's processes, cgroups and link from another's. */
  public String id() {
    return space.labId();
  }

  public Path directory() {
    return space.directory();
  }

  /** The machine's own address on the lab's network: what listens there, every host reaches. */
  public InetAddress gateway() {
    return network.gateway();
  }

  public List<LabHost> hosts() {
    return hosts;
  }

  /** A host by its number, from 1. */
  public LabHost host(int index) {
    return hosts.stream()
        .filter(host -> host.index() == index)
        .findFirst()
        .orElseThrow(
            () ->
                new LabException(
                    "the lab in %s has no host %d, only %s".formatted(directory(), index, hosts)));
  }

  /**
   * Adds a host with the default options and waits until its engine answers and has the lab's
   * images.
   */
  public LabHost addHost() {
    return addHost(LabOptions.DEFAULTS);
  }

  public LabHost addHost(LabOptions options) {
    return start(1, options).getFirst();
  }

  /** Adds hosts with the default options. */
  public List<LabHost> start(int count) {
    return start(count, LabOptions.DEFAULTS);
  }

  /**
   * Adds hosts and waits until each one's engine answers and has the lab's images. Engines start at
   * the same time.
   */
  public List<LabHost> start(int count, LabOptions options) {
    List<LabHost> added = new ArrayList<>();
    changing.lock();
    try {
      for (int i = 0; i < count; i++) {
        added.add(prepareHost(options));
      }
    } finally {
      changing.unlock();
    }
    Together.run(added, LabHost::start);
    return List.copyOf(added);
  }

  private LabHost prepareHost(LabOptions options) {
    if (hosts.size() == LabNetwork.MAX_HOSTS) {
      throw new LabException(
          "the lab in %s has %d hosts, its network's most".formatted(directory(), hosts.size()));
    }
    LabHost host = new LabHost(this, LabHost.fresh(hosts.size() + 1, options));
    List<LabHost> longer = new ArrayList<>(hosts);
    longer.add(host);
    hosts = List.copyOf(longer);
    save();
    host.prepare(options);
    hosts.stream()
        .filter(LabHost::hasFiles)
        .forEach(other -> writeNames(space.home(other.index())));
    return host;
  }

  /**
   * Gives an image to every host: now to those whose engine runs, to the others when they next
   * start, and to hosts added later.
   *
   * @return the image's id, the same on every engine
   */
  public String addImage(LabImage image) {
    String imageId;
    changing.lock();
    try {
      ImageArchive archive = space.writeArchive(image, "%03d".formatted(images.size()));
      List<String> longer = new ArrayList<>(images);
      longer.add(archive.file().getFileName().toString());
      images = List.copyOf(longer);
      imageId = archive.imageId();
      save();
    } finally {
      changing.unlock();
    }
    Together.run(hosts, LabHost::loadMissingImages);
    return imageId;
  }

  List<Path> imageFiles() {
    return images.stream().map(space.images()::resolve).toList();
  }

  /**
   * Takes the lab down: afterwards no process, namespace, link, mount, cgroup or file of it is
   * left, and its directory is gone if the lab had made it and nothing else is in it. May be called
   * at any time, again, and by another process than the lab's maker.
   */
  public void down() {
    saving.lock();
    try {
      isDown = true;
    } finally {
      saving.unlock();
    }
    boolean dead = Patience.await(DEATH_LIMIT, this::killAll);
    if (!dead) {
      throw new LabException(
          "processes %s of the lab in %s are still there %d s after SIGKILL: end what holds them and take it down again"
              .formatted(Sweep.processesOf(id()), directory(), DEATH_LIMIT.toSeconds()));
    }
    LabNetwork.remove(id());
    Cgroups.removeAll(id());
    space.remove();
    LabState.remove(directory());
    if (madeDirectory) {
      space.removeDirectory();
    }
  }

  /** Kills whatever is left; whether nothing was. */
  private boolean killAll() {
    List<ProcessId> left = new ArrayList<>(Sweep.processesOf(id()));
    hosts.forEach(host -> left.add(host.holder()));
    left.add(network.bridgeSpace().holder());
    left.removeIf(process -> !process.isAlive());
    left.forEach(ProcessId::kill);
    return left.isEmpty();
  }

  /** The same as {@link #down()}. */
  @Override
  public void close() {
    down();
  }

  LabSpace space() {
    return space;
  }

  LabNetwork network() {
    return network;
  }

  Map<String, String> environment(LabHost host) {
    return Map.of(Sweep.MARK, id(), "BERTH_LAB_HOST", host.name());
  }

  /**
   * The files that take the place of the machine's in {@code /etc}. Written in place: hosts have
   * them mounted.
   */
  void writeNames(Path home) {
    StringBuilder names = new StringBuilder("127.0.0.1 localhost\n::1 localhost\n");
    names.append(gateway().getHostAddress()).append(" lab-gateway\n");
    hosts.forEach(
        host ->
            names
                .append(host.address().getHostAddress())
                .append(' ')
                .append(host.name())
                .append('\n'));
    try {
      Files.writeString(home.resolve("hosts"), names);
      // Nobody answers there, so that a look-up fails at once instead of after its time-out: the
      // lab has no way out.
      Files.writeString(home.resolve("resolv.conf"), "nameserver 127.0.0.1\n");
    } catch (IOException e) {
      throw new LabException(
          "cannot write the names of the lab's hosts in %s: %s".formatted(home, e.getMessage()), e);
    }
  }

  void save() {
    saving.lock();
    try {
      if (!isDown) {
        List<LabState.Host> states = hosts.stream().map(LabHost::state).toList();
        new LabState(
                id(),
                LabState.currentBoot(),
                madeDirectory,
                network.subnet(),
                network.bridgeSpace().holder(),
                images,
                states)
            .write(directory());
      }
    } finally {
      saving.unlock();
    }
  }
}
