package dev.berth.scheduler;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * One reason for which a host may not have a container. Stateless and deterministic; {@link
 * #admits} is asked of each host on each placement, the rest only when all were refused. Hints are
 * all to be taken as required: soft ones are dropped before, when they must be.
 */
public interface Filter {

  /** What {@link #admits} looks at. */
  enum Looks {
    /** The host's condition, its pressure, and its labels that the request's constraints name. */
    AT_KIND,
    /** CPU and memory that are left, as strategies count them. */
    AT_ROOM,
    /** Anything else about the host and what is on it. */
    AT_HOST
  }

  /** Which hosts a filter could remove at all. */
  enum Reach {
    EVERY,
    /** Only those that have a port that is asked for. */
    HOLDERS_OF_PORTS,
    /** Only those on which the tenant has something. */
    OWN
  }

  /**
   * Of a filter that reaches only the tenant's own hosts: the labels that alone matter of what it
   * has there, so that it lets a host by where none of the tenant's containers has one of them;
   * empty when other things matter, too.
   */
  default Optional<List<Label>> ownLabels(Request request) {
    return Optional.empty();
  }

  /** Known without asking each. */
  default Reach reach(Request request) {
    return Reach.EVERY;
  }

  default Looks looks() {
    return Looks.AT_HOST;
  }

  /** Whether this request asks for anything that could remove a host. */
  default boolean concerns(Request request) {
    return true;
  }

  /**
   * Whether it admits every host that has neither of the labels {@code berth.tenants} and {@code
   * containerslots}, and no bound on what every host has: known without asking each.
   */
  default boolean sparesPlainHosts(Request request) {
    return !concerns(request);
  }

  /** Whether it admits every such host that has as many GPUs left as are asked for. */
  default boolean sparesPlainHostsWithGpus(Request request) {
    return sparesPlainHosts(request);
  }

  /** One word, as {@code port}. */
  String name();

  boolean admits(HostState host, Request request);

  /**
   * What to ask instead, for one request that is to be spread over a host label: a filter that must
   * see the whole fleet has seen it then.
   */
  default Filter prepared(Collection<HostState> hosts, Request request) {
    return this;
  }

  /** What is asked, as the user may see it, without brackets: {@code port 80/tcp}. */
  String condition(Request request);

  /** Why a host that is not admitted is not, for operators: {@code port 80/tcp is taken}. */
  String reason(HostState host, Request request);

  /**
   * What a host that is not admitted lacks, for who asked: {@code 4GiB of memory asked for, 1GiB
   * left}. It names no host and tells nothing of other tenants; empty when there is nothing that
   * may be told.
   */
  default Optional<String> shortfall(HostState host, Request request) {
    return Optional.empty();
  }

  /** How far a host is from being admitted, to compare it with others that are not. */
  default long distance(HostState host, Request request) {
    return 0;
  }

  /**
   * The same for a filter that looks at room alone, of a host that has so much left: the farther,
   * the less it is.
   *
   * @param cpuLeft in billionths of a CPU; negative on a host over its limit
   * @param memoryLeft in bytes; negative likewise
   */
  default long distance(long cpuLeft, long memoryLeft, Request request) {
    return 0;
  }

  /**
   * The sentence for a request whose dependencies bind it to a host that this filter does not
   * admit; it names no host. Empty when what the filter itself says is enough.
   */
  default Optional<String> boundWording() {
    return Optional.empty();
  }

  /**
   * The sentence that Swarm or the engine has for a request that failed by this filter in the end.
   *
   * @param nearest a host that every earlier filter admits and this one does not
   */
  default Optional<String> wording(HostState nearest, Request request) {
    return Optional.empty();
  }
}
