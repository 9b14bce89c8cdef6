package dev.berth.scheduler.filter;

import java.util.HashSet;
import java.util.Set;

/** What an affinity to an image may call it: id, short id, reference or repository. */
final class ImageNames {
  private static final String DIGEST = "sha256:";
  private static final int SHORT_ID_CHARS = 12;

  private ImageNames() {}

  static Set<String> of(Set<String> images) {
    Set<String> names = new HashSet<>();
    for (String image : images) {
      names.add(image);
      if (image.startsWith(DIGEST)) {
        String id = image.substring(DIGEST.length());
        names.add(id);
        names.add(id.substring(0, Math.min(SHORT_ID_CHARS, id.length())));
      } else {
        names.add(repository(image));
      }
    }
    return Set.copyOf(names);
  }

  private static String repository(String reference) {
    int digest = reference.indexOf('@');
    String tagged = digest < 0 ? reference : reference.substring(0, digest);
    int colon = tagged.lastIndexOf(':');
    // A colon before the last slash is the port of a registry.
    return colon > tagged.lastIndexOf('/') ? tagged.substring(0, colon) : tagged;
  }
}
