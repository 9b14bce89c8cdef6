package dev.berth.manager.view;

/** Image names in event filters, which are compared by what they mean. */
final class ImageReference {
  private static final String HUB = "docker.io/";
  private static final String LIBRARY = "library/";

  private ImageReference() {}

  /** As an engine lists it: without the default registry, with a tag unless it has a digest. */
  static String normal(String name) {
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
