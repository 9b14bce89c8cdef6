package dev.berth.agent;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** All that an agent needs to start. */
public record AgentConfig(
    Path data,
    Path engineSocket,
    Optional<Join> join,
    String name,
    InetSocketAddress listen,
    String advertise,
    Map<String, String> labels) {}
