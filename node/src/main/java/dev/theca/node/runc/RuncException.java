package dev.theca.node.runc;

/** The OCI runtime said no. */
public final class RuncException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String words;

  RuncException(String action, String words) {
    super("OCI runtime " + action + " failed: " + words);
    this.words = words;
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
