package dev.theca.image.crypt;

import dev.theca.image.Descriptor;
import dev.theca.image.spi.KeyWrap;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;

/**
 * Encryption of one layer, first byte to last: by one thread with {@link #update}, or by three that
 * pass the bytes on, one for each of {@link #check}, {@link #encrypt} and {@link #authenticate}.
 * Closing forgets the key; a layer that was closed before {@link #finish} can be opened by nobody.
 */
public final class SealingLayer implements AutoCloseable {
  /** A layer that was encrypted: its new descriptor, and what the digest was before. */
  public record Sealed(Descriptor descriptor, Digest plaintext) {}

  private final String mediaType;
  private final Map<String, String> annotations;
  private final Optional<Descriptor> expected;
  private final List<KeyWrap> recipients;
  private final Secret key;
  private final byte[] nonce = new byte[16];
  private final LayerCipher cipher;
  private final MessageDigest plainDigest;
  private final MessageDigest cipherDigest;
  private final Mac mac;
  private long size;

  SealingLayer(
      String mediaType,
      Map<String, String> annotations,
      Optional<Descriptor> expected,
      List<KeyWrap> recipients,
      SecureRandom random) {
    this.mediaType = mediaType;
    this.annotations = annotations;
    this.expected = expected;
    this.recipients = recipients;
    key = Secret.random(32, random);
    random.nextBytes(nonce);
    cipher = LayerCipher.of(key, nonce);
    plainDigest = Digest.hasher("sha256");
    cipherDigest = Digest.hasher("sha256");
    mac = LayerCipher.mac(key);
  }

  /** Encrypts the next bytes in place: the three steps, one after the other. */
  public void update(byte[] bytes, int from, int length) {
    check(bytes, from, length);
    encrypt(bytes, from, length);
    authenticate(bytes, from, length);
  }

  /** First step: sees the bytes as they were. */
  public void check(byte[] bytes, int from, int length) {
    plainDigest.update(bytes, from, length);
    size += length;
  }

  /** Second step: encrypts them in place, and names them. */
  public void encrypt(byte[] bytes, int from, int length) {
    cipher.inPlace(bytes, from, length);
    cipherDigest.update(bytes, from, length);
  }

  /** Third step: what was encrypted, under the HMAC. */
  public void authenticate(byte[] bytes, int from, int length) {
    mac.update(bytes, from, length);
  }

  /**
   * After the last byte: wraps the key for every recipient. Refused when one of them cannot be
   * served, or when the bytes were not those that the descriptor named.
   */
  public Outcome<Sealed> finish() {
    Digest plaintext = sha256(plainDigest.digest());
    Digest ciphertext = sha256(cipherDigest.digest());
    byte[] hmac = mac.doFinal();
    if (expected.filter(e -> !matches(e, plaintext)).isPresent())
      return CryptCode.ALTERED.refuse(
          "layer " + expected.get().digest(),
          expected.get().size() + " bytes of this digest",
          size + " bytes of " + plaintext,
          "pull the image again");
    try (var options = new PrivateOptions(key, nonce, plaintext);
        var json = options.json()) {
      var added = new LayerAnnotations(annotations);
      added.put(Annotations.PUBLIC_OPTIONS, PublicOptions.write(hmac));
      return added
          .wrap(json, recipients)
          .map(all -> new Sealed(new Descriptor(mediaType, ciphertext, size, all), plaintext));
    }
  }

  private boolean matches(Descriptor plain, Digest plaintext) {
    return plain.size() == size
        && (!plain.digest().algorithm().equals("sha256")
            || MessageDigest.isEqual(plain.digest().toBytes(), plaintext.toBytes()));
  }

  private static Digest sha256(byte[] value) {
    return new Digest("sha256", HexFormat.of().formatHex(value));
  }

  @Override
  public void close() {
    cipher.close();
    key.close();
  }
}
