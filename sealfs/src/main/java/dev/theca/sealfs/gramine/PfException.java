package dev.theca.sealfs.gramine;

/**
 * A fault of the host's disk, of the source of an export, or of this package; never an answer to
 * bad content, which is a refusal.
 */
public final class PfException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public PfException(String message) {
    super(message);
  }

  public PfException(String message, Throwable cause) {
    super(message, cause);
  }
}
