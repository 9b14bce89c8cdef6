package dev.berth.cli.keystone;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a user shows to Keystone (Identity API v3, authentication and token management). */
public sealed interface Proof {

  /** The body of the call that gets a token for this. */
  ObjectNode body();

  /**
   * A name that is unique in a domain only.
   *
   * @param domain the domain's name; empty for the default one
   */
  record Named(String name, Optional<String> domain) {
    private ObjectNode put(ObjectNode node) {
      node.put("name", name);
      ObjectNode in = node.putObject("domain");
      domain.ifPresentOrElse(text -> in.put("name", text), () -> in.put("id", "default"));
      return node;
    }
  }

  /**
   * A password.
   *
   * @param project to act in, by name or by id; empty for the user's default one
   */
  record Password(Named user, String password, Optional<Named> project) implements Proof {
    private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");

    @Override
    public ObjectNode body() {
      ObjectNode root = JsonNodeFactory.instance.objectNode();
      ObjectNode auth = root.putObject("auth");
      ObjectNode identity = auth.putObject("identity");
      identity.putArray("methods").add("password");
      user.put(identity.putObject("password").putObject("user")).put("password", password);
      project.ifPresent(
          to -> {
            ObjectNode scope = auth.putObject("scope").putObject("project");
            if (ID.matcher(to.name()).matches()) {
              scope.put("id", to.name());
            } else {
              to.put(scope);
            }
          });
      return root;
    }

    @Override
    public String toString() {
      return "Password[" + user + "]";
    }
  }

  /**
   * An application credential: made for one project, and revoked without a change of the password.
   *
   * @param id its id, or its name when there is a user
   * @param user whose it is; empty where the id says it
   */
  record ApplicationCredential(String id, Optional<Named> user, String secret) implements Proof {
    @Override
    public ObjectNode body() {
      ObjectNode root = JsonNodeFactory.instance.objectNode();
      ObjectNode identity = root.putObject("auth").putObject("identity");
      identity.putArray("methods").add("application_credential");
      ObjectNode credential = identity.putObject("application_credential");
      credential.put(user.isPresent() ? "name" : "id", id).put("secret", secret);
      user.ifPresent(owner -> owner.put(credential.putObject("user")));
      return root;
    }

    @Override
    public String toString() {
      return "ApplicationCredential[" + id + "]";
    }
  }
}
