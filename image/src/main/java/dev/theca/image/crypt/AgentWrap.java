package dev.theca.image.crypt;

import dev.theca.image.ImageException;
import dev.theca.image.spi.KeyWrap;
import dev.theca.wire.Outcome;
import dev.theca.wire.kbs.KbsUri;
import dev.theca.wire.secret.Secret;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;

/**
 * Whoever may fetch a key encryption key from the KBS as recipient: packets as Confidential
 * Containers' guests read them, always A256GCM with a random IV. One object serves one image: all
 * its layers use one key. No packet leaves before the key is stored. Safe for several threads.
 */
public final class AgentWrap implements KeyWrap, AutoCloseable {
  /** How packets are written. Guests from 2024 on read both, older ones the first. */
  public enum Form {
    V1,
    V2
  }

  private final KbsUri kid;
  private final Secret kek;
  private final KekSink sink;
  private final Form form;
  private final SecureRandom random = new SecureRandom();
  private boolean stored;

  private AgentWrap(KbsUri kid, Secret kek, KekSink sink, Form form) {
    this.kid = kid;
    this.kek = kek;
    this.sink = sink;
    this.form = form;
  }

  /** A new random key, stored in {@code sink} when the first layer is sealed. */
  public static AgentWrap fresh(KbsUri kid, KekSink sink, Form form) {
    return new AgentWrap(kid, Secret.random(32, new SecureRandom()), sink, form);
  }

  /**
   * A given key, taken over; {@code sink} must say that it has it, for example by storing it.
   *
   * @throws IllegalArgumentException when it is not of 32 bytes
   */
  public static AgentWrap of(KbsUri kid, Secret kek, KekSink sink, Form form) {
    if (kek.sizeBytes() != 32)
      throw new IllegalArgumentException("a key encryption key has 32 bytes");
    return new AgentWrap(kid, kek, sink, form);
  }

  @Override
  public String annotation() {
    return Annotations.ATTESTATION_AGENT;
  }

  @Override
  public Outcome<byte[]> wrap(Secret privateOptions) {
    return stored()
        .map(
            done -> {
              byte[] iv = new byte[12];
              random.nextBytes(iv);
              try {
                byte[] wrapped =
                    privateOptions.<byte[], GeneralSecurityException>lend(
                        raw -> KekCipher.seal(kek, iv, raw));
                return new AgentPacket(kid.toString(), wrapped, iv).write(form);
              } catch (GeneralSecurityException e) {
                throw new ImageException("the JDK lacks AES-GCM", e);
              }
            });
  }

  private synchronized Outcome<Boolean> stored() {
    if (stored) return Outcome.granted(true);
    return switch (sink.store(kid.toString(), kek)) {
      case Outcome.Granted<Boolean>(var kept) when kept -> {
        stored = true;
        yield Outcome.granted(true);
      }
      case Outcome.Granted<Boolean> other ->
          CryptCode.KEK.refuse(
              "key encryption key " + kid, "stored", "not stored", "store it, and try again");
      case Outcome.Refused<Boolean> refused -> refused;
    };
  }

  @Override
  public String recipient() {
    return kid.toString();
  }

  @Override
  public void close() {
    kek.close();
  }
}
