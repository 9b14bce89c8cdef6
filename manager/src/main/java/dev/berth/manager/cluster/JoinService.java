package dev.berth.manager.cluster;

import dev.berth.common.id.HostId;
import dev.berth.common.record.HostRecord;
import dev.berth.common.record.JoinRecord;
import dev.berth.common.record.Paths;
import dev.berth.common.record.Records;
import dev.berth.common.tls.Authority;
import dev.berth.common.tls.JoinToken;
import dev.berth.common.tls.Peer;
import dev.berth.common.tls.PeerRole;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;

/**
 * Lets machines into the cluster: gives out join tokens, and signs the certificate of who shows
 * one. A use of the token and the host's record are written in one step, so that neither can be
 * without the other. Safe for any thread.
 */
public final class JoinService {
  private static final Duration LONGEST_LIFETIME = Duration.ofDays(30);
  private static final int MOST_USES = 10_000;
  private static final int TRIES = 16;
  private static final int MAX_SLUG_CHARS = 48;
  private static final int ID_BYTES = 3;
  private static final int SHOWN_CHARS = 12;

  private final CuratorFramework zookeeper;
  private final Authority authority;
  private final Supplier<String> servers;
  private final Duration validity;
  private final InstantSource clock;
  private final SecureRandom random;

  /**
   * @param authority of the cluster's own parts
   * @param servers where a host reaches ZooKeeper, as {@code host:port,host:port}
   * @param validity how long the first certificate of who comes is good
   */
  public JoinService(
      CuratorFramework zookeeper,
      Authority authority,
      Supplier<String> servers,
      Duration validity,
      InstantSource clock,
      SecureRandom random) {
    this.zookeeper = zookeeper;
    this.authority = authority;
    this.servers = servers;
    this.validity = validity;
    this.clock = clock;
    this.random = random;
  }

  /**
   * A request to be let in.
   *
   * @param token the join token whole, or its secret alone
   * @param csr a PKCS #10 request in PEM form
   * @param name what people call the machine
   * @param role agent or manager, as the token's
   */
  public record Request(String token, String csr, String name, String role) {
    @Override
    public String toString() {
      return "Request[" + name + ", " + role + "]";
    }
  }

  /**
   * What a machine that was let in needs.
   *
   * @param certificate its chain in PEM form
   * @param ca the authority's certificate in PEM form
   * @param zookeeper where ZooKeeper is
   * @param hostId the name in its certificate
   */
  public record Joined(String certificate, String ca, String zookeeper, HostId hostId) {}

  /**
   * Gives out a token.
   *
   * @param role what it lets in: agent or manager
   * @param labels of the hosts that come by it; managers have none
   */
  public JoinToken issue(PeerRole role, Duration lifetime, int uses, Map<String, String> labels)
      throws JoinRefusedException {
    boolean fits =
        lifetime.isPositive()
            && lifetime.compareTo(LONGEST_LIFETIME) <= 0
            && uses > 0
            && uses <= MOST_USES
            && role != PeerRole.USER;
    if (!fits) {
      throw new JoinRefusedException(
          400,
          "a join token is for agents or managers, lives up to %d days and has 1 to %d uses"
              .formatted(LONGEST_LIFETIME.toDays(), MOST_USES));
    }
    requireConnection();
    try {
      JoinToken token = JoinToken.fresh(authority.fingerprint());
      JoinRecord record =
          new JoinRecord(word(role), clock.millis() + lifetime.toMillis(), uses, labels);
      zookeeper
          .create()
          .creatingParentsIfNeeded()
          .forPath(Paths.joinToken(token.secretHash()), Records.write(record));
      return token;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable(e);
    } catch (Exception e) {
      throw unavailable(e);
    }
  }

  /**
   * A token that was given out and is still good.
   *
   * @param id the beginning of its secret's hash
   */
  public record Issued(
      String id, String role, Instant expires, int uses, Map<String, String> labels) {}

  /** Those that are still good, the one that ends first before the others. */
  public List<Issued> issued() throws JoinRefusedException {
    requireConnection();
    List<Issued> all = new ArrayList<>();
    try {
      for (String hash : hashes()) {
        JoinRecord record =
            Records.read(zookeeper.getData().forPath(Paths.joinToken(hash)), JoinRecord.class);
        if (record.expires() > clock.millis()) {
          all.add(
              new Issued(
                  hash.substring(0, SHOWN_CHARS),
                  record.role(),
                  Instant.ofEpochMilli(record.expires()),
                  record.uses(),
                  record.labels()));
        }
      }
    } catch (KeeperException.NoNodeException _) {
      // One was used up just now: the next look is right.
      return issued();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable(e);
    } catch (Exception e) {
      throw unavailable(e);
    }
    all.sort(Comparator.comparing(Issued::expires).thenComparing(Issued::id));
    return all;
  }

