package dev.berth.agent.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** That system calls are filtered. */
record SeccompCheck(EngineFacts engine) implements Check {
  @Override
  public Finding look() {
    for (JsonNode option : engine.info().path("SecurityOptions")) {
      List<String> words = List.of(option.asText().split(","));
      if (words.contains("name=seccomp")) {
        if (words.contains("profile=unconfined")) {
          return Finding.failure(
              "seccomp",
              "the engine's own profile filters no system calls: tenants reach all of the kernel",
              "Take \"seccomp-profile\" out of the engine's daemon.json, or its option, and start it"
                  + " again.");
        }
        return Finding.ok("seccomp", "the engine filters system calls");
      }
    }
    return Finding.failure(
        "seccomp",
        "the engine filters no system calls: tenants reach all of the kernel",
        "Use a kernel with CONFIG_SECCOMP_FILTER, and an engine that is built with seccomp.");
  }
}
