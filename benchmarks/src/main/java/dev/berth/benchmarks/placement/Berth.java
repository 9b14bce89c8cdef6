package dev.berth.benchmarks.placement;

import dev.berth.common.id.ContainerName;
import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import dev.berth.common.resource.Bytes;
import dev.berth.common.resource.NanoCpus;
import dev.berth.common.resource.Resources;
import dev.berth.scheduler.ContainerFacts;
import dev.berth.scheduler.Demands;
import dev.berth.scheduler.Extras;
import dev.berth.scheduler.Fleet;
import dev.berth.scheduler.Host;
import dev.berth.scheduler.HostCondition;
import dev.berth.scheduler.HostImages;
import dev.berth.scheduler.HostPort;
import dev.berth.scheduler.HostTerms;
import dev.berth.scheduler.Overcommit;
import dev.berth.scheduler.Placement;
import dev.berth.scheduler.Request;
import dev.berth.scheduler.ResourceKind;
import dev.berth.scheduler.Strategy;
import dev.berth.scheduler.expression.Hints;
import dev.berth.scheduler.expression.MalformedHintException;
import dev.berth.scheduler.filter.Filters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The scheduler as the manager uses it, requests and all. Hosts are handed back as they came: it
 * releases a container without looking at what is said of its host, not even for its type.
 */
final class Berth implements Rival<Request, Object> {
  private static final long MIB = 1L << 20;
  private static final long NANO_OF_MILLI = 1_000_000L;

  /** Thousandths: whole ones are too coarse for tasks that share them. */
  private final Fleet fleet;

  private final Map<String, Hints> hints = new HashMap<>();

  Berth(List<Shape> shapes, Strategy strategy) {
    fleet = new Fleet(Filters.STANDARD, strategy, new Overcommit(0));
    for (int number = 0; number < shapes.size(); number++) {
      Shape shape = shapes.get(number);
      fleet.upsert(
          new Host(
              host(number),
              "host" + number,
              new Resources(NanoCpus.ofCpus(shape.cpus()), new Bytes(shape.memory() * MIB)),
              Map.of("zone", "z" + shape.zone(), "model", shape.model()),
              HostCondition.HEALTHY,
              HostTerms.USUAL.with(Extras.of(ResourceKind.GPU, shape.gpus()))));
    }
  }

  @Override
  public HostId host(int number) {
    return new HostId("h%06d".formatted(number));
  }

  private Request request(Task task) {
    return new Request(
        id(task),
        new TenantId("t" + task.id() % 100),
        new ContainerFacts(
            Optional.<ContainerName>empty(),
            Optional.empty(),
            task.role() < 0 ? Map.of() : Map.of("role", "r" + task.role())),
        new Resources(
            new NanoCpus(task.milliCpus() * NANO_OF_MILLI), new Bytes(task.memory() * MIB)),
        task.port() == 0
            ? List.of()
            : List.of(new HostPort(HostPort.ANY_ADDRESS, task.port(), HostPort.Protocol.TCP)),
        HostImages.NONE,
        Set.of(),
        hints(task),
        task.gpus() == 0 ? Demands.NONE : Demands.of(Extras.of(ResourceKind.GPU, task.gpus())));
  }

  /** A tenant's containers differ in little: what they ask for is parsed once here. */
  private Hints hints(Task task) {
    List<String> texts = new ArrayList<>(2);
    if (task.zone() >= 0) {
      texts.add("constraint:zone==z" + task.zone());
    }
    if (task.role() >= 0) {
      texts.add("affinity:role!=r" + task.role());
    }
    if (!task.models().isEmpty()) {
      texts.add("constraint:model==/^(" + String.join("|", task.models()) + ")$/");
    }
    return texts.isEmpty()
        ? Hints.NONE
        : hints.computeIfAbsent(
            String.join(" ", texts),
            _ -> {
              try {
                return Hints.parse(texts);
              } catch (MalformedHintException e) {
                throw new IllegalArgumentException(e);
              }
            });
  }

  private static RecordId id(Task task) {
    return new RecordId("%032x".formatted(task.id()));
  }

  @Override
  public Request prepare(Task task) {
    return request(task);
  }

  @Override
  public Optional<Object> place(Request request) {
    return fleet.place(request) instanceof Placement.Placed(var _, HostId host)
        ? Optional.of(host)
        : Optional.empty();
  }

  @Override
  public void release(Request request, Object host) {
    fleet.release(request.id());
  }

  @Override
  public void put(Request request, Object host) {
    fleet.reserve((HostId) host, request);
  }

  @Override
  public int number(Object host) {
    return Integer.parseInt(((HostId) host).value().substring(1));
  }
}
