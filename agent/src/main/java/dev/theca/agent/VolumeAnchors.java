package dev.theca.agent;

import dev.theca.sealfs.Anchor;
import dev.theca.wire.Outcome;
import java.util.Optional;

/** Who remembers the states of volumes when this agent is gone: the broker's plugin. */
interface VolumeAnchors {
  /** The newest state of a volume of this name; empty when none was ever told. */
  Outcome<Optional<Anchor>> read(String volume);

  /**
   * Goes on from the state that was the newest (empty: none) to the next one.
   *
   * @return a refusal when another is the newest: somebody else has the volume, or had it
   */
  Outcome<Anchor> advance(String volume, Optional<Anchor> expected, Anchor next);
}
