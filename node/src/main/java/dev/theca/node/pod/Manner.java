package dev.theca.node.pod;

import dev.theca.node.health.Stages;
import java.time.Duration;

/**
 * How pods are run.
 *
 * @param patience how long a preparation may stand still before it is given up
 * @param stages where the time of each step is told
 * @param roots what the snapshotter knows and is told of containers' roots
 */
public record Manner(Duration patience, Stages stages, Roots roots) {
  /** 120 seconds, stages of its own, no snapshotter. */
  public static Manner usual() {
    return new Manner(Duration.ofSeconds(120), new Stages(), Roots.UNKNOWN);
  }
}
