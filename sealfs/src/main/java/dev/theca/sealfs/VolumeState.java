package dev.theca.sealfs;

/** Which state of a volume that can change is demanded (sealfs reference 2, "Anchor"). */
public sealed interface VolumeState {
  /** The key was made for this mount: what lies there is removed, and a new volume begins. */
  record New() implements VolumeState {}

  /** Exactly this state, or one whose journal leads through it. */
  record Since(Anchor anchor) implements VolumeState {}

  /** Whatever verifies: an older copy is not noticed. Only where policy says so. */
  record Any() implements VolumeState {}

  VolumeState NEW = new New();
  VolumeState ANY = new Any();
}
