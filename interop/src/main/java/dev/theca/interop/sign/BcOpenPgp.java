package dev.theca.interop.sign;

import dev.theca.image.spi.OpenPgp;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.SignatureSubpacketTags;
import org.bouncycastle.openpgp.PGPCompressedData;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPOnePassSignatureList;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureList;
import org.bouncycastle.openpgp.bc.BcPGPObjectFactory;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;

/**
 * OpenPGP by BouncyCastle: exactly one signature over exactly one literal, with nothing before,
 * between or after; the key must be one of the keyrings, may sign, and is neither expired nor
 * revoked.
 */
public final class BcOpenPgp implements OpenPgp {
  /** A payload of simple signing has some hundred bytes. */
  static final int MAX_MESSAGE = 128 << 10;

  private static final int MAX_PAYLOAD = 64 << 10;

  /** How far clocks of signers may be ahead. */
  static final Duration SKEW = Duration.ofMinutes(5);

  private static final List<Integer> HASHES =
      List.of(HashAlgorithmTags.SHA256, HashAlgorithmTags.SHA384, HashAlgorithmTags.SHA512);
  private static final List<Integer> UNDERSTOOD =
      List.of(
          SignatureSubpacketTags.CREATION_TIME,
          SignatureSubpacketTags.EXPIRE_TIME,
          SignatureSubpacketTags.ISSUER_KEY_ID,
          SignatureSubpacketTags.SIGNER_USER_ID,
          SignatureSubpacketTags.POLICY_URL,
          SignatureSubpacketTags.ISSUER_FINGERPRINT);

  private final List<Integer> hashes;

  public BcOpenPgp() {
    this(HASHES);
  }

  private BcOpenPgp(List<Integer> hashes) {
    this.hashes = hashes;
  }

  /**
   * For old signatures only: accepts SHA-1, for which two documents with one signature can be made
   * for the price of a car ("SHA-1 is a Shambles", 2020).
   */
  public static BcOpenPgp insecureWithSha1() {
    var all = new java.util.ArrayList<>(HASHES);
    all.add(HashAlgorithmTags.SHA1);
    return new BcOpenPgp(List.copyOf(all));
  }

  private record Parts(long issuer, byte[] payload, PGPSignature signature) {}

  @Override
  public Outcome<Verified> verify(byte[] message, List<byte[]> keyrings, Instant now) {
    if (message.length > MAX_MESSAGE)
      return no("a signed message of at most " + MAX_MESSAGE + " bytes", message.length + " bytes");
    return PublicKeys.read(keyrings)
        .then(keys -> parts(message).then(parts -> verify(parts, keys, now)));
  }

  private static Outcome<Parts> parts(byte[] message) {
    try {
      var packets = new BcPGPObjectFactory(new ByteArrayInputStream(message));
      Object first = packets.nextObject();
      if (!(first instanceof PGPCompressedData compressed)) return parts(first, packets);
      var inside = Compressed.whole(compressed, MAX_MESSAGE);
      if (inside instanceof Outcome.Refused<byte[]> no) return no.as();
      var inner = new BcPGPObjectFactory(new ByteArrayInputStream(inside.orThrow()));
      var read = parts(inner.nextObject(), inner);
      if (!read.isGranted()) return read;
      return packets.nextObject() == null ? read : no("one message", "more after it");
    } catch (IOException | RuntimeException e) {
      // the library reports many malformed packets by unchecked exceptions
      return no("an OpenPGP message", "malformed: " + e.getClass().getSimpleName());
    }
  }

  private static Outcome<Parts> parts(Object first, BcPGPObjectFactory packets) throws IOException {
    if (!(first instanceof PGPOnePassSignatureList announced) || announced.size() != 1)
      return no("a message with one signature, announced before the text", "another message");
    if (!(packets.nextObject() instanceof PGPLiteralData literal))
      return no("a text after the announcement", "another packet");
    byte[] payload = literal.getInputStream().readNBytes(MAX_PAYLOAD + 1);
    if (payload.length > MAX_PAYLOAD)
      return no("a text of at most " + MAX_PAYLOAD + " bytes", "a longer one");
    if (!(packets.nextObject() instanceof PGPSignatureList signatures) || signatures.size() != 1)
      return no("one signature after the text", "another packet");
    if (packets.nextObject() != null) return no("nothing after the signature", "more packets");
    var signature = signatures.get(0);
    var issuer = announced.get(0);
    if (issuer.getKeyID() != signature.getKeyID()
        || issuer.getSignatureType() != PGPSignature.BINARY_DOCUMENT
        || signature.getSignatureType() != PGPSignature.BINARY_DOCUMENT)
      return no("a signature as it was announced, over bytes", "another");
    return Outcome.granted(new Parts(issuer.getKeyID(), payload, signature));
  }

  private Outcome<Verified> verify(Parts parts, PublicKeys keys, Instant now) {
    var signature = parts.signature;
    if (!hashes.contains(signature.getHashAlgorithm()))
      return no("SHA-256, SHA-384 or SHA-512", "hash " + signature.getHashAlgorithm());
    return keys.signer(parts.issuer, now)
        .then(
            signer -> {
              try {
                var hashed = signature.getHashedSubPackets();
                if (hashed == null) return no("a signature with subpackets", "an older one");
                for (int tag : hashed.getCriticalTags())
                  if (!UNDERSTOOD.contains(tag))
                    return no("known critical subpackets", "number " + tag);
                var fingerprint = hashed.getIssuerFingerprint();
                if (fingerprint != null
                    && !signer.key().hasFingerprint(fingerprint.getFingerprint()))
                  return no("a signature of the key that it names", "another fingerprint");
                signature.init(new BcPGPContentVerifierBuilderProvider(), signer.key());
                signature.update(parts.payload);
                if (!signature.verify())
                  return no("a signature that verifies", "one that does not");
                return times(signature, signer, now)
                    .map(at -> new Verified(parts.payload, signer.fingerprint(), at));
              } catch (PGPException | RuntimeException e) {
                return no("a signature", "malformed: " + e.getClass().getSimpleName());
              }
            });
  }

  private static Outcome<Instant> times(
      PGPSignature signature, PublicKeys.Signer signer, Instant now) {
    var made = signature.getCreationTime().toInstant();
    if (made.isAfter(now.plus(SKEW))) return no("a signature made before now", "made " + made);
    if (made.isBefore(signer.key().getCreationTime().toInstant()))
      return no("a signature made after its key", "made " + made);
    long seconds = signature.getHashedSubPackets().getSignatureExpirationTime();
    if (seconds > 0 && !now.isBefore(made.plusSeconds(seconds)))
      return no("a signature that has not expired", "expired " + made.plusSeconds(seconds));
    return Outcome.granted(made);
  }

  @Override
  public Outcome<byte[]> sign(byte[] payload, Secret keyring, Secret passphrase, Instant now) {
    return PgpSigner.sign(payload, keyring, passphrase, now);
  }

  static <T> Outcome<T> no(String expected, String found) {
    return InteropSignCode.OPENPGP.refused(
        "OpenPGP signature", expected, found, "sign again with a key of the policy's keyring");
  }
}
