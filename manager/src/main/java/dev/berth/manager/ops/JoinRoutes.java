package dev.berth.manager.ops;

import dev.berth.common.tls.PeerRole;
import dev.berth.manager.cluster.JoinRefusedException;
import dev.berth.manager.cluster.JoinService;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** How machines come into the cluster. */
public final class JoinRoutes implements OpsRoutes {
  private static final Duration USUAL_LIFETIME = Duration.ofHours(1);
  private static final int MOST_USES = 10_000;

  private final JoinService joins;

  public JoinRoutes(JoinService joins) {
    this.joins = joins;
  }

  @Override
  public List<OpsRoute> routes() {
    return List.of(
        new OpsRoute(
                "POST",
                "/berth/v1/join-tokens",
                OpsRoute.ADMIN,
                "gives out a token that lets machines in",
                this::issue)
            .taking(
                OpsField.optional(
                    "role", OpsField.Type.TEXT, "agent or manager; agent when it is not given"),
                OpsField.optional("lifetime", OpsField.Type.DURATION, "how long it is good"),
                OpsField.optional("uses", OpsField.Type.NUMBER, "how many machines it lets in"),
                OpsField.optional(
                    "labels", OpsField.Type.TREE, "labels of the hosts that come by it"))
            .making(
                OpsShape.fields(
                    OpsPart.always(
                        "token",
                        OpsShape.Plain.TEXT,
                        "the token itself, which is shown this once"))),
        new OpsRoute(
                "GET",
                "/berth/v1/join-tokens",
                OpsRoute.ADMIN,
                "the tokens that still let machines in",
                _ -> list())
            .answering(
                OpsPart.always(
                    "tokens",
                    OpsShape.listOf(
                        OpsShape.named(
                            "JoinToken",
                            OpsPart.always("id", OpsShape.Plain.TEXT, "by which it is taken back"),
                            OpsPart.always(
                                "role", OpsShape.Plain.TEXT, "what it lets in: agent or manager"),
                            OpsPart.always(
                                "expires", OpsShape.Plain.MOMENT, "until when it is good"),
                            OpsPart.always(
                                "uses",
                                OpsShape.Plain.NUMBER,
                                "how many machines it still lets in"),
                            OpsPart.always(
                                "labels",
                                OpsShape.mapOf(OpsShape.Plain.TEXT),
                                "of the hosts that come by it, by name"))),
                    "the one that ends first before the others")),
        new OpsRoute(
                "DELETE",
                "/berth/v1/join-tokens/{id}",
                OpsRoute.ADMIN,
                "takes back a token that was given out",
                this::takeBack)
            .answering(
                OpsPart.always("id", OpsShape.Plain.TEXT, "of the token that was taken back")),
        new OpsRoute(
            "POST", "/join", OpsRoute.OPEN, "lets in a machine that shows a token", this::join));
  }

  private OpsAnswer issue(OpsCall call) throws IOException {
    OpsBody body = call.body();
    PeerRole role =
        switch (body.text("role").orElse("agent")) {
          case "agent" -> PeerRole.AGENT;
          case "manager" -> PeerRole.MANAGER;
          default -> throw OpsException.badRequest("\"role\" must be agent or manager");
        };
    try {
      return OpsAnswer.of(
          201,
          Map.of(
              "token",
              joins
                  .issue(
                      role,
                      body.duration("lifetime").orElse(USUAL_LIFETIME),
                      body.number("uses", 1, 1, MOST_USES),
                      HostLabels.changed(Map.of(), body.object("labels")))
                  .text()));
    } catch (JoinRefusedException e) {
      throw new OpsException(e.status(), e.getMessage());
    }
  }

  private OpsAnswer list() {
    try {
      return OpsAnswer.ok(Map.of("tokens", joins.issued()));
    } catch (JoinRefusedException e) {
      throw new OpsException(e.status(), e.getMessage());
    }
  }

  private OpsAnswer takeBack(OpsCall call) {
    String id = call.value("id");
    try {
      if (!joins.takeBack(id)) {
        throw new OpsException(
            404, "there is no join token %s: see 'berth host token ls'".formatted(id));
      }
      return OpsAnswer.ok(Map.of("id", id));
    } catch (JoinRefusedException e) {
      throw new OpsException(e.status(), e.getMessage());
    }
  }

  private OpsAnswer join(OpsCall call) throws IOException {
    OpsBody body = call.body();
    try {
      return OpsAnswer.ok(
          joins.join(
              new JoinService.Request(
                  body.requiredText("token"),
                  body.requiredText("csr"),
                  body.requiredText("name"),
                  body.text("role").orElse("agent"))));
    } catch (JoinRefusedException e) {
      throw new OpsException(e.status(), e.getMessage());
    }
  }
}
