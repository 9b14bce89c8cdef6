package dev.berth.manager.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;

/**
 * What a user calls an image: a name with an optional tag or digest, an id, or the beginning of an
 * id. {@code docker.io/library/} before a name says nothing.
 */
public record ImageReference(String text) {
  private static final Pattern ID = Pattern.compile("(sha256:)?[0-9a-f]{2,64}");
  private static final String HUB = "docker.io/";
  private static final String LIBRARY = "library/";

  /** Whether an image, as an engine lists it, is meant. */
  public boolean matches(JsonNode image) {
    if (ID.matcher(text).matches()) {
      String id = image.path("Id").asText();
      if (id.startsWith(text) || id.startsWith("sha256:" + text)) {
        return true;
      }
    }
    String wanted = normal(text);
    JsonNode names = wanted.contains("@") ? image.path("RepoDigests") : image.path("RepoTags");
    for (JsonNode name : names) {
      if (normal(name.asText()).equals(wanted)) {
        return true;
      }
    }
    return false;
  }

  /** As an engine lists it: without the default registry, with a tag unless it has a digest. */
  public static String normal(String name) {
    String rest = name.startsWith(HUB) ? name.substring(HUB.length()) : name;
    rest = rest.startsWith(LIBRARY) ? rest.substring(LIBRARY.length()) : rest;
    int digest = rest.indexOf('@');
    if (digest >= 0) {
      String repository = rest.substring(0, digest);
      int colon = repository.lastIndexOf(':');
      boolean tagged = colon > repository.lastIndexOf('/');
      return (tagged ? repository.substring(0, colon) : repository) + rest.substring(digest);
    }
    return rest.lastIndexOf(':') > rest.lastIndexOf('/') ? rest : rest + ":latest";
  }
}
