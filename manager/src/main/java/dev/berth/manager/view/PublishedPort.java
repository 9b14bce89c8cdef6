package dev.berth.manager.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * A port that a container has on its host, whether it runs or not.
 *
 * @param protocol tcp, udp or sctp
 */
public record PublishedPort(int number, String protocol) {

  /** The ports in {@code HostConfig.PortBindings} that have a number. */
  static Set<PublishedPort> of(JsonNode bindings) {
    Set<PublishedPort> ports = new HashSet<>();
    for (Map.Entry<String, JsonNode> binding : bindings.properties()) {
      int slash = binding.getKey().indexOf('/');
      String protocol = slash < 0 ? "tcp" : binding.getKey().substring(slash + 1);
      for (JsonNode one : binding.getValue()) {
        String number = one.path("HostPort").asText("");
        if (number.matches("[1-9][0-9]{0,4}")) {
          ports.add(new PublishedPort(Integer.parseInt(number), protocol));
        }
      }
    }
    return Set.copyOf(ports);
  }

  @Override
  public String toString() {
    return number + "/" + protocol;
  }
}
