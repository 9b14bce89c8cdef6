package dev.berth.manager.image;

import dev.berth.manager.cluster.Bridges;
import dev.berth.manager.cluster.Hosts;
import dev.berth.manager.cluster.ImageRecords;
import dev.berth.manager.cluster.ImageTransfers;
import dev.berth.manager.cluster.Placer;
import dev.berth.manager.cluster.TenantGroups;
import dev.berth.manager.view.View;
import java.nio.file.Path;
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
    ImageUsage usage,
    BuildParts building) {

  /** What builds need of the store. */
  record BuildParts(BuildBases bases, BuildCache cache, BuildResults results) {}

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
    Pulls pulls = new Pulls(view, engines, store, rules);
    return new Images(
        store,
        pulls,
        new Registries(hosts, view, transfers, engines, store, rules),
        new Archives(hosts, view, transfers, engines, store),
        new Commits(hosts, store),
        removal,
        new ImagePrune(view, removal, clock),
        unused,
        new ImageUsage(view, engines),
        new BuildParts(
            new BuildBases(store, pulls, transfers, engines),
            new BuildCache(view, store, transfers),
            new BuildResults(view, records, store)));
  }

  /**
   * Building, too.
   *
   * @param spool the directory where contexts are kept while they are built
   */
  public Builds builds(
      Hosts hosts, View view, Placer placer, Bridges bridges, TenantGroups groups, Path spool) {
    return new Builds(
        hosts,
        view,
        placer,
        bridges,
        building.bases(),
        building.cache(),
        building.results(),
        groups,
        spool);
  }
}
