package dev.theca.rego.run;

import dev.theca.rego.Location;
import dev.theca.rego.value.Value;
import org.jspecify.annotations.Nullable;

/** A condition of a plan. */
public abstract class Step {
  final Location at;
  final int origin;

  private String label = "";

  Step(Location at, int origin) {
    this.at = at;
    this.origin = origin;
  }

  /** The same with the text of what it looks at, for explanations; before the plan is used. */
  public Step labelled(String text) {
    label = text;
    return this;
  }

  /** The text of what it looks at, empty where it looks at nothing that has a name. */
  public String label() {
    return label;
  }

  /** What it looks at, once more, null where that is undefined. Counts nothing. */
  @Nullable Value look(Frame frame) {
    return null;
  }

  /** Where the condition stands. */
  public Location at() {
    return at;
  }

  /** Which condition of its policy it comes from; negative where none. */
  public int origin() {
    return origin;
  }

  /** Holds in one way or not at all. */
  public abstract static class Test extends Step {
    Test(Location at, int origin) {
      super(at, origin);
    }

    abstract boolean test(Frame frame);
  }

  /** May hold in several ways. */
  public abstract static class Each extends Step {
    Each(Location at, int origin) {
      super(at, origin);
    }

    /** Runs the rest for every way; false where the rest had enough. */
    abstract boolean each(Frame frame, Body.Rest rest);
  }
}
