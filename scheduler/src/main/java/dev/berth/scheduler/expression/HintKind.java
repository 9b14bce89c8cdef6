package dev.berth.scheduler.expression;

import java.util.Arrays;
import java.util.Optional;

/** The kinds of expression, by the word before the colon. */
public enum HintKind {
  /** On what a host is. */
  CONSTRAINT("constraint", "berth.constraint", "com.docker.swarm.constraints"),

  /** On what is on a host. */
  AFFINITY("affinity", "berth.affinity", "com.docker.swarm.affinities"),

  /** The only hosts that will do. */
  WHITELIST("whitelist", "berth.whitelist", "com.docker.swarm.whitelists"),

  /** Over which hosts a group of containers is to be spread; Swarm had no such thing. */
  SPREAD("spread", "berth.spread", "berth.spread");

  private final String word;
  private final String label;
  private final String swarmLabel;

  HintKind(String word, String label, String swarmLabel) {
    this.word = word;
    this.label = label;
    this.swarmLabel = swarmLabel;
  }

  /** As in {@code constraint:zone==a}. */
  public String word() {
    return word;
  }

  /** The kind that a container's label gives, Berth's own or classic Swarm's. */
  public static Optional<HintKind> ofLabel(String label) {
    return Arrays.stream(values())
        .filter(kind -> kind.label.equals(label) || kind.swarmLabel.equals(label))
        .findFirst();
  }

  static Optional<HintKind> ofWord(String word) {
    return Arrays.stream(values()).filter(kind -> kind.word.equals(word)).findFirst();
  }
}
