package dev.berth.benchmarks.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A manager and its ZooKeeper under the load of a large fleet: how fast containers are made while
 * it fills, what {@code docker ps} takes when it is full, what a container costs in memory, and how
 * long a manager that was killed takes to serve again.
 *
 * <p>Arguments: how many hosts ({@value #HOSTS} without), containers ({@value #CONTAINERS}), and
 * tenants that share them ({@value #TENANTS}). One more tenant has {@value #SMALL}.
 */
public final class FleetSimulation {
  private static final int HOSTS = 1_000;
  private static final int CONTAINERS = 100_000;
  private static final int TENANTS = 20;
  private static final int SMALL = 50;
  private static final int CLIENTS = 16;
  private static final int STEPS = 10;
  private static final int ASKED = 2_000;
  private static final int ASKED_LARGE = 100;
  private static final int RUNS = 500;
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String OPERATOR = "default";
  private static final String LIST = "/containers/json";

  private final Manager manager;
  private final int hosts;
  private final int containers;
  private final int tenants;

  private FleetSimulation(Manager manager, int hosts, int containers, int tenants) {
    this.manager = manager;
    this.hosts = hosts;
    this.containers = containers;
    this.tenants = tenants;
  }

  /** Runs it and prints tables; the manager's directory is made anew, and left with its log. */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length > 3) {
      System.err.println("usage: FleetSimulation [HOSTS [CONTAINERS [TENANTS]]]");
      System.exit(2);
    }
    int hosts = number(arguments, 0, HOSTS);
    int containers = number(arguments, 1, CONTAINERS);
    int tenants = number(arguments, 2, TENANTS);
    Path data = Files.createTempDirectory("berth-fleet");
    System.out.printf("the manager's directory is %s%n", data);
    try (Manager manager = Manager.start(data)) {
      FleetSimulation simulation = new FleetSimulation(manager, hosts, containers, tenants);
      simulation.awaitServing();
      try (SimulatedFleet fleet = SimulatedFleet.start(data, manager.zookeeper(), hosts)) {
        simulation.run(fleet);
      }
    }
    System.exit(0);
  }

  private static int number(String[] arguments, int at, int usual) {
    return arguments.length > at ? Integer.parseInt(arguments[at]) : usual;
  }

  private void run(SimulatedFleet fleet) throws Exception {
    long before = System.nanoTime();
    fleet.join();
    await("all hosts healthy", () -> healthy() == hosts);
    System.out.printf("%,d hosts healthy after %.1f s%n", hosts, seconds(before));
    try (Client client = Client.open(manager.token())) {
      for (int i = 0; i < tenants; i++) {
        client.ask(OPERATOR, "POST", "/berth/v1/tenants", "{\"id\":\"t%d\"}".formatted(i));
      }
      client.ask(OPERATOR, "POST", "/berth/v1/tenants", "{\"id\":\"small\"}");
    }
    long heapBefore = manager.heap();
    fill("small", SMALL, false);
    System.out.printf("%n| containers | a second | creates | p50 ms | p90 ms | p99 ms |%n");
    System.out.println("|---|---|---|---|---|---|");
    for (int step = 1; step <= STEPS; step++) {
      fill("", containers / STEPS, true);
    }
    long heap = manager.heap();
    System.out.printf(
        "%nheap %,d MB, before %,d MB: %,d bytes a container, ZooKeeper's copy included%n",
        heap >> 20, heapBefore >> 20, (heap - heapBefore) / (containers + SMALL));
    whenFull();
    restart();
    whenFull();
  }

  private final AtomicInteger made = new AtomicInteger();

  /** Makes that many, of one tenant or of all in turn. */
  private void fill(String tenant, int count, boolean isShown) throws Exception {
    Latencies latencies = new Latencies();
    AtomicInteger left = new AtomicInteger(count);
    long before = System.nanoTime();
    List<Future<?>> clients = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(
            threads.submit(
                () -> {
                  try (Client client = Client.open(manager.token())) {
                    while (left.getAndDecrement() > 0) {
                      int number = made.getAndIncrement();
                      long began = System.nanoTime();
                      create(client, tenant.isEmpty() ? "t" + number % tenants : tenant, number);
                      latencies.add(System.nanoTime() - began);
                    }
                  }
                  return null;
                }));
      }
    }
    for (Future<?> client : clients) {
      get(client);
    }
    if (isShown) {
      System.out.printf("| %,d | %.0f %s%n", made.get(), count / seconds(before), latencies.row());
    }
  }

  private static void get(Future<?> future) throws Exception {
    try {
      future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  private static String create(Client client, String tenant, int number) throws IOException {
    return client
        .json(
            tenant,
            "POST",
            "/containers/create?name=c" + number,
            "{\"Image\":\"%s\",\"Cmd\":[\"sleep\",\"600\"],\"HostConfig\":{\"Memory\":67108864,\"NanoCpus\":100000000}}"
                .formatted(SimulatedEngine.IMAGE))
        .path("Id")
        .asText();
  }

  private void whenFull() throws Exception {
    System.out.printf(
        "%n| call, full | calls | p50 ms | p90 ms | p99 ms |%n|---|---|---|---|---|%n");
    try (Client client = Client.open(manager.token())) {
      ask(client, "small", ASKED, LIST + "?all=1", "`docker ps -a` of a tenant of " + SMALL);
      ask(
          client,
          "t0",
          ASKED_LARGE,
          LIST + "?all=1",
          "`docker ps -a` of a tenant of %,d".formatted(containers / tenants));
      ask(client, OPERATOR, ASKED_LARGE, "/berth/v1/status", "`berth status`");
      ask(client, OPERATOR, ASKED_LARGE, "/info", "`docker info`");
      Latencies runs = new Latencies();
      Latencies removes = new Latencies();
      for (int i = 0; i < RUNS; i++) {
        long began = System.nanoTime();
        String id = create(client, "t1", made.getAndIncrement());
        client.ask("t1", "POST", "/containers/" + id + "/start", "");
        runs.add(System.nanoTime() - began);
        began = System.nanoTime();
        client.ask("t1", "DELETE", "/containers/" + id + "?force=1", "");
        removes.add(System.nanoTime() - began);
      }
      System.out.println("| create and start, one client " + runs.row());
      System.out.println("| remove, one client " + removes.row());
    }
  }

  private static void ask(Client client, String tenant, int times, String target, String what)
      throws IOException {
    Latencies latencies = new Latencies();
    for (int i = 0; i < times; i++) {
      long began = System.nanoTime();
      client.ask(tenant, "GET", target, "");
      latencies.add(System.nanoTime() - began);
    }
    System.out.println("| " + what + " " + latencies.row());
  }

  private void restart() throws Exception {
    manager.kill();
    long before = System.nanoTime();
    manager.start();
    awaitServing();
    double answers = seconds(before);
    await("the small tenant's containers", () -> count("small") == SMALL);
    await("all hosts healthy", () -> healthy() == hosts);
    double whole = seconds(before);
    try (Client client = Client.open(manager.token())) {
      await("a create", () -> isPlacing(client));
    }
    System.out.printf(
        "%na manager that was killed answers after %.1f s, knows every host after %.1f s, and has"
            + " placed a container after %.1f s%n",
        answers, whole, seconds(before));
  }

  private boolean isPlacing(Client client) {
    try {
      create(client, "t2", made.getAndIncrement());
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private int count(String tenant) throws IOException {
    try (Client client = Client.open(manager.token())) {
      return client.json(tenant, "GET", LIST + "?all=1", "").size();
    }
  }

  private int healthy() throws IOException {
    try (Client client = Client.open(manager.token())) {
      int healthy = 0;
      for (JsonNode host : client.json(OPERATOR, "GET", "/berth/v1/hosts", "").path("hosts")) {
        healthy += host.path("state").asText().equals("healthy") ? 1 : 0;
      }
      return healthy;
    }
  }

  private void awaitServing() throws Exception {
    await("the manager", () -> count(OPERATOR) >= 0);
  }

  @FunctionalInterface
  private interface Question {
    boolean ask() throws Exception;
  }

  private void await(String what, Question question) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      Exception failure = null;
      try {
        if (question.ask()) {
          return;
        }
      } catch (IOException e) {
        failure = e;
      }
      if (System.nanoTime() > end || !manager.isAlive()) {
        throw new IllegalStateException("gave up waiting for " + what, failure);
      }
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }
}
