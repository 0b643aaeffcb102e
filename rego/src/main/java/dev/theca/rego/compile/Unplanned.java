package dev.theca.rego.compile;

import dev.theca.rego.Location;

/** No order of steps can run this, although its variables looked safe; becomes a refusal. */
final class Unplanned extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Location at;

  Unplanned(Location at) {
    super("unsafe at " + at, null, false, false);
    this.at = at;
  }

  Location at() {
    return at;
  }
}
