package dev.theca.cli.policy;

/** What the user asked cannot be done; the message is all that is to be said. */
final class Fault extends Exception {
  private static final long serialVersionUID = 1L;

  final int exitCode;

  Fault(int exitCode, String message) {
    super(message, null, false, false);
    this.exitCode = exitCode;
  }

  String text() {
    return String.valueOf(getMessage());
  }
}
