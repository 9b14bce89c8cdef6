package dev.berth.manager.keystone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.berth.common.http.Headers;
import dev.berth.common.id.TenantId;
import dev.berth.common.tls.Peer;
import dev.berth.manager.tenant.Authenticator;
import dev.berth.manager.tenant.Caller;
import dev.berth.manager.tenant.IdentityException;
import dev.berth.manager.tenant.IdentitySource;
import dev.berth.manager.tenant.RefusedCallerException;
import dev.berth.manager.tenant.Role;
import dev.berth.manager.tenant.StoreAuthenticator;
import dev.berth.manager.tenant.Token;
import dev.berth.manager.tenant.TokenCache;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Knows callers by tokens of an OpenStack Keystone. A tenant is a project, and its id is the
 * project's; a client can also name the project, or {@code NAME@DOMAIN}. A token acts in its own
 * project only, whatever its role. Safe for any thread.
 */
public final class KeystoneAuthenticator implements Authenticator, AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration V2_LIFETIME = Duration.ofMinutes(5);
  private static final int LONGEST_TOKEN = 16 * 1024;
  private static final char BETWEEN = '\n';

  /** What Keystone makes, and what nobody chooses: it is never the name of one of Berth's own. */
  private static final Pattern PROJECT_ID = Pattern.compile("[0-9a-f]{32}");

  /** What Keystone takes where no domain is named. */
  private static final String DEFAULT_DOMAIN = "default";

  private final KeystoneConfig config;
  private final KeystoneClient client;
  private final TokenCache tokens;
  private final InstantSource clock;

  /**
   * An authenticator that has asked nothing yet.
   *
   * @throws IOException when the certificate authority cannot be read
   */
  public KeystoneAuthenticator(KeystoneConfig config, InstantSource clock) throws IOException {
    this(config, clock, PATIENCE);
  }

  KeystoneAuthenticator(KeystoneConfig config, InstantSource clock, Duration patience)
      throws IOException {
    this.config = config;
    this.clock = clock;
    this.client = new KeystoneClient(config.url(), config.ca(), patience);
    TokenCache.Settings usual = TokenCache.Settings.DEFAULT;
    this.tokens =
        new TokenCache(
            this::ask,
            new TokenCache.Settings(
                config.believed(), usual.refused(), usual.outage(), usual.size()),
            clock);
  }

  @Override
  public Caller authenticate(Headers headers, Optional<Peer> certificate) {
    String secret =
        StoreAuthenticator.only(headers, StoreAuthenticator.TOKEN).map(String::strip).orElse("");
    Optional<String> tenant =
        StoreAuthenticator.only(headers, StoreAuthenticator.TENANT)
            .map(String::strip)
            .filter(text -> !text.isEmpty());
    if (secret.isEmpty() || !isSendable(secret)) {
      throw new RefusedCallerException(401, "the token is not good: log in to Keystone again");
    }
    try {
      // What a token is good for can depend on the tenant that is asked for, so both are the key.
      return tokens
          .find(secret + BETWEEN + tenant.orElse(""))
          .map(
              token ->
                  new Caller(token.user(), token.tenant(), token.role(), IdentitySource.KEYSTONE))
          .orElseThrow(
              () ->
                  new RefusedCallerException(
                      401, "the token is not good or has expired: log in to Keystone again"));
    } catch (IdentityException.Unavailable e) {
      throw new RefusedCallerException(503, "the token cannot be checked now: " + e.getMessage());
    }
  }

  @Override
  public boolean knows(Headers headers, Optional<Peer> certificate) {
    return headers
        .first(StoreAuthenticator.TOKEN)
        .filter(
            token ->
                tokens.knows(
                    token.strip()
                        + BETWEEN
                        + headers.first(StoreAuthenticator.TENANT).map(String::strip).orElse("")))
        .isPresent();
  }

  /** What is no header's value must not become one. */
  private static boolean isSendable(String secret) {
    return secret.length() <= LONGEST_TOKEN && secret.chars().allMatch(c -> c > ' ' && c < 127);
  }

  private Optional<Token> ask(String key) {
    int at = key.indexOf(BETWEEN);
    String secret = key.substring(0, at);
    Optional<String> asked = Optional.of(key.substring(at + 1)).filter(text -> !text.isEmpty());
    return config.version() == KeystoneConfig.Version.V3 ? v3(secret, asked) : v2(secret, asked);
  }

  private Optional<Token> v3(String secret, Optional<String> asked) {
    Optional<JsonNode> answer = client.token(secret);
    if (answer.isEmpty()) {
      return Optional.empty();
    }
    JsonNode token = answer.get().path("token");
    JsonNode user = token.path("user");
    if (!token.isObject() || text(user, "name").isEmpty()) {
      throw client.away("answers with no token", new IOException("no token"));
    }
    JsonNode project = token.path("project");
    if (!project.isObject()) {
      throw new RefusedCallerException(
          403, "the token is for no project: get one that is scoped to a project");
    }
    String name = qualified(user);
    if (asked.isPresent() && !isMeant(project, asked.get())) {
      throw new RefusedCallerException(
          403,
          "the token of %s is for the project %s and not for \"%s\": log in there, or leave the header %s out"
              .formatted(name, text(project, "name"), asked.get(), StoreAuthenticator.TENANT));
    }
    return Optional.of(
            new Token(
                name,
                tenant(project),
                role(name, token.path("roles")),
                time(token, "issued_at"),
                time(token, "expires_at")))
        .filter(known -> !known.isExpiredAt(clock.instant()));
  }

  private static String text(JsonNode node, String field) {
    String text = node.path(field).asText("");
    return text.length() > 256 ? "" : text;
  }

  private static String qualified(JsonNode named) {
    JsonNode domain = named.path("domain");
    return text(domain, "id").equals(DEFAULT_DOMAIN) || text(domain, "name").isEmpty()
        ? text(named, "name")
        : text(named, "name") + "@" + text(domain, "name");
  }

  /** By id, by name, or by name and the name or id of its domain. */
  private static boolean isMeant(JsonNode project, String asked) {
    String name = text(project, "name");
    return asked.equals(text(project, "id"))
        || asked.equals(name)
        || isIn(project.path("domain"), name, asked);
  }

  private static boolean isIn(JsonNode domain, String name, String asked) {
    return Stream.of(text(domain, "name"), text(domain, "id"))
        .filter(text -> !text.isEmpty())
        .anyMatch(text -> asked.equals(name + "@" + text));
  }

  private TenantId tenant(JsonNode project) {
    String id = text(project, "id");
    if (id.isEmpty()) {
      throw client.away("answers with a project that has no id", new IOException("no id"));
    }
    if (!PROJECT_ID.matcher(id).matches()) {
      throw new RefusedCallerException(
          403,
          "the project %s has the id \"%s\", which could be that of a tenant of Berth's own: only ids of 32 hexadecimal digits are taken"
              .formatted(text(project, "name"), id));
    }
    return new TenantId(id);
  }

  private Role role(String user, JsonNode roles) {
    Role highest = null;
    boolean hasRequired = config.required().isEmpty();
    for (JsonNode each : roles) {
      String name = text(each, "name");
      hasRequired |= config.required().filter(name::equals).isPresent();
      Role role = config.roles().get(name);
      if (role != null && (highest == null || role.includes(highest))) {
        highest = role;
      }
    }
    if (!hasRequired) {
      throw new RefusedCallerException(
          403,
          "%s lacks the role %s that this site asks of everyone who uses it"
              .formatted(user, config.required().orElseThrow()));
    }
    if (highest == null) {
      throw new RefusedCallerException(
          403,
          "no role of %s in the project means anything here; those that do are %s"
              .formatted(
                  user, String.join(", ", config.roles().keySet().stream().sorted().toList())));
    }
    return highest;
  }

  private Instant time(JsonNode token, String field) {
    try {
      return Instant.parse(text(token, field));
    } catch (DateTimeParseException e) {
      throw client.away("answers with a token that has no time", e);
    }
  }

  /**
   * As the first multi-tenant Swarm did it: the tenants that the token gets are those it may use.
   */
  private Optional<Token> v2(String secret, Optional<String> asked) {
    Optional<JsonNode> answer = client.tenants(secret);
    if (answer.isEmpty()) {
      return Optional.empty();
    }
    JsonNode tenants = answer.get().path("tenants");
    if (!tenants.isArray()) {
      throw client.away("answers with no tenants", new IOException("no tenants"));
    }
    if (asked.isEmpty()) {
      throw new RefusedCallerException(
          403, "name the tenant in the header " + StoreAuthenticator.TENANT);
    }
    for (JsonNode tenant : tenants) {
      boolean isMeant =
          asked.get().equals(text(tenant, "id")) || asked.get().equals(text(tenant, "name"));
      if (isMeant && tenant.path("enabled").asBoolean(true)) {
        return Optional.of(v2(secret, tenant, answer.get().path("access")));
      }
    }
    throw new RefusedCallerException(
        403, "the token is not for the tenant \"%s\"".formatted(asked.get()));
  }

  /**
   * With the user and the roles of the answer itself, or of another that is asked for; where
   * neither has them, everybody is a member.
   */
  private Token v2(String secret, JsonNode tenant, JsonNode told) {
    TenantId id = tenant(tenant);
    JsonNode access =
        told.path("user").isObject()
            ? told
            : client.access(secret, id.value()).orElseGet(MissingNode::getInstance);
    JsonNode user = access.path("user");
    String name =
        Stream.of(text(user, "username"), text(user, "name"))
            .filter(text -> !text.isEmpty())
            .findFirst()
            .orElseGet(() -> "a user of " + text(tenant, "name"));
    Role role = user.path("roles").isArray() ? role(name, user.path("roles")) : Role.MEMBER;
    Instant now = clock.instant();
    return new Token(name, id, role, now, now.plus(V2_LIFETIME));
  }

  @Override
  public void close() {
    client.close();
  }
}