  private List<String> hashes() throws Exception {
    try {
      return zookeeper.getChildren().forPath(Paths.JOIN_TOKENS);
    } catch (KeeperException.NoNodeException _) {
      return List.of();
    }
  }

  /** Takes a token back: who shows it afterwards is not let in. False when there is none. */
  public boolean takeBack(String id) throws JoinRefusedException {
    requireConnection();
    try {
      for (String hash : hashes()) {
        if (id.length() >= SHOWN_CHARS && hash.startsWith(id)) {
          zookeeper.delete().forPath(Paths.joinToken(hash));
          return true;
        }
      }
      return false;
    } catch (KeeperException.NoNodeException _) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable(e);
    } catch (Exception e) {
      throw unavailable(e);
    }
  }

  /** Uses the token once, and signs. */
  public Joined join(Request request) throws JoinRefusedException {
    String path = Paths.joinToken(hash(request.token()));
    requireConnection();
    try {
      zookeeper.createContainers(Paths.HOSTS);
      for (int tries = 0; tries < TRIES; tries++) {
        Optional<Joined> joined = tryJoin(request, path);
        if (joined.isPresent()) {
          return joined.get();
        }
      }
      throw new JoinRefusedException(503, "too many hosts join at once; try again");
    } catch (JoinRefusedException e) {
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable(e);
    } catch (Exception e) {
      throw unavailable(e);
    }
  }

  /** Empty when somebody else used the token, or took the id, at the same moment. */
  private Optional<Joined> tryJoin(Request request, String path) throws Exception {
    Stat stat = new Stat();
    JoinRecord record;
    try {
      record =
          Records.read(zookeeper.getData().storingStatIn(stat).forPath(path), JoinRecord.class);
    } catch (KeeperException.NoNodeException _) {
      throw notGood();
    }
    if (record.expires() <= clock.millis() || record.uses() <= 0) {
      throw notGood();
    }
    if (!record.role().equals(request.role())) {
      throw new JoinRefusedException(
          403, "the join token is for the role %s; get another one".formatted(record.role()));
    }
    PeerRole role =
        record.role().equals(word(PeerRole.MANAGER)) ? PeerRole.MANAGER : PeerRole.AGENT;
    HostId id = newId(request.name());
    String certificate = sign(request.csr(), new Peer(role, id.value()));
    List<CuratorOp> operations = new ArrayList<>();
    operations.add(use(path, record, stat.getVersion()));
    if (role == PeerRole.AGENT) {
      HostRecord host =
          HostRecord.joined(id.value(), request.name(), clock.millis(), record.labels());
      operations.add(
          zookeeper.transactionOp().create().forPath(Paths.host(id), Records.write(host)));
    }
    try {
      zookeeper.transaction().forOperations(operations);
    } catch (KeeperException.BadVersionException
        | KeeperException.NodeExistsException
        | KeeperException.NoNodeException _) {
      return Optional.empty();
    }
    return Optional.of(new Joined(certificate, authority.certificatePem(), servers.get(), id));
  }

  private CuratorOp use(String path, JoinRecord record, int version) throws Exception {
    if (record.uses() == 1) {
      return zookeeper.transactionOp().delete().withVersion(version).forPath(path);
    }
    return zookeeper
        .transactionOp()
        .setData()
        .withVersion(version)
        .forPath(path, Records.write(record.used()));
  }

  private String sign(String csr, Peer subject) throws JoinRefusedException {
    try {
      return authority.issue(csr, subject, List.of(), validity);
    } catch (IOException | GeneralSecurityException e) {
      throw new JoinRefusedException(400, "the signing request is no good: " + e.getMessage(), e);
    }
  }

  private HostId newId(String name) {
    String slug =
        name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-+|-+$", "");
    String start = slug.substring(0, Math.min(slug.length(), MAX_SLUG_CHARS));
    byte[] bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    return new HostId((start.isEmpty() ? "host" : start) + "-" + HexFormat.of().formatHex(bytes));
  }

  private static String hash(String token) throws JoinRefusedException {
    if (!token.startsWith("BERTH-")) {
      return JoinToken.hash(token);
    }
    try {
      return JoinToken.parse(token).secretHash();
    } catch (IllegalArgumentException e) {
      throw new JoinRefusedException(401, e.getMessage(), e);
    }
  }

  private void requireConnection() throws JoinRefusedException {
    if (!zookeeper.getZookeeperClient().isConnected()) {
      throw unavailable(new KeeperException.ConnectionLossException());
    }
  }

  private static JoinRefusedException notGood() {
    return new JoinRefusedException(
        401,
        "the join token was used up, has expired or was never given out;"
            + " get a new one with 'berth host token create'");
  }

  private static JoinRefusedException unavailable(Exception cause) {
    return new JoinRefusedException(
        503, "ZooKeeper cannot be reached; try again in some seconds", cause);
  }

  private static String word(PeerRole role) {
    return role.name().toLowerCase(Locale.ROOT);
  }
}
