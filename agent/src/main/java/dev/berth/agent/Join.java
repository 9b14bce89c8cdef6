package dev.berth.agent;

import java.net.InetSocketAddress;

/** How an agent joins a cluster. */
public record Join(String token, InetSocketAddress manager) {}
