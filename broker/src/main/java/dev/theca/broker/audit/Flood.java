package dev.theca.broker.audit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps clients from filling the store who get nothing: those without evidence, and those whose
 * evidence is genuine and opens nothing, since anybody has a machine with a TEE somewhere. Beyond
 * the limits their events are counted in memory, within fixed bounds, and told by one summary a
 * minute. Challenges given out are only ever counted. Counts are of this replica; a transaction
 * that runs again is counted twice.
 */
final class Flood {
  private static final String UNKNOWN = "address:";
  private static final String ATTESTED = "attested:";

  /** How many times the allowance of an address a measurement has: many workloads share one. */
  private static final int WORKLOADS = 4;

  private final FloodLimits limits;
  private Minute minute = new Minute(Long.MIN_VALUE);
  private final List<Event> summaries = new ArrayList<>();

  Flood(FloodLimits limits) {
    this.limits = limits;
  }

  /** Whether the event deserves a record of its own; otherwise it was counted. */
  synchronized boolean admits(Event event, Instant now) {
    boolean challenge = event.kind().equals("auth") && !event.outcome().equals("fault");
    boolean unknown = event.actor().startsWith(UNKNOWN);
    boolean attested = event.actor().startsWith(ATTESTED) && !event.outcome().equals("granted");
    if (!challenge && !unknown && !attested) return true;
    turn(now);
    if (challenge) minute.challenges.count(event);
    if (challenge && event.outcome().equals("granted")) return false;
    if (attested ? minute.admitsAttested(event, limits) : minute.admitsStranger(event, limits))
      return true;
    minute.suppressed.count(event);
    return false;
  }

  /** Summaries of the minutes that are over. */
  synchronized List<Event> due(Instant now) {
    turn(now);
    return take();
  }

  /** Summaries of all that was counted, the running minute included. */
  synchronized List<Event> all() {
    close();
    minute = new Minute(Long.MIN_VALUE);
    return take();
  }

  /** Keeps summaries that could not be written, up to an hour's worth. */
  synchronized void giveBack(List<Event> unwritten) {
    if (summaries.size() < 120) summaries.addAll(0, unwritten);
  }

  private List<Event> take() {
    var taken = List.copyOf(summaries);
    summaries.clear();
    return taken;
  }

  private void turn(Instant now) {
    long current = now.getEpochSecond() / 60;
    if (current == minute.number) return;
    close();
    minute = new Minute(current);
  }

  private void close() {
    if (summaries.size() >= 240) return; // nobody collects them
    minute.challenges.authSummary(minute.number).ifPresent(summaries::add);
    minute.suppressed.floodSummary(minute.number).ifPresent(summaries::add);
  }

  /** What one minute has seen. */
  private static final class Minute {
    private static final int MAX_SOURCES = 4096;

    final long number;
    private int strangers;
    private int attested;
    final Tally suppressed = new Tally();
    final Tally challenges = new Tally();
    private final Map<String, Integer> spent = new HashMap<>();

    Minute(long number) {
      this.number = number;
    }

    boolean admitsStranger(Event event, FloodLimits limits) {
      if (strangers >= limits.perMinute() || !spend(event, limits.perAddress())) return false;
      strangers++;
      return true;
    }

    /** Apart from the strangers', so that none of these can hide what a workload was refused. */
    boolean admitsAttested(Event event, FloodLimits limits) {
      if (attested >= limits.perMinute() || !spend(event, WORKLOADS * limits.perAddress()))
        return false;
      attested++;
      return true;
    }

    /** Takes one from the allowance of the source, when there is one left. */
    private boolean spend(Event event, int allowance) {
      String source = event.kind() + ' ' + event.outcome() + ' ' + event.actor();
      int so = Optional.ofNullable(spent.get(source)).orElse(0);
      if (so >= allowance || (so == 0 && spent.size() == MAX_SOURCES)) return false;
      spent.put(source, so + 1);
      return true;
    }
  }
}
