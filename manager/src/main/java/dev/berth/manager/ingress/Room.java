package dev.berth.manager.ingress;

import java.util.concurrent.Semaphore;

/**
 * How much more may be forwarded: for all, and within that for one tenant. Safe for any thread.
 *
 * @param all shared by all tenants
 * @param own of one tenant
 */
record Room(Semaphore all, Semaphore own) {

  /** Takes one place of both; given back with {@link #release}. */
  boolean tryAcquire() {
    if (!own.tryAcquire()) {
      return false;
    }
    if (!all.tryAcquire()) {
      own.release();
      return false;
    }
    return true;
  }

  void release() {
    all.release();
    own.release();
  }
}
