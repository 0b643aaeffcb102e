package dev.theca.evidence;

import java.time.Instant;
import java.util.Optional;
import java.util.SortedSet;

/**
 * What is known of a platform's TCB. Launch is the TCB under which a TD was started, current the
 * one under which it runs now; for SGX and TD 1.0 they are the same.
 *
 * @param evaluationNumber the lower TCB evaluation data number of TCB info and QE identity
 * @param matched the level that fits; empty when none does
 * @param nearest the level that misses by the fewest components, when none fits
 * @param failingComponent the first component that is too low for {@code nearest}, else empty text
 */
public record TcbVerdict(
    TcbStatus launch,
    TcbStatus current,
    Instant launchDate,
    Instant currentDate,
    SortedSet<String> advisoriesLaunch,
    SortedSet<String> advisoriesCurrent,
    int evaluationNumber,
    Optional<TcbLevel> matched,
    Optional<TcbLevel> nearest,
    String failingComponent) {
  /** The status that counts. */
  public TcbStatus status() {
    return launch;
  }
}
