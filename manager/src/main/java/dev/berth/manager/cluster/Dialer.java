package dev.berth.manager.cluster;

import dev.berth.common.http.Connection;
import dev.berth.common.record.HostDescriptor;
import java.io.IOException;

/** Opens connections to agents: over mutual TLS, and only to the agent that the host's is. */
@FunctionalInterface
public interface Dialer {
  Connection dial(HostDescriptor host) throws IOException;
}
