package dev.theca.node.health;

import dev.theca.node.events.Events;
import dev.theca.wire.meter.Definition;
import dev.theca.wire.meter.Meters;
import java.util.List;

/**
 * What this daemon does, stage by stage: each becomes one line of the log ({@code stage=create
 * pod=... outcome=granted ms=12}) and one count of a histogram. Never a secret, never a value of an
 * environment.
 */
public final class Stages {
  private static final System.Logger LOG = System.getLogger("theca.node");
  private static final int SERIES = 200;

  /** Containers that ran out of memory. */
  public static final String OOM_KILLS = "theca_node_oom_kills_total";

  /** Agents that ended unasked. */
  public static final String AGENTS_LOST = "theca_node_agents_lost_total";

  static final String DURATION = "theca_node_stage_duration_seconds";

  private final Meters meters;

  public Stages() {
    this(
        new Meters(
            List.of(
                Definition.seconds(DURATION, "Time of each stage, by its name and outcome"),
                Definition.counter(Events.LOST, "Events nobody would take"),
                Definition.counter(OOM_KILLS, "Containers out of memory"),
                Definition.counter(AGENTS_LOST, "Agents that ended unasked")),
            SERIES));
  }

  Stages(Meters meters) {
    this.meters = meters;
  }

  /** Counters and gauges of this daemon. */
  public Meters meters() {
    return meters;
  }

  /** Begins a stage; its time runs from now. */
  public Stage begin(String name) {
    return new Stage(this, name);
  }

  void ended(String name, String outcome, long nanos, String line, System.Logger.Level level) {
    meters.observe(DURATION, nanos / 1e9, "stage", name, "outcome", outcome);
    LOG.log(level, line);
  }
}
