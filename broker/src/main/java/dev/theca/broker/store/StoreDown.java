package dev.theca.broker.store;

/**
 * The database cannot be reached now; the same call may succeed later. Nothing was changed, unless
 * the message says that the outcome is unknown: the connection was lost between the commit and its
 * answer, or the caller stopped waiting meanwhile.
 */
public final class StoreDown extends RuntimeException {
  private static final long serialVersionUID = 1;

  public StoreDown(String message) {
    super(message);
  }

  public StoreDown(String message, Throwable cause) {
    super(message, cause);
  }
}
