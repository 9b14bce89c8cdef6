package dev.berth.agent.doctor;

import com.fasterxml.jackson.databind.JsonNode;

/** That system calls are filtered. */
record SeccompCheck(EngineFacts engine) implements Check {
  @Override
  public Finding look() {
    for (JsonNode option : engine.info().path("SecurityOptions")) {
      if (option.asText().startsWith("name=seccomp")) {
        return Finding.ok("seccomp", "the engine filters system calls");
      }
    }
    return Finding.failure(
        "seccomp",
        "the engine filters no system calls: tenants reach all of the kernel",
        "Use a kernel with CONFIG_SECCOMP_FILTER, and an engine that is built with seccomp.");
  }
}
