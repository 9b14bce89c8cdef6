package dev.berth.agent.doctor;

/** That swap counts against a container's memory. */
record SwapCheck(EngineFacts engine) implements Check {
  @Override
  public Finding look() {
    return engine.info().path("SwapLimit").asBoolean()
        ? Finding.ok("swap-accounting", "swap counts against a container's limit")
        : Finding.warning(
            "swap-accounting",
            "swap is not accounted: a container at its limit of memory can fill the swap of all",
            "Start the kernel with swapaccount=1, or turn swap off: swapoff --all");
  }
}
