package dev.theca.sealfs;

/**
 * A fault of the volume's medium or of this room; never an answer to bad content, which is a
 * refusal or EIO.
 */
public final class SealfsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean noSpace;

  public SealfsException(String message, Throwable cause) {
    this(message, cause, false);
  }

  private SealfsException(String message, Throwable cause, boolean noSpace) {
    super(message, cause);
    this.noSpace = noSpace;
  }

  /** The host has no room left for what had to be written. */
  public static SealfsException noSpace(String message, Throwable cause) {
    return new SealfsException(message, cause, true);
  }

  /** Whether the host lacked space: the caller sees ENOSPC, and nothing was changed. */
  public boolean isNoSpace() {
    return noSpace;
  }
}
