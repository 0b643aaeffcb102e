package dev.theca.sealfs;

/**
 * A fault of the volume's medium or of this room; never an answer to bad content, which is a
 * refusal or EIO.
 */
public final class SealfsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SealfsException(String message, Throwable cause) {
    super(message, cause);
  }
}
