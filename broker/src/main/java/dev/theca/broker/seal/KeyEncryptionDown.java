package dev.theca.broker.seal;

/**
 * The key-encryption key cannot be reached now (token removed, service sealed, network); the same
 * call may succeed later. Data keys that were unwrapped before stay usable meanwhile.
 */
public final class KeyEncryptionDown extends SealFault {
  private static final long serialVersionUID = 1;

  public KeyEncryptionDown(String message) {
    super(message);
  }

  public KeyEncryptionDown(String message, Throwable cause) {
    super(message, cause);
  }
}
