package dev.berth.manager.image;

import dev.berth.manager.cluster.Hosts;
import dev.berth.manager.cluster.ImageRecords;
import dev.berth.manager.cluster.ImageTransfers;
import dev.berth.manager.view.View;
import java.time.InstantSource;

/** The parts of the image store, made from what they stand on. */
public record Images(
    ImageStore store,
    Pulls pulls,
    Registries registries,
    Archives archives,
    Commits commits,
    ImageRemoval removal,
    ImagePrune prune,
    UnusedImages unused,
    ImageUsage usage) {

  public static Images of(
      Hosts hosts,
      View view,
      ImageRecords records,
      ImageTransfers transfers,
      RegistryRules rules,
      InstantSource clock) {
    EngineImages engines = new EngineImages(hosts, view);
    UnusedImages unused = new UnusedImages(hosts, view, records, transfers);
    ImageStore store =
        new ImageStore(
            view, records, transfers, engines, unused, new ImageEvents(view.events(), clock));
    ImageRemoval removal = new ImageRemoval(view, store, unused);
    return new Images(
        store,
        new Pulls(view, engines, store, rules),
        new Registries(hosts, view, transfers, engines, store, rules),
        new Archives(hosts, view, transfers, engines, store),
        new Commits(hosts, store),
        removal,
        new ImagePrune(view, removal, clock),
        unused,
        new ImageUsage(view, engines));
  }
}
