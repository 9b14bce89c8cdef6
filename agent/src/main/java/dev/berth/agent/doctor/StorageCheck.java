package dev.berth.agent.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/** That the engine's storage driver is a good one. */
record StorageCheck(EngineFacts engine) implements Check {
  private static final Set<String> GOOD = Set.of("overlay2", "overlayfs", "btrfs", "zfs");
  private static final String MEND =
      "Set \"storage-driver\": \"overlay2\" in /etc/docker/daemon.json and start the engine again; its images and containers are not taken along.";

  @Override
  public Finding look() {
    String driver = engine.info().path("Driver").asText();
    if (GOOD.contains(driver)) {
      return Finding.ok("storage-driver", "the storage driver is " + driver);
    }
    if (driver.equals("devicemapper")) {
      return isOnLoop()
          ? Finding.failure(
              "storage-driver",
              "devicemapper on loop files is slow, and loses data when its file's disk is full",
              MEND)
          : Finding.warning("storage-driver", "devicemapper is gone from newer engines", MEND);
    }
    return Finding.warning(
        "storage-driver",
        driver.equals("vfs")
            ? "vfs copies the whole image for each container, in time and in space"
            : "the storage driver %s is not one that Berth is tested with".formatted(driver),
        MEND);
  }

  private boolean isOnLoop() {
    for (JsonNode pair : engine.info().path("DriverStatus")) {
      if (pair.path(0).asText().equals("Data loop file")) {
        return true;
      }
    }
    return false;
  }
}
