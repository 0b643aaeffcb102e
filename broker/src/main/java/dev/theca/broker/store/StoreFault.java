package dev.theca.broker.store;

/**
 * What was asked of the database cannot be done, now or later: a statement that it refuses, a file
 * that another broker holds, tables of a newer program. Never holds a password.
 */
public final class StoreFault extends RuntimeException {
  private static final long serialVersionUID = 1;

  public StoreFault(String message) {
    super(message);
  }

  public StoreFault(String message, Throwable cause) {
    super(message, cause);
  }
}
