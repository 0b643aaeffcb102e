package dev.theca.broker.spi;

import dev.theca.wire.secret.Secret;

/**
 * A key-encryption key, wherever it lives: it wraps the data keys that encrypt the database, and
 * nothing else. A data key is 32 bytes, so an implementation needs no streaming. Safe for many
 * threads. Does not need to be fast: unwrapped data keys are kept in memory.
 *
 * <p>The context is not secret. It must be authenticated: unwrapping under another context than
 * that of wrapping must fail, or rows of the database could be exchanged.
 *
 * <p>Another key service is added by a {@link KeyEncryptionProvider}.
 *
 * @throws dev.theca.broker.seal.SealFault from both calls when the key is wrong, the wrapped bytes
 *     are damaged or the service forbids the use
 * @throws dev.theca.broker.seal.KeyEncryptionDown from both calls when the key cannot be reached
 *     now
 */
public interface KeyEncryption extends AutoCloseable {
  /**
   * The name of this key, written beside everything that it wraps: of at most 200 printable
   * characters, and another for every other key as far as that can be known ({@code file:} and a
   * fingerprint, {@code pkcs11:TOKEN/KEY}).
   */
  String name();

  /** Encrypts and authenticates a data key. */
  byte[] wrap(Secret dataKey, String context);

  /** The data key that was wrapped under the same context. */
  Secret unwrap(byte[] wrapped, String context);

  @Override
  default void close() {}
}
