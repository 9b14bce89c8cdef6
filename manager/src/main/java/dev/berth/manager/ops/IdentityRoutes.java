package dev.berth.manager.ops;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.TenantId;
import dev.berth.common.tls.Authority;
import dev.berth.common.tls.Peer;
import dev.berth.common.tls.PeerRole;
import dev.berth.manager.tenant.Caller;
import dev.berth.manager.tenant.IdentitySource;
import dev.berth.manager.tenant.IdentityStore;
import dev.berth.manager.tenant.IssuedToken;
import dev.berth.manager.tenant.Role;
import dev.berth.manager.tenant.Secrets;
import dev.berth.manager.tenant.StoreAuthenticator;
import dev.berth.manager.tenant.Token;
import dev.berth.manager.tenant.User;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Users, tokens and client certificates, as operators make them. */
public final class IdentityRoutes implements OpsRoutes {
  private static final Duration LONGEST_OWN = Duration.ofHours(24);

  private static final String ROLES = "reader, member or admin";

  private static final OpsShape.Fields USER =
      OpsShape.named(
          "User",
          OpsPart.always("name", OpsShape.Plain.TEXT, "what the user is called"),
          OpsPart.always(
              "roles", OpsShape.mapOf(OpsShape.Plain.TEXT), "reader, member or admin, by tenant"),
          OpsPart.always("created", OpsShape.Plain.MOMENT, "when the user was made"),
          OpsPart.always(
              "admin", OpsShape.Plain.FLAG, "whether it is an operator, who acts in any tenant"));

  private static final OpsShape.Fields USER_WITH_PASSWORD =
      USER.and(
          "UserWithPassword",
          OpsPart.sometimes(
              "password",
              OpsShape.Plain.TEXT,
              "the one that was made because none was given; shown this once"));

  private static final OpsShape.Fields TOKEN =
      OpsShape.named(
          "Token",
          OpsPart.always("user", OpsShape.Plain.TEXT, "whose it is"),
          OpsPart.always("tenant", OpsShape.Plain.TEXT, "where it acts"),
          OpsPart.always("role", OpsShape.Plain.TEXT, ROLES),
          OpsPart.always("issued", OpsShape.Plain.MOMENT, "since when it is good"),
          OpsPart.always("expires", OpsShape.Plain.MOMENT, "until when it is good"));

  private static final OpsShape.Fields CERTIFICATE =
      TOKEN.and(
          "Certificate",
          OpsPart.always("certificate", OpsShape.Plain.TEXT, "the signed chain in PEM form"));

  private final IdentityStore identities;
  private final StoreAuthenticator authenticator;
  private final Authority users;

  /**
   * The routes.
   *
   * @param users signs client certificates
   */
  public IdentityRoutes(
      IdentityStore identities, StoreAuthenticator authenticator, Authority users) {
    this.identities = identities;
    this.authenticator = authenticator;
    this.users = users;
  }

  private record Whoami(String user, TenantId tenant, Role role, IdentitySource source) {}

