package dev.berth.manager.view;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an image is called in a registry, by the rules and in the words of an engine (the
 * distribution project's reference grammar).
 *
 * @param domain the registry, {@code docker.io} when none was given
 * @param path the repository in it, with {@code library/} for Docker's own
 * @param tag empty for none
 * @param digest empty for none
 */
public record ImageName(String domain, String path, String tag, String digest) {
  private static final String HUB = "docker.io";
  private static final String OLD_HUB = "index.docker.io";
  private static final String LIBRARY = "library/";
  private static final int MAX_NAME_CHARS = 255;

  private static final String LABEL = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
  private static final String DOMAIN = LABEL + "(?:\\." + LABEL + ")*(?::[0-9]+)?";
  private static final String COMPONENT = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
  private static final Pattern WHOLE =
      Pattern.compile(
          "((?:"
              + DOMAIN
              + "/)?"
              + COMPONENT
              + "(?:/"
              + COMPONENT
              + ")*)(?::([\\w][\\w.-]{0,127}))?"
              + "(?:@([A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?");
  private static final Pattern TAG = Pattern.compile("[\\w][\\w.-]{0,127}");
  private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");
  private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");

  /** A text that is no name; the message is the engine's. */
  public static final class InvalidImageNameException extends RuntimeException {
    InvalidImageNameException(String message) {
      super(message);
    }
  }

  /** As an engine reads a name that people wrote. */
  public static ImageName parse(String text) {
    if (ID.matcher(text).matches()) {
      throw new InvalidImageNameException(
          "invalid repository name (%s), cannot specify 64-byte hexadecimal strings"
              .formatted(text));
    }
    int slash = text.indexOf('/');
    String domain = slash < 0 ? "" : text.substring(0, slash);
    boolean hasDomain =
        domain.indexOf('.') >= 0 || domain.indexOf(':') >= 0 || domain.equals("localhost");
    String rest = hasDomain ? text.substring(slash + 1) : text;
    if (!hasDomain || domain.equals(OLD_HUB)) {
      domain = HUB;
    }
    if (domain.equals(HUB) && rest.indexOf('/') < 0) {
      rest = LIBRARY + rest;
    }
    int colon = rest.indexOf(':');
    String remote = colon < 0 ? rest : rest.substring(0, colon);
    if (!remote.equals(remote.toLowerCase(Locale.ROOT))) {
      throw new InvalidImageNameException(
          "invalid reference format: repository name must be lowercase");
    }
    Matcher matcher = WHOLE.matcher(domain + "/" + rest);
    if (!matcher.matches() || !matcher.group(1).startsWith(domain + "/")) {
      throw new InvalidImageNameException("invalid reference format");
    }
    if (matcher.group(1).length() > MAX_NAME_CHARS) {
      throw new InvalidImageNameException("repository name must not be more than 255 characters");
    }
    String digest = matcher.group(3) == null ? "" : matcher.group(3);
    if (!digest.isEmpty() && !DIGEST.matcher(digest).matches()) {
      throw new InvalidImageNameException(
          digest.startsWith("sha256:")
              ? "invalid checksum digest length"
              : "unsupported digest algorithm");
    }
    return new ImageName(
        domain,
        matcher.group(1).substring(domain.length() + 1),
        matcher.group(2) == null ? "" : matcher.group(2),
        digest);
  }

  /** Whether a text is a digest. */
  public static boolean isDigest(String text) {
    return DIGEST.matcher(text).matches();
  }

  /** The same repository with that tag and no digest. */
  public ImageName withTag(String other) {
    if (!TAG.matcher(other).matches()) {
      throw new InvalidImageNameException("invalid tag format");
    }
    return new ImageName(domain, path, other, "");
  }

  /** The same repository with that digest and no tag. */
  public ImageName withDigest(String other) {
    return new ImageName(domain, path, "", other);
  }

  /** With the tag {@code latest} when it has neither tag nor digest. */
  public ImageName tagged() {
    return isNameOnly() ? withTag("latest") : this;
  }

  public boolean isNameOnly() {
    return tag.isEmpty() && digest.isEmpty();
  }

  public boolean hasDigest() {
    return !digest.isEmpty();
  }

  /** The repository as people write it: without what says nothing. */
  public String repository() {
    if (!domain.equals(HUB)) {
      return domain + "/" + path;
    }
    return path.startsWith(LIBRARY) && path.indexOf('/', LIBRARY.length()) < 0
        ? path.substring(LIBRARY.length())
        : path;
  }

  /** As people write it, with tag and digest as they are. */
  public String familiar() {
    return repository() + (tag.isEmpty() ? "" : ":" + tag) + (digest.isEmpty() ? "" : "@" + digest);
  }

  /** The key of the tag or digest that it means; a digest counts more than a tag. */
  String key() {
    return hasDigest() ? repository() + "@" + digest : tagged().familiar();
  }

  /** The repository part of a tag or digest in its short form. */
  static String repositoryOf(String reference) {
    int at = reference.indexOf('@');
    if (at >= 0) {
      return reference.substring(0, at);
    }
    int colon = reference.lastIndexOf(':');
    return colon > reference.lastIndexOf('/') ? reference.substring(0, colon) : reference;
  }
}
