package dev.theca.node.runc;

/** The OCI runtime said no. */
public final class RuncException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String words;

  private RuncException(String message, String words) {
    super(message);
    this.words = words;
  }

  static RuncException failed(String action, String words) {
    return new RuncException("OCI runtime " + action + " failed: " + words, words);
  }

  /** In the words that the stock shim has for a failure to kill or to update. */
  RuncException unsuccessful(String program) {
    return new RuncException(
        program + " did not terminate successfully: exit status 1: " + words, words);
  }

  /** Whether it means that the process or container is not there any more. */
  public boolean gone() {
    String lower = words.toLowerCase(java.util.Locale.ROOT);
    return lower.contains("does not exist")
        || lower.contains("not running")
        || lower.contains("no such process")
        || lower.contains("already finished");
  }
}