  @Override
  public List<OpsRoute> routes() {
    return List.of(
        new OpsRoute(
                "POST",
                "/berth/v1/users",
                OpsRoute.ADMIN,
                "makes a user with a role in a tenant",
                this::createUser)
            .taking(
                OpsField.required("name", OpsField.Type.TEXT, "what the user is called"),
                OpsField.optional(
                    "password",
                    OpsField.Type.TEXT,
                    "one is made and shown once when it is not given"),
                OpsField.required("tenant", OpsField.Type.TEXT, "where the user acts"),
                OpsField.optional(
                    "role",
                    OpsField.Type.TEXT,
                    "reader, member or admin; member when it is not given"))
            .making(USER_WITH_PASSWORD),
        new OpsRoute("GET", "/berth/v1/users", OpsRoute.ADMIN, "lists users", _ -> users())
            .answering(OpsPart.always("users", OpsShape.listOf(USER), "all of Berth's own store")),
        new OpsRoute(
                "PUT",
                "/berth/v1/users/{name}/roles/{tenant}",
                OpsRoute.ADMIN,
                "gives a user a role in a tenant",
                this::grant)
            .taking(OpsField.required("role", OpsField.Type.TEXT, "reader, member or admin"))
            .answering(USER),
        new OpsRoute(
                "DELETE",
                "/berth/v1/users/{name}/roles/{tenant}",
                OpsRoute.ADMIN,
                "takes a user's role in a tenant, and its tokens there",
                this::withdraw)
            .answering(USER),
        new OpsRoute(
                "PUT",
                "/berth/v1/users/{name}/password",
                OpsRoute.ADMIN,
                "gives a user another password, and ends its tokens",
                this::changePassword)
            .taking(
                OpsField.optional(
                    "password",
                    OpsField.Type.TEXT,
                    "one is made and shown once when it is not given"))
            .answering(USER_WITH_PASSWORD),
        new OpsRoute(
                "DELETE",
                "/berth/v1/users/{name}",
                OpsRoute.ADMIN,
                "removes a user and its tokens",
                this::removeUser)
            .answeringNothing(),
        new OpsRoute(
                "GET", "/berth/v1/tokens", OpsRoute.ADMIN, "lists the good tokens", _ -> tokens())
            .answering(
                OpsPart.always(
                    "tokens",
                    OpsShape.listOf(
                        TOKEN.and(
                            "ListedToken",
                            OpsPart.always("id", OpsShape.Plain.TEXT, "by which it is revoked"))),
                    "those of client certificates, too")),
        new OpsRoute(
                "DELETE",
                "/berth/v1/tokens/{id}",
                OpsRoute.ADMIN,
                "revokes a token or client certificate",
                this::revoke)
            .answering(TOKEN),
        new OpsRoute(
                "POST",
                "/berth/v1/tokens",
                OpsRoute.ADMIN,
                "gives out a token for a tenant",
                this::issueToken)
            .taking(
                OpsField.required("tenant", OpsField.Type.TEXT, "where it acts"),
                OpsField.optional(
                    "user", OpsField.Type.TEXT, "whose it is; the caller's when it is not given"),
                OpsField.optional(
                    "role",
                    OpsField.Type.TEXT,
                    "reader, member or admin; member when it is not given"),
                OpsField.optional("lifetime", OpsField.Type.DURATION, "how long it is good"))
            .making(
                TOKEN.and(
                    "IssuedToken",
                    OpsPart.always(
                        "token",
                        OpsShape.Plain.TEXT,
                        "the token itself, which is shown this once"))),
        new OpsRoute(
                "POST",
                "/berth/v1/certificates",
                OpsRoute.ADMIN,
                "signs a client certificate for a tenant",
                this::issueCertificate)
            .taking(
                OpsField.required("csr", OpsField.Type.TEXT, "a signing request in PEM form"),
                OpsField.required("tenant", OpsField.Type.TEXT, "where it acts"),
                OpsField.optional(
                    "user", OpsField.Type.TEXT, "whose it is; the caller's when it is not given"),
                OpsField.optional(
                    "role",
                    OpsField.Type.TEXT,
                    "reader, member or admin; member when it is not given"),
                OpsField.optional("lifetime", OpsField.Type.DURATION, "how long it is good"))
            .making(CERTIFICATE),
        new OpsRoute(
                "POST",
                "/berth/v1/certificate",
                OpsRoute.READER,
                "signs the caller's own client certificate, or renews it",
                this::ownCertificate)
            .taking(
                OpsField.required("csr", OpsField.Type.TEXT, "a signing request in PEM form"),
                OpsField.optional("lifetime", OpsField.Type.DURATION, "how long it is good"))
            .making(CERTIFICATE),
        new OpsRoute(
                "GET",
                "/berth/v1/whoami",
                OpsRoute.READER,
                "who the caller is, and in which tenant",
                call -> whoami(call.known()))
            .answering(
                OpsPart.always("user", OpsShape.Plain.TEXT, "who calls"),
                OpsPart.always("tenant", OpsShape.Plain.TEXT, "where the caller acts"),
                OpsPart.always("role", OpsShape.Plain.TEXT, ROLES),
                OpsPart.always(
                    "source", OpsShape.Plain.TEXT, "who says so: own, keystone or certificates")));
  }

  private OpsAnswer createUser(OpsCall call) throws IOException {
    OpsBody body = call.body();
    IdentityStore.CreatedUser created =
        identities.createUser(
            body.requiredText("name"),
            body.text("password"),
            body.requiredTenant("tenant"),
            body.role("role").orElse(Role.MEMBER));
    ObjectNode answer = (ObjectNode) OpsJson.tree(created.user());
    created.generatedPassword().ifPresent(password -> answer.put("password", password));
    return OpsAnswer.of(201, answer);
  }

  private OpsAnswer users() {
    return OpsAnswer.ok(Map.of("users", identities.users()));
  }

  private OpsAnswer grant(OpsCall call) throws IOException {
    Role role =
        call.body().role("role").orElseThrow(() -> OpsException.badRequest("\"role\" is missing"));
    TenantId tenant = OpsBody.parsed(call.value("tenant"), TenantId::new);
    User user = identities.grant(call.value("name"), tenant, role);
    return OpsAnswer.ok(user);
  }

  private OpsAnswer withdraw(OpsCall call) {
    TenantId tenant = OpsBody.parsed(call.value("tenant"), TenantId::new);
    String name = call.value("name");
    User user = identities.withdraw(name, tenant);
    authenticator.forgetAll(token -> token.user().equals(name) && token.tenant().equals(tenant));
    return OpsAnswer.ok(user);
  }

