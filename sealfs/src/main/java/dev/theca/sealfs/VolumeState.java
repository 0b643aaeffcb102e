package dev.theca.sealfs;

import java.util.Optional;

/** Which state of a volume that can change is demanded (sealfs reference 2, "Anchor"). */
public sealed interface VolumeState {
  /** The key was made for this mount: what lies there is removed, and a new volume begins. */
  record New() implements VolumeState {
    @Override
    public Optional<Anchor> demanded() {
      return Optional.empty();
    }
  }

  /** Exactly this state, or one whose journal leads through it. */
  record Since(Anchor anchor) implements VolumeState {
    @Override
    public Optional<Anchor> demanded() {
      return Optional.of(anchor);
    }
  }

  /** Whatever verifies: an older copy is not noticed. Only where policy says so. */
  record Any() implements VolumeState {
    @Override
    public Optional<Anchor> demanded() {
      return Optional.empty();
    }
  }

  /** What the history of the volume must lead through; empty when nothing is demanded of it. */
  Optional<Anchor> demanded();

  VolumeState NEW = new New();
  VolumeState ANY = new Any();
}
