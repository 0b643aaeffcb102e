package dev.theca.cli.broker;

/** What the user asked cannot be understood or done; ends the command with 64. */
public final class WrongUsage extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public WrongUsage(String message) {
    super(message, null, false, false);
  }
}
