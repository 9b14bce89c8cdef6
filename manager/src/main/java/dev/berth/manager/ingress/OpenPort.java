package dev.berth.manager.ingress;

/** A port that is listened on; closing it ends what goes through it. */
sealed interface OpenPort extends AutoCloseable permits TcpPort, UdpPort {
  @Override
  void close();
}
