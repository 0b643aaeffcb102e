package dev.theca.broker.audit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps clients without evidence from filling the store: beyond the limits their events are counted
 * in memory, within fixed bounds, and told by one summary a minute. Challenges given out are only
 * ever counted. Counts are of this replica; a transaction that runs again is counted twice.
 */
final class Flood {
  private static final String UNKNOWN = "address:";

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
    if (!challenge && !unknown) return true;
    turn(now);
    if (challenge) minute.challenges.count(event);
    if (challenge && event.outcome().equals("granted")) return false;
    if (minute.written < limits.perMinute() && minute.spend(event, limits.perAddress())) {
      minute.written++;
      return true;
    }
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
    int written;
    final Tally suppressed = new Tally();
    final Tally challenges = new Tally();
    private final Map<String, Integer> spent = new HashMap<>();

    Minute(long number) {
      this.number = number;
    }

    /** Takes one from the allowance of the source, when there is one left. */
    boolean spend(Event event, int allowance) {
      String source = event.kind() + ' ' + event.outcome() + ' ' + event.actor();
      int so = Optional.ofNullable(spent.get(source)).orElse(0);
      if (so >= allowance || (so == 0 && spent.size() == MAX_SOURCES)) return false;
      spent.put(source, so + 1);
      return true;
    }
  }
}
