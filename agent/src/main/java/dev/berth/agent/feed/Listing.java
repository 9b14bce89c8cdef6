package dev.berth.agent.feed;

/** What is read from the engine as a whole list. */
enum Listing {
  IMAGES,
  VOLUMES,
  NETWORKS
}
