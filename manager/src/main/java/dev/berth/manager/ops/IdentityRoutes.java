package dev.berth.manager.ops;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.TenantRecord;
import dev.berth.common.tls.Authority;
import dev.berth.common.tls.Peer;
import dev.berth.common.tls.PeerRole;
import dev.berth.manager.tenant.Caller;
import dev.berth.manager.tenant.IdentityException;
import dev.berth.manager.tenant.IdentityStore;
import dev.berth.manager.tenant.IssuedToken;
import dev.berth.manager.tenant.Role;
import dev.berth.manager.tenant.Secrets;
import dev.berth.manager.tenant.Token;
import dev.berth.manager.tenant.User;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Tenants, users and tokens, as operators make them. */
public final class IdentityRoutes implements OpsRoutes {
  private final IdentityStore identities;
  private final TenantUsage usage;
  private final Authority users;

  /**
   * The routes.
   *
   * @param users signs client certificates
   */
  public IdentityRoutes(IdentityStore identities, TenantUsage usage, Authority users) {
    this.identities = identities;
    this.usage = usage;
    this.users = users;
  }

  private record Tenant(TenantId id, Instant created) {
    static Tenant of(TenantRecord record) {
      return new Tenant(new TenantId(record.id()), Instant.ofEpochMilli(record.created()));
    }
  }

  private record Member(String name, Role role) {}

  @Override
  public List<OpsRoute> routes() {
    return List.of(
        new OpsRoute(
            "POST", "/berth/v1/tenants", OpsRoute.ADMIN, "makes a tenant", this::createTenant),
        new OpsRoute("GET", "/berth/v1/tenants", OpsRoute.ADMIN, "lists tenants", _ -> tenants()),
        new OpsRoute(
            "GET",
            "/berth/v1/tenants/{id}",
            OpsRoute.ADMIN,
            "a tenant with its users and what it uses",
            this::tenant),
        new OpsRoute(
            "POST",
            "/berth/v1/users",
            OpsRoute.ADMIN,
            "makes a user with a role in a tenant",
            this::createUser),
        new OpsRoute("GET", "/berth/v1/users", OpsRoute.ADMIN, "lists users", _ -> users()),
        new OpsRoute(
            "PUT",
            "/berth/v1/users/{name}/roles/{tenant}",
            OpsRoute.ADMIN,
            "gives a user a role in a tenant",
            this::grant),
        new OpsRoute(
            "POST",
            "/berth/v1/tokens",
            OpsRoute.ADMIN,
            "gives out a token for a tenant",
            this::issueToken),
        new OpsRoute(
            "POST",
            "/berth/v1/certificates",
            OpsRoute.ADMIN,
            "signs a client certificate for a tenant",
            this::issueCertificate),
        new OpsRoute(
            "GET",
            "/berth/v1/whoami",
            OpsRoute.READER,
            "who the caller is, and in which tenant",
            call -> whoami(call.known())));
  }

  private OpsAnswer createTenant(OpsCall call) throws IOException {
    TenantId tenant = call.body().only("id").requiredTenant("id");
    return OpsAnswer.of(201, Tenant.of(identities.createTenant(tenant)));
  }

  private OpsAnswer tenants() {
    return OpsAnswer.ok(Map.of("tenants", identities.tenants().stream().map(Tenant::of).toList()));
  }

  private OpsAnswer tenant(OpsCall call) {
    TenantId id = OpsBody.parsed(call.value("id"), TenantId::new);
    TenantRecord record =
        identities.tenant(id).orElseThrow(() -> new IdentityException.NoSuchTenant(id));
    ObjectNode answer = (ObjectNode) OpsJson.tree(Tenant.of(record));
    answer.set("users", OpsJson.tree(members(id)));
    answer.set("usage", OpsJson.tree(usage.of(id)));
    return OpsAnswer.ok(answer);
  }

  private List<Member> members(TenantId tenant) {
    return identities.users().stream()
        .filter(user -> user.roles().containsKey(tenant))
        .map(user -> new Member(user.name(), user.roles().get(tenant)))
        .toList();
  }

  private OpsAnswer createUser(OpsCall call) throws IOException {
    OpsBody body = call.body().only("name", "password", "tenant", "role");
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
        call.body()
            .only("role")
            .role("role")
            .orElseThrow(() -> OpsException.badRequest("\"role\" is missing"));
    TenantId tenant = OpsBody.parsed(call.value("tenant"), TenantId::new);
    User user = identities.grant(call.value("name"), tenant, role);
    return OpsAnswer.ok(user);
  }

  /** Without a user the token is the operator's own, in the role of a member. */
  private OpsAnswer issueToken(OpsCall call) throws IOException {
    OpsBody body = call.body().only("tenant", "user", "role", "lifetime");
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
    OpsBody body = call.body().only("csr", "tenant", "user", "role", "lifetime");
    String csr = body.requiredText("csr");
    IssuedToken issued =
        identities.issueToken(
            body.text("user").orElse(call.known().user()),
            body.requiredTenant("tenant"),
            body.role("role").orElse(Role.MEMBER),
            body.duration("lifetime"));
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
    return OpsAnswer.ok(caller);
  }
}
