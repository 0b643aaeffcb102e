package dev.theca.broker.store;

/** The database cannot be reached now; the same call may succeed later. */
public final class StoreDown extends RuntimeException {
  private static final long serialVersionUID = 1;

  public StoreDown(String message, Throwable cause) {
    super(message, cause);
  }
}