  private OpsAnswer changePassword(OpsCall call) throws IOException {
    String name = call.value("name");
    IdentityStore.CreatedUser changed =
        identities.changePassword(name, call.body().text("password"));
    authenticator.forgetAll(token -> token.user().equals(name));
    ObjectNode answer = (ObjectNode) OpsJson.tree(changed.user());
    changed.generatedPassword().ifPresent(password -> answer.put("password", password));
    return OpsAnswer.ok(answer);
  }

  private OpsAnswer removeUser(OpsCall call) {
    String name = call.value("name");
    identities.removeUser(name);
    authenticator.forgetAll(token -> token.user().equals(name));
    return OpsAnswer.nothing(204);
  }

  private OpsAnswer tokens() {
    return OpsAnswer.ok(
        Map.of(
            "tokens",
            identities.tokens().stream()
                .map(known -> ((ObjectNode) OpsJson.tree(known.token())).put("id", known.id()))
                .toList()));
  }

  private OpsAnswer revoke(OpsCall call) {
    List<Token> revoked = identities.revokeById(call.value("id"));
    authenticator.forgetAll(revoked::contains);
    return OpsAnswer.ok(revoked.getFirst());
  }

  /** Without a user the token is the operator's own, in the role of a member. */
  private OpsAnswer issueToken(OpsCall call) throws IOException {
    OpsBody body = call.body();
    IssuedToken issued =
        identities.issueToken(
            body.text("user").orElse(call.known().user()),
            body.requiredTenant("tenant"),
            body.role("role").orElse(Role.MEMBER),
            body.duration("lifetime"));
    ObjectNode answer = (ObjectNode) OpsJson.tree(issued.token());
    answer.put("token", issued.secret());
    return OpsAnswer.of(201, answer);
  }

  /** The certificate stands for a token that nobody is told: revoked, expired and listed as one. */
  private OpsAnswer issueCertificate(OpsCall call) throws IOException {
    OpsBody body = call.body();
    String csr = body.requiredText("csr");
    return certificate(
        csr,
        identities.issueToken(
            body.text("user").orElse(call.known().user()),
            body.requiredTenant("tenant"),
            body.role("role").orElse(Role.MEMBER),
            body.duration("lifetime")));
  }

  /**
   * Only for users that the store knows, whose rights are looked at here each time: a token that
   * was given out otherwise would live on for as long as somebody renews it.
   */
  private OpsAnswer ownCertificate(OpsCall call) throws IOException {
    OpsBody body = call.body();
    Caller caller = call.known();
    Duration lifetime = body.duration("lifetime").orElse(LONGEST_OWN);
    if (lifetime.compareTo(LONGEST_OWN) > 0) {
      throw OpsException.badRequest(
          "a certificate of one's own lives for at most %d hours, and is renewed before that"
              .formatted(LONGEST_OWN.toHours()));
    }
    boolean isKnown =
        known(caller)
            .flatMap(user -> user.roleIn(caller.tenant()))
            .filter(caller.role()::equals)
            .isPresent();
    if (!isKnown) {
      throw new OpsException(
          403,
          ("%s is no user of Berth's own store with this role in %s, and only those get"
                  + " certificates by themselves: an operator can give one out with 'berth env"
                  + " --tls'")
              .formatted(caller.user(), caller.tenant()));
    }
    String csr = body.requiredText("csr");
    return certificate(
        csr,
        identities.issueToken(
            caller.user(), caller.tenant(), caller.role(), lifetime, shown(call)));
  }

  /** The hash of what the caller has shown, as {@link StoreAuthenticator} looks at it. */
  private static String shown(OpsCall call) {
    return call.headers()
        .first(StoreAuthenticator.TOKEN)
        .map(String::strip)
        .filter(text -> !text.isEmpty())
        .map(Secrets::hash)
        .or(() -> call.exchange().certificate().map(Peer::name))
        .orElseThrow(() -> new IllegalStateException("a caller who is known has shown nothing"));
  }

  /** One of the same name in Keystone is another one. */
  private Optional<User> known(Caller caller) {
    return caller.isOfOwnStore() ? identities.user(caller.user()) : Optional.empty();
  }

  private OpsAnswer certificate(String csr, IssuedToken issued) throws IOException {
    Token token = issued.token();
    try {
      String chain =
          users.issue(
              csr,
              new Peer(PeerRole.USER, Secrets.hash(issued.secret())),
              List.of(),
              Duration.between(token.issued(), token.expires()));
      ObjectNode answer = (ObjectNode) OpsJson.tree(token);
      answer.put("certificate", chain);
      return OpsAnswer.of(201, answer);
    } catch (GeneralSecurityException e) {
      identities.revoke(issued.secret());
      throw OpsException.badRequest(e.getMessage());
    }
  }

  private static OpsAnswer whoami(Caller caller) {
    return OpsAnswer.ok(new Whoami(caller.user(), caller.tenant(), caller.role(), caller.source()));
  }
}
