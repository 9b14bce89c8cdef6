package dev.berth.manager.tenant;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.ContainerId;
import dev.berth.common.id.TenantId;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The objects of a tenant for tests of policies, and the bodies that the docker command sends. */
final class TenantObjects implements NameScope {
  static final TenantId ACME = new TenantId("acme");
  static final String OTHER_ID = "0123456789abcdef".repeat(4);

  private final Map<String, ContainerId> containers = new HashMap<>();
  private final Map<String, String> networks = new HashMap<>();

  static TenantObjects acme() {
    TenantObjects objects = new TenantObjects();
    objects.containers.put("other", new ContainerId(OTHER_ID));
    objects.networks.put("a", "acme.a");
    objects.networks.put("b", "acme.b");
    objects.networks.put("b-id", "acme.b");
    return objects;
  }

  @Override
  public Optional<ContainerId> container(String reference) {
    return Optional.ofNullable(containers.get(reference));
  }

  @Override
  public Optional<String> network(String reference) {
    return Optional.ofNullable(networks.get(reference));
  }

  /** A body as docker 28.2 sent it. */
  static ObjectNode recorded(String name) {
    String file = "cli-28.2/" + name + ".json";
    try (InputStream in = TenantObjects.class.getResourceAsStream(file)) {
      return new StrictJson().object(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** JSON with single quotes for double ones. */
  static ObjectNode json(String text) {
    return new StrictJson()
        .object(text.replace('\'', '"').getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }
}
