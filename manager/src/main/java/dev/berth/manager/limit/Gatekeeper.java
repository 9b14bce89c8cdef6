package dev.berth.manager.limit;

import dev.berth.common.http.Exchange;
import dev.berth.common.http.TcpConnection;
import dev.berth.common.id.TenantId;
import dev.berth.manager.tenant.Authenticator;
import dev.berth.manager.tenant.Caller;
import dev.berth.manager.tenant.OpenStreams;
import dev.berth.manager.tenant.RefusedCallerException;
import dev.berth.manager.tenant.Role;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds out who calls, and lets in no more of it than the limits do. Operators are not limited.
 * Safe for any thread.
 */
public final class Gatekeeper {
  private static final int UNAUTHORIZED = 401;

  private final Authenticator authenticator;
  private final OpenStreams streams;
  private final LimitConfig config;
  private final InstantSource clock;
  private final Pause pause;
  private final AddressLimit addresses;

  // One for each tenant that a caller was known in: no more than there are.
  private final Map<TenantId, TenantLimit> tenants = new ConcurrentHashMap<>();

  /**
   * @param streams told of what stays open; started and closed elsewhere
   */
  public Gatekeeper(
      Authenticator authenticator, OpenStreams streams, LimitConfig config, InstantSource clock) {
    this(authenticator, streams, config, clock, Pause.REAL);
  }

  Gatekeeper(
      Authenticator authenticator,
      OpenStreams streams,
      LimitConfig config,
      InstantSource clock,
      Pause pause) {
    this.authenticator = authenticator;
    this.streams = streams;
    this.config = config;
    this.clock = clock;
    this.pause = pause;
    this.addresses = new AddressLimit(config.failedLogins(), clock, pause);
  }

  /**
   * Who calls.
   *
   * @throws RefusedCallerException as {@link Authenticator#authenticate}
   * @throws LimitedException when too many from there failed, and this caller is not known
   */
  public Caller identify(Exchange exchange) {
    if (isOver(exchange)
        && !authenticator.knows(exchange.request().headers(), exchange.certificate())) {
      throw addresses.refuse(address(exchange));
    }
    try {
      return authenticator.authenticate(exchange.request().headers(), exchange.certificate());
    } catch (RefusedCallerException e) {
      if (e.status() == UNAUTHORIZED) {
        failed(exchange);
      }
      throw e;
    }
  }

  /**
   * Before a call that finds out itself who calls, as a login.
   *
   * @throws LimitedException when too many from there failed
   */
  public void knock(Exchange exchange) {
    if (isOver(exchange)) {
      throw addresses.refuse(address(exchange));
    }
  }

  /** That such a call found the caller to be nobody. */
  public void failed(Exchange exchange) {
    addresses.failed(address(exchange));
  }

  /**
   * A place to work in.
   *
   * @throws LimitedException when the tenant has as many as it may
   */
  public Turn admit(Caller caller, Work work) {
    return isFree(caller) ? Turn.FREE : of(caller.tenant()).admit(work);
  }

  /**
   * Ends what that caller has open as soon as it is seen not to be let in any more.
   *
   * @param needed the role that the call needs
   */
  public OpenStreams.Open watch(Exchange exchange, Caller caller, Role needed) {
    return streams.open(
        exchange.request().headers(), exchange.certificate(), caller, needed, exchange::abort);
  }

  /** How fast events may go to a listener. */
  public Pace events(Caller caller) {
    return isFree(caller) ? Pace.FREE : of(caller.tenant())::nextEvent;
  }

  private static boolean isFree(Caller caller) {
    return caller.role() == Role.ADMIN;
  }

  private TenantLimit of(TenantId tenant) {
    return tenants.computeIfAbsent(tenant, _ -> new TenantLimit(tenant, config, clock, pause));
  }

  private boolean isOver(Exchange exchange) {
    return addresses.isOver(address(exchange));
  }

  private static InetAddress address(Exchange exchange) {
    return exchange.connection() instanceof TcpConnection tcp
        ? tcp.peer().getAddress()
        : InetAddress.getLoopbackAddress();
  }
}
