package dev.theca.interop.sign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.kit.Fuzz;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.bouncycastle.crypto.generators.Ed25519KeyPairGenerator;
import org.bouncycastle.crypto.params.Ed25519KeyGenerationParameters;
import org.bouncycastle.openpgp.PGPKeyRingGenerator;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureSubpacketGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;
import org.bouncycastle.openpgp.operator.bc.BcPGPKeyPair;
import org.junit.jupiter.api.Test;

/** OpenPGP messages, keyrings, registries.d and key files, changed at random. */
class InteropFuzzTest {
  private static final Instant NOW = Instant.parse("2026-05-01T00:00:00Z");

  private static PGPKeyRingGenerator keys() throws Exception {
    var generator = new Ed25519KeyPairGenerator();
    generator.init(new Ed25519KeyGenerationParameters(new SecureRandom()));
    var pair =
        new BcPGPKeyPair(
            org.bouncycastle.bcpg.PublicKeyPacket.VERSION_4,
            PublicKeyAlgorithmTags.EDDSA_LEGACY,
            generator.generateKeyPair(),
            Date.from(NOW.minusSeconds(60)));
    var flags = new PGPSignatureSubpacketGenerator();
    flags.setKeyFlags(false, KeyFlags.SIGN_DATA);
    flags.setSignatureCreationTime(false, Date.from(NOW.minusSeconds(60)));
    return new PGPKeyRingGenerator(
        PGPSignature.POSITIVE_CERTIFICATION,
        pair,
        "fuzz",
        new BcPGPDigestCalculatorProvider().get(HashAlgorithmTags.SHA1),
        flags.generate(),
        null,
        new BcPGPContentSignerBuilder(
            PublicKeyAlgorithmTags.EDDSA_LEGACY, HashAlgorithmTags.SHA256),
        null);
  }

  @Test
  void messages_and_keyrings() throws Exception {
    var keys = keys();
    byte[] ring = keys.generatePublicKeyRing().getEncoded();
    var secret = new ByteArrayOutputStream();
    keys.generateSecretKeyRing().encode(secret);
    byte[] payload = "the payload of a signature".getBytes(StandardCharsets.UTF_8);
    byte[] message;
    var openPgp = new BcOpenPgp();
    try (var file = Secret.moveFrom(secret.toByteArray());
        var words = Secret.moveFrom(new byte[0])) {
      message = openPgp.sign(payload, file, words, NOW).orThrow();
    }
    assertThat(openPgp.verify(message, List.of(ring), NOW).isGranted()).isTrue();
    long inputs =
        Fuzz.run(
            "OpenPGP message",
            List.of(message),
            input -> {
              if (openPgp.verify(input, List.of(ring), NOW)
                      instanceof Outcome.Granted<dev.theca.image.spi.OpenPgp.Verified>(var verified)
                  && !java.util.Arrays.equals(verified.payload(), payload))
                throw new IllegalStateException("another payload verified");
            });
    inputs +=
        Fuzz.run(
            "OpenPGP keyring",
            List.of(ring),
            input -> openPgp.verify(message, List.of(input), NOW));
    assertThat(inputs).isGreaterThan(100);
  }

  @Test
  void registries_d() {
    var seed =
        "default-docker:\n  lookaside: https://x.example\ndocker:\n  a.b/c:\n    sigstore: file:///x\n";
    assertThat(
            Fuzz.run(
                "registries.d",
                List.of(seed.getBytes(StandardCharsets.UTF_8)),
                input -> RegistriesD.parse(List.of(new String(input, StandardCharsets.UTF_8)))))
        .isGreaterThan(100);
  }
}
