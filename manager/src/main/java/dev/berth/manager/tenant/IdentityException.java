package dev.berth.manager.tenant;

import dev.berth.common.id.TenantId;
import java.util.List;

/** What the identity store cannot do for its caller; the message says why and what to do. */
public abstract sealed class IdentityException extends RuntimeException {
  private final int status;

  private IdentityException(int status, String message) {
    super(message);
    this.status = status;
  }

  private IdentityException(int status, String message, Throwable cause) {
    super(message, cause);
    this.status = status;
  }

  /** The HTTP status that says the same. */
  public int status() {
    return status;
  }

  /** 409. */
  public static final class TenantExists extends IdentityException {
    TenantExists(TenantId tenant) {
      super(409, "the tenant %s exists already; choose another name".formatted(tenant));
    }
  }

  /** 409. */
  public static final class UserExists extends IdentityException {
    UserExists(String user) {
      super(409, "the user %s exists already; choose another name".formatted(user));
    }
  }

  /** 404. */
  public static final class NoSuchTenant extends IdentityException {
    public NoSuchTenant(TenantId tenant) {
      super(404, "no such tenant: %s; create it first".formatted(tenant));
    }
  }

  /** 404. */
  public static final class NoSuchUser extends IdentityException {
    NoSuchUser(String user) {
      super(404, "no such user: %s; create it first".formatted(user));
    }
  }

  /** 404. */
  public static final class NoSuchToken extends IdentityException {
    NoSuchToken(String id) {
      super(404, "no such token, or several: %s; see 'berth token ls'".formatted(id));
    }
  }

  /** 404. */
  public static final class NoSuchPolicy extends IdentityException {
    public NoSuchPolicy(String policy) {
      super(404, "no such policy: %s; see 'berth policy ls'".formatted(policy));
    }
  }

  /** 409. */
  public static final class PolicyInUse extends IdentityException {
    PolicyInUse(String policy, List<String> tenants) {
      super(
          409,
          "the policy %s is that of %s; put them under another one first"
              .formatted(policy, String.join(", ", tenants)));
    }
  }

  /** 400: a name, password or lifetime that cannot be. */
  public static final class Invalid extends IdentityException {
    Invalid(String message) {
      super(400, message);
    }
  }

  /** 401: it does not say whether the user exists. */
  public static final class WrongPassword extends IdentityException {
    WrongPassword() {
      super(401, "the user or the password is wrong");
    }
  }

  /** 401: a token that was shown for another one. */
  public static final class WrongToken extends IdentityException {
    WrongToken() {
      super(401, "the token is not good or has expired; log in again");
    }
  }

  /** 403: a token that an operator gave out, or one from before a change of roles. */
  public static final class OtherRights extends IdentityException {
    OtherRights(String user) {
      super(
          403,
          "the token has other rights than %s has in its tenant, so it cannot be exchanged; log in with the password"
              .formatted(user));
    }
  }

  /** 401, as a tenant that does not exist. */
  public static final class NoRole extends IdentityException {
    NoRole(String user, String tenant) {
      super(401, "%s has no role in the tenant %s".formatted(user, tenant));
    }
  }

  /** 429. */
  public static final class TooManyAttempts extends IdentityException {
    TooManyAttempts(String user) {
      super(429, "too many logins of %s; wait a minute and try again".formatted(user));
    }
  }

  /** 503: passwords are being checked as fast as is let. */
  public static final class Busy extends IdentityException {
    Busy() {
      super(503, "too many logins at once; try again in some seconds");
    }
  }

  /** 503: ZooKeeper cannot be asked now. */
  public static final class Unavailable extends IdentityException {
    /** Of another store: the message says which, and how it is away. */
    public Unavailable(String message, Throwable cause) {
      super(503, message, cause);
    }

    Unavailable(Throwable cause) {
      super(503, "the identity store cannot be reached; try again in some seconds", cause);
    }
  }
}
