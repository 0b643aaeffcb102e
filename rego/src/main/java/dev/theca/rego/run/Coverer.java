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
  private final Set<Integer> origins = new HashSet<>();

  @Override
  public void enter(Document document, Location at) {}

  @Override
  public void exit(Document document, Location at, @Nullable Value value) {
    if (value != null) reached.add(at);
  }

  @Override
  public void tried(Step step, Frame frame, boolean holds, boolean nested) {
    origins.add(step.origin());
  }

  /** Where bodies begin that gave a value. */
  public Set<Location> bodies() {
    return reached;
  }

  /** The conditions that were tried. */
  public Set<Integer> conditions() {
    return origins;
  }
}
