package dev.berth.common.wire;

/** The agent's HTTP interface, for managers only: the paths and the headers. */
public final class AgentApi {

  /**
   * The engine's API is below this: {@code /engine/containers/json} is the engine's {@code
   * /containers/json}. Bytes pass unchanged, upgrades included. A request that is not a GET or HEAD
   * needs {@link #EPOCH_HEADER}.
   */
  public static final String ENGINE = "/engine";

  /** GET: the {@link FeedMessage}s of this host, a JSON object a line, until either side ends. */
  public static final String FEED = "/feed";

  /**
   * PUT with the header {@link #EPOCH_HEADER}: a new leader begins. Answered when every mutating
   * call of an older epoch that was under way is over, so that the leader sees what it did.
   */
  public static final String EPOCH = "/epoch";

  /**
   * POST with {@code ?id=} of a container: the agent reads it anew, sends the change down every
   * feed, and answers {@code {"seq":N}}: who has seen message N has seen the container as it is
   * now.
   */
  public static final String REFRESH = "/refresh";

  /**
   * POST with {@code ?volumes}, {@code ?networks} or both, joined by {@code &}: the same for these
   * lists of the engine.
   */
  public static final String REFRESH_LISTS = "/refresh/lists";

  /** The epoch in which a mutating call was decided, as a decimal number. */
  public static final String EPOCH_HEADER = "Berth-Epoch";

  /** The id of the client's request, for the logs. */
  public static final String REQUEST_HEADER = "Berth-Request";

  /**
   * On an answer that is the agent's own and not the engine's: {@code stale-epoch}, {@code
   * engine-down}, {@code bad-request}. Never on an answer of the engine.
   */
  public static final String REFUSED_HEADER = "Berth-Refused";

  /** Every header that begins so is between manager and agent, and reaches no engine, no client. */
  public static final String HEADER_PREFIX = "Berth-";

  private AgentApi() {}
}
