package dev.berth.manager.cluster;

import dev.berth.common.id.HostId;
import dev.berth.common.record.Claim;
import dev.berth.common.record.ContainerRecord;
import dev.berth.common.record.HostRecord;
import dev.berth.common.record.NetworkRecord;
import dev.berth.common.record.VolumeRecord;
import dev.berth.manager.view.View;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shuts hosts out and takes them out of the cluster. What goes with a host is Berth's knowledge of
 * it: on the machine itself nothing is changed, for it may be gone, or in other hands. Safe for any
 * thread; a removal that broke off is finished by the next one.
 */
public final class HostRemoval {
  private static final Logger LOG = LoggerFactory.getLogger(HostRemoval.class);

  private final HostRegister register;
  private final ContainerRecords records;
  private final Containers containers;
  private final Claims<VolumeRecord> volumes;
  private final Claims<NetworkRecord> networks;
  private final Claims<NetworkRecord> bridges;
  private final View view;

  public HostRemoval(
      HostRegister register,
      ContainerRecords records,
      Containers containers,
      Claims<VolumeRecord> volumes,
      Claims<NetworkRecord> networks,
      Claims<NetworkRecord> bridges,
      View view) {
    this.register = register;
    this.records = records;
    this.containers = containers;
    this.volumes = volumes;
    this.networks = networks;
    this.bridges = bridges;
    this.view = view;
  }

  /**
   * Something that a tenant has on a host and nowhere else.
   *
   * @param kind container, volume, network or image
   */
  public record Belonging(String kind, String tenant, String name) {}

  /** What would be lost with that host. An image counts that no registry and no other host has. */
  public List<Belonging> belongings(HostId host) {
    List<Belonging> all = new ArrayList<>();
    on(host).forEach(each -> all.add(new Belonging("container", each.tenant(), each.name())));
    on(host, volumes).forEach(each -> all.add(new Belonging("volume", each.tenant(), each.name())));
    on(host, networks)
        .forEach(each -> all.add(new Belonging("network", each.tenant(), each.name())));
    view.imagesOnlyOn(host)
        .forEach(
            each ->
                all.add(
                    new Belonging(
                        "image",
                        each.tenant(),
                        each.tags().stream().findFirst().orElse(each.id()))));
    return all;
  }

  private List<ContainerRecord> on(HostId host) {
    return records.all().stream().filter(each -> each.host().equals(host.value())).toList();
  }

  private static <R extends Claim> List<R> on(HostId host, Claims<R> claims) {
    return claims.all().stream().filter(each -> each.host().equals(host.value())).toList();
  }

  /**
   * Shuts a host's agent out, at once and for good. What it had is kept and shown as on a host that
   * does not answer.
   *
   * @return whether there is such a host
   */
  public boolean revoke(HostId host) throws IOException {
    boolean isKnown =
        register.change(host, before -> before.in(HostRecord.State.REVOKED)).isPresent();
    register.silence(host);
    return isKnown;
  }

  /**
   * Takes a host out of the cluster, and out of the records what is only there, so that its names
   * are free.
   */
  public void remove(HostId host) throws IOException {
    // From here on nothing new is placed there.
    boolean _ = revoke(host);
    try {
      for (ContainerRecord record : written(host)) {
        containers.forget(record);
      }
      forget(host, volumes);
      forget(host, networks);
      forget(host, bridges);
      if (!written(host).isEmpty()) {
        throw new IOException(
            "ZooKeeper did not take all of the removal: the host is shut out; remove it again");
      }
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("ZooKeeper does not answer: " + e.getMessage(), e);
    }
    register.remove(host);
    LOG.atInfo().addKeyValue("host", host).log("host removed");
  }

  /** By ZooKeeper's own word: what another manager has just recorded may not be known here yet. */
  private List<ContainerRecord> written(HostId host) throws Exception {
    return records.readAll().stream().filter(each -> each.host().equals(host.value())).toList();
  }

  private static <R extends Claim> void forget(HostId host, Claims<R> claims) throws Exception {
    for (R record : claims.readAll()) {
      if (record.host().equals(host.value())) {
        claims.remove(record);
      }
    }
  }
}
