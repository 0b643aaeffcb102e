package dev.theca.interop.sign;

import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.Optional;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPLiteralDataGenerator;
import org.bouncycastle.openpgp.PGPPrivateKey;
import org.bouncycastle.openpgp.PGPSecretKey;
import org.bouncycastle.openpgp.PGPSecretKeyRing;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureGenerator;
import org.bouncycastle.openpgp.PGPSignatureSubpacketGenerator;
import org.bouncycastle.openpgp.PGPUtil;
import org.bouncycastle.openpgp.bc.BcPGPSecretKeyRingCollection;
import org.bouncycastle.openpgp.operator.bc.BcPBESecretKeyDecryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;

/** Writes inline-signed messages: announcement, literal, signature; not compressed. */
final class PgpSigner {
  private PgpSigner() {}

  static Outcome<byte[]> sign(byte[] payload, Secret keyring, Secret passphrase, Instant now) {
    return keyring.lend(
        ring ->
            passphrase.lend(
                words -> {
                  char[] chars = chars(words);
                  try {
                    return sign(payload, ring, chars, now);
                  } catch (IOException | PGPException | RuntimeException e) {
                    // causes of the library may quote what they read
                    return no("a secret keyring and its passphrase", "others");
                  } finally {
                    Arrays.fill(chars, '\0');
                  }
                }));
  }

  private static Outcome<byte[]> sign(byte[] payload, byte[] ring, char[] words, Instant now)
      throws IOException, PGPException {
    try (var in = PGPUtil.getDecoderStream(new ByteArrayInputStream(ring))) {
      for (PGPSecretKeyRing keys : new BcPGPSecretKeyRingCollection(in)) {
        var key = signing(keys, now);
        if (key.isPresent()) return Outcome.granted(message(payload, key.get(), words, now));
      }
    }
    return no("a secret key that may sign", "none");
  }

  /** The first key, primary or sub, that a verifier would accept. */
  private static Optional<PGPSecretKey> signing(PGPSecretKeyRing keys, Instant now)
      throws IOException {
    byte[] half = keys.toCertificate().getEncoded();
    return PublicKeys.read(java.util.List.of(half)) instanceof Outcome.Granted<PublicKeys>(var ring)
        ? first(keys, ring, now)
        : Optional.empty();
  }

  private static Optional<PGPSecretKey> first(PGPSecretKeyRing keys, PublicKeys ring, Instant now) {
    for (PGPSecretKey key : keys)
      if (!key.isPrivateKeyEmpty() && ring.signer(key.getKeyID(), now).isGranted())
        return Optional.of(key);
    return Optional.empty();
  }

  private static byte[] message(byte[] payload, PGPSecretKey key, char[] words, Instant now)
      throws IOException, PGPException {
    PGPPrivateKey secret =
        key.extractPrivateKey(
            new BcPBESecretKeyDecryptorBuilder(new BcPGPDigestCalculatorProvider()).build(words));
    var half = key.getPublicKey();
    var generator =
        new PGPSignatureGenerator(
            new BcPGPContentSignerBuilder(half.getAlgorithm(), HashAlgorithmTags.SHA512), half);
    generator.init(PGPSignature.BINARY_DOCUMENT, secret);
    var hashed = new PGPSignatureSubpacketGenerator();
    hashed.setSignatureCreationTime(false, Date.from(now));
    hashed.setIssuerFingerprint(false, half);
    generator.setHashedSubpackets(hashed.generate());
    var unhashed = new PGPSignatureSubpacketGenerator();
    unhashed.setIssuerKeyID(false, half.getKeyID());
    generator.setUnhashedSubpackets(unhashed.generate());
    var out = new ByteArrayOutputStream();
    generator.generateOnePassVersion(false).encode(out);
    try (var literal =
        new PGPLiteralDataGenerator()
            .open(out, PGPLiteralData.BINARY, "", payload.length, Date.from(now))) {
      literal.write(payload);
    }
    generator.update(payload);
    generator.generate().encode(out);
    return out.toByteArray();
  }

  private static char[] chars(byte[] utf8) {
    CharBuffer buffer = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(utf8));
    char[] chars = new char[buffer.remaining()];
    buffer.get(chars);
    Arrays.fill(buffer.array(), '\0');
    return chars;
  }

  private static <T> Outcome<T> no(String expected, String found) {
    return InteropSignCode.OPENPGP.refused(
        "OpenPGP signing key", expected, found, "export the secret key and give its passphrase");
  }
}
