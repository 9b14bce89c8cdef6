package dev.berth.manager.limit;

/** A place to work in; closed when the work is over. */
@FunctionalInterface
public interface Turn extends AutoCloseable {
  Turn FREE = () -> {};

  @Override
  void close();
}
