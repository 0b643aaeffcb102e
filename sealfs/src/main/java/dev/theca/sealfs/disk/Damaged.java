package dev.theca.sealfs.disk;

/** Bytes of the host are not what was demanded; the message names no content. */
public final class Damaged extends Exception {
  private static final long serialVersionUID = 1L;

  /** In which way. */
  public enum Kind {
    /** No volume of a version that this code reads. */
    FORMAT,
    /** Another volume, or another base below it. */
    IDENTITY,
    /** A sound volume with another root commitment. */
    ROOT,
    /** Changed, cut off or put together from several. */
    CHANGED,
    /** A sound state that is not the one that was demanded, nor leads to it. */
    STALE,
    /** Another opening has it. */
    BUSY
  }

  private final Kind kind;

  public Damaged(Kind kind, String message) {
    super(message, null, false, false);
    this.kind = kind;
  }

  public Damaged(String message) {
    this(Kind.CHANGED, message);
  }

  public Kind kind() {
    return kind;
  }

  /** What was found. */
  public String found() {
    return String.valueOf(getMessage());
  }
}
