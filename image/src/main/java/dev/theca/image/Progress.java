package dev.theca.image;

/**
 * Hears how far long work is. Called from several threads, often; it must be quick and must not
 * throw.
 */
public interface Progress {
  /** What happens to a blob. */
  enum Step {
    /** Work on it begins. */
    STARTED,
    /** Bytes went through, as stored in the place they come from; {@code bytes} in all so far. */
    MOVED,
    /** It was there already. */
    SKIPPED,
    /** It is done. */
    DONE
  }

  void blob(Descriptor blob, Step step, long bytes);

  static Progress silent() {
    return (blob, step, bytes) -> {};
  }
}
