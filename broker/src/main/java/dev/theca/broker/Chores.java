package dev.theca.broker;

import dev.theca.broker.Housekeeping.Task;
import dev.theca.broker.audit.Event;
import dev.theca.broker.audit.Retention;
import dev.theca.broker.audit.Sink;
import dev.theca.broker.audit.SinkFeed;
import dev.theca.broker.kbs.KbsService;
import dev.theca.broker.setup.BrokerSettings;
import dev.theca.broker.store.Leader;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What this broker does now and then, as its configuration says; closing it closes the sinks of the
 * audit trail too.
 */
final class Chores implements AutoCloseable {
  private static final Duration LEASE = Duration.ofMinutes(1);

  private final Housekeeping keeping;
  private final Collection<Sink> sinks;

  private Chores(Housekeeping keeping, Collection<Sink> sinks) {
    this.keeping = keeping;
    this.sinks = sinks;
  }

  static Chores start(BrokerSettings settings, House house, KbsService kbs) throws IOException {
    var sinks = settings.audit().sinks();
    // retention waits for every sink that is known: one that is not configured any more is not
    SinkFeed.forgetOthers(house.database(), sinks.keySet());
    var own = new ArrayList<Task>();
    own.add(new Task("audit-summary", house.trail()::flush));
    sinks.forEach(
        (name, sink) ->
            own.add(Housekeeping.feed(name, new SinkFeed(house.database(), name, sink))));
    var leader = new Leader(house.database(), "housekeeping", LEASE, house.clock());
    return new Chores(
        Housekeeping.start(leader, own, forAll(settings, house, kbs), house.clock()),
        sinks.values());
  }

  private static List<Task> forAll(BrokerSettings settings, House house, KbsService kbs) {
    var tasks = new ArrayList<Task>();
    tasks.add(
        new Task(
            "sessions",
            now -> {
              int unused = kbs.sweep(now);
            }));
    tasks.add(new Task("tokens", house.tokens()::tidy));
    var period = settings.tokens().rotate();
    if (!period.isZero())
      tasks.add(new Task("rotate-signing-key", now -> rotate(house, period, now)));
    tasks.add(new Task("reasons", house.reasons()::trim));
    tasks.add(new Task("resources", now -> sweep(house, now)));
    var retention = new Retention(house.database(), house.trail());
    settings
        .audit()
        .retention()
        .ifPresent(
            age ->
                tasks.add(
                    new Task(
                        "retention",
                        now -> {
                          long unused = retention.removeOlderThan(age, now);
                        })));
    return tasks;
  }

  /** A key that has signed for long enough makes way for the one that is published since then. */
  private static void rotate(House house, Duration period, Instant now) {
    house
        .tokens()
        .rotateAfter(period, now)
        .ifPresent(
            kid ->
                house
                    .trail()
                    .record(
                        new Event(
                            "key",
                            "granted",
                            "",
                            "broker",
                            JsonObject.builder().put("rotated", kid).build())));
  }

  private static void sweep(House house, Instant now) {
    for (var refusal : house.resources().sweep(now).refused())
      System.err.println("stage=rotate outcome=refused reason=\"" + refusal + "\"");
  }

  @Override
  public void close() throws IOException {
    keeping.close();
    for (Sink sink : sinks) sink.close();
  }
}
