package dev.berth.manager.limit;

/** What kind of work a request makes. */
public enum Work {
  /** Over soon. */
  CALL,
  /** Open for as long as the client likes. */
  STREAM,
  /** Moves an image or a file system. */
  TRANSFER,
  /** Looks through the hosts' disks. */
  SCAN
}
