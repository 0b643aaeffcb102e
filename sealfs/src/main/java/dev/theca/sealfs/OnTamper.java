package dev.theca.sealfs;

/** What happens when content is not what was stored. */
public enum OnTamper {
  /** The reader gets EIO. */
  EIO,
  /** Every operation gets EIO from then on. */
  FREEZE,
  /** The server ends, and the container with it. */
  KILL
}
