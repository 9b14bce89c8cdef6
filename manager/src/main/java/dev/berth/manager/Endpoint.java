package dev.berth.manager;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where clients reach a running manager.
 *
 * @param uri as {@code DOCKER_HOST} takes it, {@code tcp://HOST:PORT} with and without TLS
 * @param ca the certificate authority, as PEM, by which a client checks the manager; empty without
 *     TLS
 */
public record Endpoint(URI uri, Optional<Path> ca) {}
