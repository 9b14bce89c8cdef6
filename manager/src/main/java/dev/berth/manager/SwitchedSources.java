package dev.berth.manager;

import dev.berth.manager.keystone.KeystoneConfig;
import dev.berth.manager.ops.OpsRoutes;
import dev.berth.manager.ops.SwitchedOff;
import dev.berth.manager.tenant.IdentitySource;
import java.util.Set;

/** Closes the routes by which callers get what a source that is switched off would not take. */
record SwitchedSources(IdentityConfig config) {
  private static final Set<String> OWN = Set.of("Login", "TokenIssue", "UserCreate");
  private static final Set<String> CERTIFICATES = Set.of("CertificateIssue", "CertificateRenew");

  OpsRoutes on(OpsRoutes routes) {
    OpsRoutes some = routes;
    if (!config.sources().contains(IdentitySource.OWN)) {
      some =
          new SwitchedOff(
              some,
              OWN,
              "Berth's own identity store is switched off on this cluster (identity.sources): "
                  + insteadOfOwn());
    }
    if (!config.sources().contains(IdentitySource.CERTIFICATES)) {
      some =
          new SwitchedOff(
              some,
              CERTIFICATES,
              "client certificates are switched off on this cluster (identity.sources): log in with"
                  + " 'berth login'");
    }
    return some;
  }

  private String insteadOfOwn() {
    return config.sources().contains(IdentitySource.KEYSTONE)
        ? "log in with 'berth login --keystone %s'"
            .formatted(config.keystone().map(KeystoneConfig::url).orElseThrow())
        : "ask an operator for a client certificate";
  }
}
