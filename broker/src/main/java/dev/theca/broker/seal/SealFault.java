package dev.theca.broker.seal;

/**
 * What is sealed cannot be opened, or nothing can be sealed: a wrong or missing key-encryption key,
 * a damaged row. The message says what to do and holds no secret. Trying again does not help,
 * unless it is a {@link KeyEncryptionDown}.
 */
public sealed class SealFault extends RuntimeException permits KeyEncryptionDown {
  private static final long serialVersionUID = 1;

  public SealFault(String message) {
    super(message);
  }

  public SealFault(String message, Throwable cause) {
    super(message, cause);
  }
}
