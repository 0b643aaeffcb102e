package dev.theca.forge;

import dev.theca.wire.der.Der;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A signing CA in the manner of Fulcio: a root, an intermediate, and leaves for minutes that name
 * an identity and carry a promise of a certificate log. Never for real signers.
 */
public final class SigstoreCa {
  private static final byte[] ECDSA_SHA256 = Der.sequence(Der.oid("1.2.840.10045.4.3.2"));
  private static final String SCT = "1.3.6.1.4.1.11129.2.4.2";

  private final String name;
  private final KeyPair rootKey = Signer.newKey();
  private final KeyPair key = Signer.newKey();
  private final KeyPair log = Signer.newKey();
  private final byte[] root;
  private final byte[] intermediate;

  public SigstoreCa(String name, Instant from, Instant to) {
    this.name = name;
    root = authority(name + " root", rootKey, name + " root", rootKey.getPublic(), 1, from, to);
    intermediate = authority(name + " root", rootKey, name, key.getPublic(), 0, from, to);
  }

  /**
   * Whom a leaf names, and when it is valid. {@code san} is one GeneralName in DER: see {@link
   * #email} and {@link #uri}.
   */
  public record Leaf(PublicKey key, String issuer, byte[] san, Instant from, Instant to) {}

  public static byte[] email(String address) {
    return Der.element(0x81, address.getBytes(StandardCharsets.UTF_8));
  }

  public static byte[] uri(String uri) {
    return Der.element(0x86, uri.getBytes(StandardCharsets.UTF_8));
  }

  /** A certificate with the promise of this CA's certificate log. */
  public byte[] issue(Leaf leaf) {
    byte[] tbs = tbs(leaf, List.of());
    byte[] promise = promise(tbs, leaf.from(), log);
    return certificate(key, tbs(leaf, List.of(Certificates.extension(SCT, false, promise))));
  }

  /** A certificate that no log promised anything about. */
  public byte[] issueUnlogged(Leaf leaf) {
    return certificate(key, tbs(leaf, List.of()));
  }

  /** A certificate with the promise of a log that nobody knows. */
  public byte[] issueLoggedElsewhere(Leaf leaf) {
    byte[] promise = promise(tbs(leaf, List.of()), leaf.from(), Signer.newKey());
    return certificate(key, tbs(leaf, List.of(Certificates.extension(SCT, false, promise))));
  }

  /** Intermediate and root, DER. */
  public List<byte[]> chain() {
    return List.of(intermediate.clone(), root.clone());
  }

  public PublicKey logKey() {
    return log.getPublic();
  }

  private byte[] tbs(Leaf leaf, List<byte[]> more) {
    var extensions = new ArrayList<byte[]>();
    extensions.add(Certificates.extension("2.5.29.15", true, Der.namedBits(0)));
    extensions.add(
        Certificates.extension("2.5.29.37", false, Der.sequence(Der.oid("1.3.6.1.5.5.7.3.3"))));
    extensions.add(Certificates.extension("2.5.29.17", true, Der.sequence(leaf.san())));
    extensions.add(
        Certificates.extension(
            "1.3.6.1.4.1.57264.1.1", false, leaf.issuer().getBytes(StandardCharsets.UTF_8)));
    extensions.add(Certificates.extension("1.3.6.1.4.1.57264.1.8", false, Der.utf8(leaf.issuer())));
    extensions.addAll(more);
    return tbs(name, new byte[0], leaf.key(), leaf.from(), leaf.to(), extensions);
  }

  private static byte[] authority(
      String issuer,
      KeyPair by,
      String subject,
      PublicKey key,
      int path,
      Instant from,
      Instant to) {
    var extensions =
        List.of(
            Certificates.extension("2.5.29.15", true, Der.namedBits(5, 6)),
            Certificates.extension(
                "2.5.29.19", true, Der.sequence(Der.bool(true), Der.integer(path))));
    return certificate(by, tbs(issuer, commonName(subject), key, from, to, extensions));
  }

  private static byte[] tbs(
      String issuer,
      byte[] subject,
      PublicKey key,
      Instant from,
      Instant to,
      List<byte[]> extensions) {
    return Der.sequence(
        Der.explicit(0, Der.integer(2)),
        // of the key, so that the certificate with and without its promise have the same
        Der.integer(new BigInteger(1, sha256(key.getEncoded())).shiftRight(128)),
        ECDSA_SHA256,
        Der.sequence(commonName(issuer)),
        Der.sequence(Der.time(from), Der.time(to)),
        Der.sequence(subject),
        key.getEncoded(),
        Der.explicit(3, Der.sequence(extensions.toArray(byte[][]::new))));
  }

  private static byte[] commonName(String text) {
    return Der.set(Der.sequence(Der.oid("2.5.4.3"), Der.utf8(text)));
  }

  private static byte[] certificate(KeyPair by, byte[] tbs) {
    return Der.sequence(tbs, ECDSA_SHA256, Der.bits(Signer.der(by, tbs)));
  }

  /** RFC 6962, section 3.2 and 3.3: a list of one promise over the certificate without it. */
  private byte[] promise(byte[] tbs, Instant at, KeyPair by) {
    var signed = ByteBuffer.allocate(47 + tbs.length + 2);
    signed.putShort((short) 0).putLong(at.toEpochMilli()).putShort((short) 1);
    signed.put(sha256(key.getPublic().getEncoded()));
    signed.put((byte) (tbs.length >> 16)).putShort((short) tbs.length).put(tbs);
    signed.putShort((short) 0);
    byte[] signature = Signer.der(by, signed.array());
    var one = ByteBuffer.allocate(1 + 32 + 8 + 2 + 2 + 2 + signature.length);
    one.put((byte) 0).put(sha256(by.getPublic().getEncoded())).putLong(at.toEpochMilli());
    one.putShort((short) 0).put((byte) 4).put((byte) 3);
    one.putShort((short) signature.length).put(signature);
    var list = new ByteArrayOutputStream();
    int length = one.capacity();
    list.writeBytes(new byte[] {(byte) (length + 2 >> 8), (byte) (length + 2)});
    list.writeBytes(new byte[] {(byte) (length >> 8), (byte) length});
    list.writeBytes(one.array());
    return Der.octets(list.toByteArray());
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the JDK lacks SHA-256", e);
    }
  }
}
