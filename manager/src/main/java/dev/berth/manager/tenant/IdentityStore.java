package dev.berth.manager.tenant;

import dev.berth.common.id.TenantId;
import dev.berth.common.record.Paths;
import dev.berth.common.record.TenantRecord;
import dev.berth.common.record.TokenRecord;
import dev.berth.common.record.UserRecord;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.curator.framework.CuratorFramework;

/**
 * Berth's own tenants, users and tokens, in ZooKeeper. Passwords are kept as bcrypt and tokens as
 * SHA-256 hashes. Safe for any thread; each call that cannot reach ZooKeeper ends with {@link
 * IdentityException.Unavailable}.
 */
public final class IdentityStore {
  private static final Pattern USER_NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9@._-]{0,127}");
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]{43}");
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
  private static final int GRANT_TRIES = 8;
  private static final int SHORTEST_TOKEN_ID = 8;

  /**
   * What can be set.
   *
   * @param tokenLifetime how long a token of a login is good
   * @param longestLifetime the most that an operator can give a token
   * @param bcryptCost the logarithm of bcrypt's rounds
   */
  public record Settings(Duration tokenLifetime, Duration longestLifetime, int bcryptCost) {
    public static final Settings DEFAULT =
        new Settings(Duration.ofHours(24), Duration.ofDays(366), 11);
  }

  private final Nodes nodes;
  private final InstantSource clock;
  private final SecureRandom random;
  private final Settings settings;
  private final Passwords passwords;

  /**
   * @param zookeeper started, and in the cluster's namespace; not closed here
   */
  public IdentityStore(
      CuratorFramework zookeeper, InstantSource clock, SecureRandom random, Settings settings) {
    this.nodes = new Nodes(zookeeper);
    this.clock = clock;
    this.random = random;
    this.settings = settings;
    this.passwords = new Passwords(settings.bcryptCost(), random, clock);
  }

  /**
   * @throws IdentityException.TenantExists when there is one of that name
   */
  public TenantRecord createTenant(TenantId tenant) {
    TenantRecord record = new TenantRecord(tenant.value(), clock.millis());
    if (!nodes.create(Paths.tenant(tenant), record)) {
      throw new IdentityException.TenantExists(tenant);
    }
    return record;
  }

  public Optional<TenantRecord> tenant(TenantId tenant) {
    return nodes.read(Paths.tenant(tenant), TenantRecord.class);
  }

  /** In the order of their names. */
  public List<TenantRecord> tenants() {
    return nodes.children(Paths.TENANTS).stream()
        .map(name -> tenant(new TenantId(name)))
        .flatMap(Optional::stream)
        .toList();
  }

  /** A user that was made, and its password when that was generated. */
  public record CreatedUser(User user, Optional<String> generatedPassword) {
    @Override
    public String toString() {
      return "CreatedUser[" + user + "]";
    }
  }

  /**
   * Makes a user with its first role.
   *
   * @param password empty to have one made
   * @throws IdentityException.UserExists when there is one of that name
   * @throws IdentityException.NoSuchTenant when there is no such tenant
   */
  public CreatedUser createUser(
      String name, Optional<String> password, TenantId tenant, Role role) {
    if (!USER_NAME.matcher(name).matches()) {
      throw new IdentityException.Invalid(
          "invalid user \"%s\": use 1 to 128 of [a-zA-Z0-9@._-], and a letter or digit first"
              .formatted(name));
    }
    requireTenant(tenant);
    if (record(name).isPresent()) {
      throw new IdentityException.UserExists(name);
    }
    String chosen = password.orElseGet(passwords::generate);
    UserRecord record =
        new UserRecord(
            name, passwords.hash(chosen), Map.of(tenant.value(), role.text()), clock.millis());
    if (!nodes.create(Paths.user(name), record)) {
      throw new IdentityException.UserExists(name);
    }
    return new CreatedUser(
        user(record), password.isPresent() ? Optional.empty() : Optional.of(chosen));
  }

  public Optional<User> user(String name) {
    return record(name).map(IdentityStore::user);
  }

  /** In the order of their names. */
  public List<User> users() {
    return nodes.children(Paths.USERS).stream().map(this::user).flatMap(Optional::stream).toList();
  }

  /** Gives a user a role in one more tenant, or another role in one. */
  public User grant(String name, TenantId tenant, Role role) {
    requireTenant(tenant);
    return change(
        name,
        old -> {
          Map<String, String> roles = new HashMap<>(old.roles());
          roles.put(tenant.value(), role.text());
          return new UserRecord(name, old.passwordHash(), roles, old.created());
        });
  }

  /** Takes a user's role in a tenant, and with it the tokens that the user has there. */
  public User withdraw(String name, TenantId tenant) {
    User user = change(name, record -> without(record, tenant));
    revokeAll(token -> token.user().equals(name) && token.tenant().equals(tenant));
    return user;
  }

  private static UserRecord without(UserRecord record, TenantId tenant) {
    Map<String, String> roles = new HashMap<>(record.roles());
    if (roles.remove(tenant.value()) == null) {
      throw new IdentityException.Invalid(
          "%s has no role in the tenant %s".formatted(record.name(), tenant));
    }
    return new UserRecord(record.name(), record.passwordHash(), roles, record.created());
  }

  /**
   * Gives a user another password, and revokes all of the user's tokens.
   *
   * @param password empty to have one made
   */
  public CreatedUser changePassword(String name, Optional<String> password) {
    String chosen = password.orElseGet(passwords::generate);
    String hash = passwords.hash(chosen);
    User user =
        change(
            name, record -> new UserRecord(record.name(), hash, record.roles(), record.created()));
    revokeAll(token -> token.user().equals(name));
    return new CreatedUser(user, password.isPresent() ? Optional.empty() : Optional.of(chosen));
  }

  /** Removes a user, whose tokens are no good from now on. */
  public void removeUser(String name) {
    if (user(name).isEmpty()) {
      throw new IdentityException.NoSuchUser(name);
    }
    nodes.delete(Paths.user(name));
    revokeAll(token -> token.user().equals(name));
  }

  /**
   * Shuts a tenant's door: its tokens are revoked and its users lose their role there.
   *
   * @return the users who had no role in any other tenant, and are removed
   */
  public List<String> close(TenantId tenant) {
    List<String> removed = new ArrayList<>();
    for (User user : users()) {
      if (user.roles().containsKey(tenant)) {
        if (user.roles().size() == 1) {
          nodes.delete(Paths.user(user.name()));
          removed.add(user.name());
        } else {
          change(user.name(), record -> without(record, tenant));
        }
      }
    }
    revokeAll(token -> token.tenant().equals(tenant));
    return removed;
  }

  /** Removes the record of a tenant, which must have been closed. */
  public void removeTenant(TenantId tenant) {
    nodes.delete(Paths.tenant(tenant));
  }

  /**
   * A token as operators see it.
   *
   * @param id the hash of the token, which is not the token
   */
  public record KnownToken(String id, Token token) {}

  /** The tokens that are good now, those that end first, first. */
  public List<KnownToken> tokens() {
    return nodes.children(Paths.TOKENS).stream()
        .flatMap(hash -> withHash(hash).map(token -> new KnownToken(hash, token)).stream())
        .sorted(Comparator.comparing(known -> known.token().expires()))
        .toList();
  }

  /**
   * From now on that token is no good, and none that came from it. Of a token that came from
   * another it is not known which others came from it in turn, so all that came from that one go
   * with it.
   *
   * @param id the beginning of the token's hash, of at least {@value #SHORTEST_TOKEN_ID} digits
   * @return those that were revoked, that of the id first
   */
  public List<Token> revokeById(String id) {
    List<String> found =
        id.length() < SHORTEST_TOKEN_ID
            ? List.of()
            : nodes.children(Paths.TOKENS).stream().filter(hash -> hash.startsWith(id)).toList();
    if (found.size() != 1) {
      throw new IdentityException.NoSuchToken(id);
    }
    String hash = found.getFirst();
    TokenRecord named = good(hash).orElseThrow(() -> new IdentityException.NoSuchToken(id));
    String first = first(hash, named);
    List<Token> revoked = new ArrayList<>();
    revoked.add(token(named));
    nodes.delete(Paths.token(hash));
    for (String other : nodes.children(Paths.TOKENS)) {
      Optional<TokenRecord> derived =
          nodes
              .read(Paths.token(other), TokenRecord.class)
              .filter(record -> record.origin().equals(first));
      if (derived.isPresent()) {
        revoked.add(token(derived.get()));
        nodes.delete(Paths.token(other));
      }
    }
    return revoked;
  }

  private void revokeAll(Predicate<Token> which) {
    for (KnownToken known : tokens()) {
      if (which.test(known.token())) {
        nodes.delete(Paths.token(known.id()));
      }
    }
  }

  private User change(String name, UnaryOperator<UserRecord> change) {
    for (int tries = 0; tries < GRANT_TRIES; tries++) {
      Nodes.Versioned<UserRecord> node =
          nodes
              .readVersioned(userPath(name), UserRecord.class)
              .orElseThrow(() -> new IdentityException.NoSuchUser(name));
      UserRecord changed = change.apply(node.record());
      if (nodes.replace(Paths.user(name), changed, node.version())) {
        return user(changed);
      }
    }
    throw new IdentityException.Busy();
  }

  /**
   * Checks a password and gives out a token.
   *
   * @param tenant to act in; empty for the only one that the user has a role in
   * @throws IdentityException.WrongPassword also when there is no such user
   * @throws IdentityException.NoRole also when there is no such tenant
   * @throws IdentityException.TooManyAttempts when this user's logins come too fast
   */
  public IssuedToken login(String name, String password, Optional<TenantId> tenant) {
    Optional<UserRecord> record = record(name);
    if (!passwords.check(name, password, record.map(UserRecord::passwordHash))) {
      throw new IdentityException.WrongPassword();
    }
    User user = user(record.orElseThrow());
    TenantId chosen = tenant.orElseGet(() -> onlyTenant(user));
    Role role = roleOf(user, chosen);
    return issue(name, chosen, role, settings.tokenLifetime(), Origin.NONE);
  }

  /**
   * Gives out a token for one that is good, for the same user in a tenant of its own choice. It
   * ends no later than the one that was shown.
   *
   * @param tenant empty for that of the token
   * @throws IdentityException.WrongToken when it is not good
   * @throws IdentityException.NoRole also when there is no such tenant
   * @throws IdentityException.OtherRights for a token with other rights than its user has by itself
   */
  public IssuedToken exchange(String secret, Optional<TenantId> tenant) {
    Token shown = authenticate(secret).orElseThrow(IdentityException.WrongToken::new);
    String origin = Secrets.hash(secret);
    TokenRecord record =
        nodes
            .read(Paths.token(origin), TokenRecord.class)
            .orElseThrow(IdentityException.WrongToken::new);
    User user =
        user(shown.user())
            .filter(known -> known.roleIn(shown.tenant()).filter(shown.role()::equals).isPresent())
            .orElseThrow(() -> new IdentityException.OtherRights(shown.user()));
    TenantId chosen = tenant.orElse(shown.tenant());
    Role role = roleOf(user, chosen);
    return issue(
        user.name(),
        chosen,
        role,
        settings.tokenLifetime(),
        new Origin(first(origin, record), shown.expires()));
  }

  /** The hash of the one that all others came from, by which they are found. */
  private static String first(String hash, TokenRecord record) {
    return record.origin().isEmpty() ? hash : record.origin();
  }

  private Role roleOf(User user, TenantId tenant) {
    return user.roleIn(tenant)
        .filter(_ -> tenant(tenant).isPresent())
        .orElseThrow(() -> new IdentityException.NoRole(user.name(), tenant.value()));
  }

  private static TenantId onlyTenant(User user) {
    if (user.roles().size() != 1) {
      throw new IdentityException.Invalid(
          "%s has roles in %d tenants; name one".formatted(user.name(), user.roles().size()));
    }
    return user.roles().keySet().iterator().next();
  }

  /**
   * Gives out a token without a password: for operators.
   *
   * @param lifetime empty for the usual one
   */
  public IssuedToken issueToken(
      String user, TenantId tenant, Role role, Optional<Duration> lifetime) {
    return issueToken(user, tenant, role, lifetime, Origin.NONE);
  }

  /**
   * Gives out a token for one that is good, which it may outlive: for its user, who is known to
   * have that role. When an operator revokes the one, the other goes, too.
   *
   * @param shown the hash of the one that is good
   * @throws IdentityException.WrongToken when it is not
   */
  public IssuedToken issueToken(
      String user, TenantId tenant, Role role, Duration lifetime, String shown) {
    TokenRecord record = good(shown).orElseThrow(IdentityException.WrongToken::new);
    return issueToken(
        user, tenant, role, Optional.of(lifetime), new Origin(first(shown, record), Instant.MAX));
  }

  private IssuedToken issueToken(
      String user, TenantId tenant, Role role, Optional<Duration> lifetime, Origin origin) {
    if (!USER_NAME.matcher(user).matches()) {
      throw new IdentityException.Invalid("invalid user \"%s\"".formatted(user));
    }
    requireTenant(tenant);
    Duration chosen = lifetime.orElse(settings.tokenLifetime());
    if (!chosen.isPositive() || chosen.compareTo(settings.longestLifetime()) > 0) {
      throw new IdentityException.Invalid(
          "a token lives from 1 second to %d days".formatted(settings.longestLifetime().toDays()));
    }
    return issue(user, tenant, role, chosen, origin);
  }

  /** What a token was given out for, and the latest that it may end. */
  private record Origin(String hash, Instant end) {
    static final Origin NONE = new Origin("", Instant.MAX);
  }

  private IssuedToken issue(
      String user, TenantId tenant, Role role, Duration lifetime, Origin origin) {
    String secret = Secrets.random(random);
    Instant now = Instant.ofEpochMilli(clock.millis());
    Instant usual = now.plusMillis(lifetime.toMillis());
    Instant expires = usual.isBefore(origin.end()) ? usual : origin.end();
    Token token = new Token(user, tenant, role, now, expires);
    TokenRecord record =
        new TokenRecord(
            user,
            tenant.value(),
            role.text(),
            token.issued().toEpochMilli(),
            token.expires().toEpochMilli(),
            origin.hash());
    if (!nodes.create(Paths.token(Secrets.hash(secret)), record)) {
      throw new IllegalStateException("a random token was given out twice");
    }
    return new IssuedToken(secret, token);
  }

  /** Whether that has the form of a token of this store. */
  public static boolean isToken(String secret) {
    return TOKEN.matcher(secret).matches();
  }

  /** What that token stands for; empty when it was never given out, revoked, or has expired. */
  public Optional<Token> authenticate(String secret) {
    if (!TOKEN.matcher(secret).matches()) {
      return Optional.empty();
    }
    return withHash(Secrets.hash(secret));
  }

  /** The same for the hash of a token, which is the name in a client certificate. */
  Optional<Token> withHash(String hash) {
    return good(hash).map(IdentityStore::token);
  }

  private Optional<TokenRecord> good(String hash) {
    if (!HASH.matcher(hash).matches()) {
      return Optional.empty();
    }
    return nodes
        .read(Paths.token(hash), TokenRecord.class)
        .filter(record -> !token(record).isExpiredAt(clock.instant()));
  }

  /** From now on the token is no good; nothing happens when it was not. */
  public void revoke(String secret) {
    nodes.delete(Paths.token(Secrets.hash(secret)));
  }

  /**
   * Removes expired tokens, looking at no more than so many, from a random one on.
   *
   * @return how many were removed
   */
  public int sweep(int most) {
    List<String> hashes = nodes.children(Paths.TOKENS);
    int looked = Math.min(most, hashes.size());
    int first = hashes.isEmpty() ? 0 : random.nextInt(hashes.size());
    int removed = 0;
    for (int i = 0; i < looked; i++) {
      String path = Paths.token(hashes.get((first + i) % hashes.size()));
      boolean expired =
          nodes
              .read(path, TokenRecord.class)
              .map(IdentityStore::token)
              .filter(token -> token.isExpiredAt(clock.instant()))
              .isPresent();
      if (expired) {
        nodes.delete(path);
        removed++;
      }
    }
    return removed;
  }

  private void requireTenant(TenantId tenant) {
    if (tenant(tenant).isEmpty()) {
      throw new IdentityException.NoSuchTenant(tenant);
    }
  }

  private static String userPath(String name) {
    if (!USER_NAME.matcher(name).matches()) {
      throw new IdentityException.NoSuchUser(name);
    }
    return Paths.user(name);
  }

  private Optional<UserRecord> record(String name) {
    return USER_NAME.matcher(name).matches()
        ? nodes.read(Paths.user(name), UserRecord.class)
        : Optional.empty();
  }

  private static User user(UserRecord record) {
    Map<TenantId, Role> roles = new HashMap<>();
    record.roles().forEach((tenant, role) -> roles.put(new TenantId(tenant), Role.parse(role)));
    return new User(record.name(), roles, Instant.ofEpochMilli(record.created()));
  }

  private static Token token(TokenRecord record) {
    return new Token(
        record.user(),
        new TenantId(record.tenant()),
        Role.parse(record.role()),
        Instant.ofEpochMilli(record.issued()),
        Instant.ofEpochMilli(record.expires()));
  }
}
