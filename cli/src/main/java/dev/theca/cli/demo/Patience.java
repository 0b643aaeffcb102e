package dev.theca.cli.demo;

import java.time.Duration;

/**
 * How long a step of the demo is waited for. What ends or refuses is noticed at once; this is for
 * what stands still, and it leaves room for an emulated machine, where a service starts in a minute
 * and not in a second.
 */
final class Patience {
  static final Duration STEP = Duration.ofMinutes(5);

  private Patience() {}
}
