package dev.berth.common.wire;

/**
 * The agent's HTTP interface, for managers (and one path for agents): the paths and the headers.
 */
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
   * POST with {@code ?images}, {@code ?volumes}, {@code ?networks} or several of them, joined by
   * {@code &}: the same for these lists of the engine.
   */
  public static final String REFRESH_LISTS = "/refresh/lists";

  /**
   * POST {@code {"image":ID,"to":HOST}}: that host may take that image from here, once and soon.
   * Answers {@code {"offer":SECRET}}.
   */
  public static final String OFFERS = "/image-offers";

  /**
   * POST {@code {"image":ID,"from":HOST,"address":A,"port":P,"offer":SECRET}}: the agent takes the
   * image from that host's agent, and answers 204 when its engine has it. Needs {@link
   * #EPOCH_HEADER}.
   */
  public static final String TAKE = "/image-takes";

  /**
   * GET {@code /image/SECRET}, the only path for other agents: the image of an offer, as the engine
   * saves it.
   */
  public static final String OFFERED = "/image/";

  /**
   * POST {@code ?image=ID&repository=R&tag=T}: the engine pushes the image under that name, which
   * it has no longer than that takes; answers as the engine does. {@code X-Registry-Auth} goes to
   * the engine. Needs {@link #EPOCH_HEADER}.
   */
  public static final String PUSH = "/image-pushes";

  /** GET: the newest sample of the host and its containers, as {@code SampleCodec} writes it. */
  public static final String MONITOR = "/monitor";

  /**
   * GET with {@code ?window=hour} or {@code day}, and {@code container=} with the id of one that
   * runs: the past of the host, or of that container.
   */
  public static final String MONITOR_SERIES = "/monitor/series";

  /** GET: the newest sample in Prometheus' text format. */
  public static final String METRICS = "/metrics";

  /**
   * GET: {@code {"ends":T}}, until when the agent's certificate is good. POST: {@code {"csr":PEM}},
   * a signing request for a new key. PUT {@code {"certificate":PEM,"ca":PEM}}: the chain for it,
   * which the agent shows from then on.
   */
  public static final String CERTIFICATE = "/certificate";

  /** The epoch in which a mutating call was decided, as a decimal number. */
  public static final String EPOCH_HEADER = "Berth-Epoch";

  /**
   * On a call that makes processes for a tenant, a container or a build: the {@link TenantGroup} in
   * which they are to be, which the agent makes ready first.
   */
  public static final String GROUP_HEADER = "Berth-Group";

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
