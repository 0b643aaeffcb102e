package dev.theca.rego.run;

import dev.theca.rego.Location;
import dev.theca.rego.value.Value;
import org.jspecify.annotations.Nullable;

/** Sees an evaluation go by; none of it may change a result. */
public interface Watch {
  /** A rule's body, or a branch of it, begins. */
  void enter(Document document, Location at);

  /** It ended: with this value, or without one. */
  void exit(Document document, Location at, @Nullable Value value);

  /** A condition was tried; {@code nested} where it stands within another. */
  void tried(Step step, Frame frame, boolean holds, boolean nested);
}
