package dev.berth.lab;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Makes a lab in the directory named by its argument and dies at once, as if killed. */
final class LabMaker {

  private LabMaker() {}

  public static void main(String[] arguments) {
    Lab lab = Lab.create(Path.of(arguments[0]));
    LabHost host = lab.addHost();
    host.spawn(List.of("sleep", "5000"), Map.of(), Path.of("/dev/null"));
    Runtime.getRuntime().halt(42);
  }
}
