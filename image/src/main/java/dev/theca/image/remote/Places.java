package dev.theca.image.remote;

import dev.theca.image.ImageException;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The places that may hold a repository, in order: mirrors, then the location. Who answered the
 * last question is asked first from then on. What mirrors say is never believed: digests decide.
 */
final class Places {
  private final List<Repository> all;
  private volatile int chosen;

  Places(List<Repository> all) {
    this.all = List.copyOf(all);
  }

  List<Repository> inOrder() {
    int first = chosen;
    var order = new ArrayList<Repository>();
    order.add(all.get(first));
    for (int i = 0; i < all.size(); i++) if (i != first) order.add(all.get(i));
    return order;
  }

  private void choose(Repository repository) {
    chosen = all.indexOf(repository);
  }

  /** The first that has it; refused or at fault only when nobody has it. */
  <T> Outcome<Optional<T>> first(Function<Repository, Outcome<Optional<T>>> ask) {
    var reasons = new ArrayList<Refusal>();
    ImageException fault = null;
    boolean missing = false;
    for (Repository repository : inOrder()) {
      try {
        switch (ask.apply(repository)) {
          case Outcome.Granted<Optional<T>>(var found) when found.isPresent() -> {
            choose(repository);
            return Outcome.granted(found);
          }
          case Outcome.Granted<Optional<T>> _ -> missing = true;
          // the last place is the one that the name means: its reasons come first
          case Outcome.Refused<Optional<T>>(var why) -> reasons.addAll(0, why);
        }
      } catch (ImageException e) {
        if (fault != null) e.addSuppressed(fault);
        fault = e;
      }
    }
    if (!reasons.isEmpty()) return Outcome.refused(reasons);
    if (fault != null && !missing) throw fault;
    return Outcome.granted(Optional.empty());
  }

  @Override
  public String toString() {
    return String.join(", ", all.stream().map(Repository::toString).toList());
  }
}
