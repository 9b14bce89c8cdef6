package dev.berth.manager.ops;

import java.util.List;

/** A part of the operations API, declared as its routes. */
public interface OpsRoutes {
  /** A part that is switched off. */
  OpsRoutes NONE = List::of;

  List<OpsRoute> routes();
}
