package dev.theca.rego.run;

import dev.theca.rego.Location;
import dev.theca.rego.value.Value;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Notes which conditions were tried and which bodies gave a value. */
public final class Coverer implements Watch {
  /** Nothing seen yet. */
  public Coverer() {}

  private final Set<Location> reached = new HashSet<>();

  @Override
  public void enter(Document document, Location at) {}

  @Override
  public void exit(Document document, Location at, @Nullable Value value) {
    if (value != null) reached.add(at);
  }

  @Override
  public void tried(Step step, Frame frame, boolean holds, boolean nested) {
    reached.add(step.at());
  }

  /** Where conditions stand that were tried, and bodies that gave a value. */
  public Set<Location> reached() {
    return Set.copyOf(reached);
  }
}
