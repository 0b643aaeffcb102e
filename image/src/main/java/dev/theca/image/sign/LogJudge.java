package dev.theca.image.sign;

import dev.theca.wire.Outcome;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Whether a log has an entry, off line: by the log's promise (signed entry timestamp), which binds
 * a time, and by the proof that the entry is in the tree of a checkpoint of the same log. Rekor 2
 * promises nothing: its proof must be there, and says no time.
 */
final class LogJudge {
  private LogJudge() {}

  /**
   * An entry that is in a log.
   *
   * @param at when the log took it, if it promised that
   * @param use when the log's key was in use
   */
  record Entered(Optional<Instant> at, Validity use) {}

  /** {@code proof}: the inclusion proof must be there even if there is a promise. */
  static Outcome<Entered> entered(LogEntry entry, List<TrustedLog> logs, boolean proof) {
    return entry.promise().length == 0 ? proved(entry, logs) : promised(entry, logs, proof);
  }

  private static Outcome<Entered> proved(LogEntry entry, List<TrustedLog> logs) {
    if (entry.proof().isEmpty())
      return LogEntry.bad("with a promise of the log or an inclusion proof", "without both");
    Outcome<Entered> last = LogEntry.bad("of a log that is trusted", "no log is");
    for (TrustedLog log : logs) {
      last =
          included(entry, entry.proof().get(), log)
              .map(_ -> new Entered(Optional.empty(), log.use()));
      if (last.isGranted()) return last;
    }
    return last;
  }

  private static Outcome<Entered> promised(LogEntry entry, List<TrustedLog> logs, boolean proof) {
    var log = logs.stream().filter(l -> l.has(entry.logId())).findFirst();
    if (log.isEmpty()) return LogEntry.bad("of a log that is trusted", "of another log");
    if (!log.get().key().verifies(entry.promised(), entry.promise()))
      return LogEntry.bad("with the log's promise over this entry", "with another promise");
    if (proof && entry.proof().isEmpty())
      return LogEntry.bad("with an inclusion proof", "without one");
    if (entry.proof().isPresent()
        && included(entry, entry.proof().get(), log.get()) instanceof Outcome.Refused<Boolean> no)
      return no.as();
    var at = Instant.ofEpochSecond(entry.integratedSeconds());
    return log.get().use().covers(at)
        ? Outcome.granted(new Entered(Optional.of(at), log.get().use()))
        : LogEntry.bad("taken while the log's key was in use", "taken at " + at);
  }

  private static Outcome<Boolean> included(
      LogEntry entry, LogEntry.InclusionProof proof, TrustedLog log) {
    return Checkpoint.parse(proof.checkpoint())
        .then(
            checkpoint -> {
              if (!checkpoint.by(log))
                return LogEntry.bad("a checkpoint of the same log", "one of another");
              if (checkpoint.size() != proof.size()
                  || !Arrays.equals(checkpoint.root(), proof.root()))
                return LogEntry.bad("a proof in the tree of its checkpoint", "in another tree");
              var root =
                  Merkle.root(proof.index(), proof.size(), Merkle.leaf(entry.body()), proof.path());
              return root.isPresent() && Arrays.equals(root.get(), proof.root())
                  ? Outcome.granted(true)
                  : LogEntry.bad("a path from the entry to the root", "one to elsewhere");
            });
  }
}
