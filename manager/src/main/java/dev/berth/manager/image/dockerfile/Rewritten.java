package dev.berth.manager.image.dockerfile;

import java.util.List;
import java.util.Map;

/**
 * A Dockerfile as an engine gets it.
 *
 * @param text with a character for each byte
 * @param target the stage to build, as it is called there; empty for the last
 * @param steps what an engine says of each instruction, in order
 * @param names what stands there for names of the tenant's, with those
 * @param hollow the instructions in which an empty line goes on
 */
public record Rewritten(
    String text, String target, List<Step> steps, Map<String, String> names, List<String> hollow) {

  /**
   * An instruction.
   *
   * @param written as the engine repeats it
   * @param shown as it was
   * @param failure why it fails, when it names no image; empty otherwise
   */
  public record Step(String written, String shown, String failure) {}

  public Rewritten {
    steps = List.copyOf(steps);
    names = Map.copyOf(names);
    hollow = List.copyOf(hollow);
  }

  public byte[] bytes() {
    return Bytes.array(text);
  }
}
