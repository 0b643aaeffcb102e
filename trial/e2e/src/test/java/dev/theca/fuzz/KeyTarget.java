package dev.theca.fuzz;

import dev.theca.image.Descriptor;
import dev.theca.image.crypt.AgentUnwrap;
import dev.theca.image.crypt.AgentWrap;
import dev.theca.image.crypt.Annotations;
import dev.theca.image.crypt.JweUnwrap;
import dev.theca.image.crypt.JweWrap;
import dev.theca.image.crypt.LayerOpener.OpenLayer;
import dev.theca.image.crypt.LayerSealer;
import dev.theca.image.crypt.OcicryptOpener;
import dev.theca.image.spi.KeyUnwrap;
import dev.theca.image.spi.KeyWrap;
import dev.theca.interop.crypt.PgpKeyring;
import dev.theca.interop.crypt.PgpUnwrap;
import dev.theca.interop.crypt.Pkcs7Unwrap;
import dev.theca.interop.crypt.Pkcs7Wrap;
import dev.theca.interop.sign.BcOpenPgp;
import dev.theca.wire.Outcome;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.kbs.KbsUri;
import dev.theca.wire.secret.Secret;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyPacket;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyRingGenerator;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureSubpacketGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;
import org.bouncycastle.openpgp.operator.jcajce.JcaPGPKeyPair;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Key packets of layers, and OpenPGP. The keys are the same in each process, so that what a fuzzer
 * learnt before still opens: they protect nothing.
 */
final class KeyTarget {
  private static final Instant NOW = Instant.ofEpochSecond(1_000_000_000);

  private KeyTarget() {}

  private static KeyPair pair(String algorithm) {
    try {
      var same = SecureRandom.getInstance("SHA1PRNG");
      same.setSeed(1);
      var generator = KeyPairGenerator.getInstance(algorithm);
      if (algorithm.equals("EC")) generator.initialize(new ECGenParameterSpec("secp256r1"), same);
      else generator.initialize(2048, same);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Made with the first input of a target that needs them. */
  private static final class Keys {
    static final Jwk JWK = Jwk.of(pair("EC"));
    static final KeyPair RSA = pair("RSA");
    static final PGPKeyRingGenerator PGP = rings(RSA);
    static final byte[] RING = ring();
    static final byte[] OWN = own();
    static final KeyUnwrap PGP_UNWRAP = unwrap();
    static final KeyUnwrap AGENT =
        new AgentUnwrap(kid -> Outcome.granted(Secret.moveFrom(new byte[32])));

    private static PGPKeyRingGenerator rings(KeyPair rsa) {
      try {
        var pair =
            new JcaPGPKeyPair(
                PublicKeyPacket.VERSION_4, PGPPublicKey.RSA_GENERAL, rsa, new Date(0));
        var flags = new PGPSignatureSubpacketGenerator();
        flags.setKeyFlags(
            false, KeyFlags.SIGN_DATA | KeyFlags.ENCRYPT_COMMS | KeyFlags.ENCRYPT_STORAGE);
        flags.setSignatureCreationTime(false, new Date(0));
        return new PGPKeyRingGenerator(
            PGPSignature.POSITIVE_CERTIFICATION,
            pair,
            "x <x@example.org>",
            new BcPGPDigestCalculatorProvider().get(HashAlgorithmTags.SHA1),
            flags.generate(),
            null,
            new BcPGPContentSignerBuilder(PGPPublicKey.RSA_GENERAL, HashAlgorithmTags.SHA256),
            null);
      } catch (PGPException e) {
        throw new IllegalStateException(e);
      }
    }

    private static byte[] ring() {
      try {
        return PGP.generatePublicKeyRing().getEncoded();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    private static byte[] own() {
      try {
        var out = new ByteArrayOutputStream();
        PGP.generateSecretKeyRing().encode(out);
        return out.toByteArray();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    private static KeyUnwrap unwrap() {
      try (var file = Secret.moveFrom(OWN.clone());
          var none = Secret.moveFrom(new byte[0])) {
        return PgpUnwrap.files().read(file, none).orThrow().getFirst();
      }
    }
  }

  private static void unwrap(KeyUnwrap key, String annotation, byte[] in) {
    if (key.unwrap(annotation, in) instanceof Outcome.Granted<Secret>(var opened)) opened.close();
  }

  static Map<String, CoverageTargets.Target> targets() {
    var all = new TreeMap<String, CoverageTargets.Target>();
    all.put("image-annotations", KeyTarget::annotations);
    all.put("image-jwe", in -> unwrap(new JweUnwrap(Keys.JWK), Annotations.JWE, in));
    all.put("image-agent", in -> unwrap(Keys.AGENT, Annotations.ATTESTATION_AGENT, in));
    all.put(
        "image-cms",
        in ->
            unwrap(new Pkcs7Unwrap((RSAPrivateKey) Keys.RSA.getPrivate()), Annotations.PKCS7, in));
    all.put("image-pgp", in -> unwrap(Keys.PGP_UNWRAP, Annotations.PGP, in));
    all.put(
        "image-pgp-ring",
        in -> {
          var unused =
              PgpKeyring.parse(in, InstantSource.fixed(NOW))
                  .then(ring -> ring.recipients("x@example.org"));
          try (var file = Secret.moveFrom(in.clone());
              var none = Secret.moveFrom(new byte[0])) {
            var unused2 = PgpUnwrap.files().read(file, none);
          }
        });
    all.put("image-pgp-message", in -> new BcOpenPgp().verify(in, List.of(Keys.RING), NOW));
    return all;
  }

  private static void annotations(byte[] in) {
    var opener = new OcicryptOpener(List.of(new JweUnwrap(Keys.JWK), Keys.AGENT));
    if (Json.object(in).then(Descriptor::parse).then(opener::open)
        instanceof Outcome.Granted<OpenLayer>(var open)) open.close();
  }

  static Map<String, List<byte[]>> seeds() throws Exception {
    var agent =
        AgentWrap.of(
            KbsUri.parse("kbs:///a/b/c").orThrow(),
            Secret.moveFrom(new byte[32]),
            (kid, kek) -> Outcome.granted(true),
            AgentWrap.Form.V2);
    var name = new X500Principal("CN=x");
    var certificate =
        new JcaX509CertificateConverter()
            .getCertificate(
                new JcaX509v3CertificateBuilder(
                        name,
                        BigInteger.ONE,
                        new Date(0),
                        new Date(4_000_000_000_000L),
                        name,
                        Keys.RSA.getPublic())
                    .build(
                        new JcaContentSignerBuilder("SHA256withRSA").build(Keys.RSA.getPrivate())));
    var all = new TreeMap<String, List<byte[]>>();
    var jwe = new JweWrap(Keys.JWK);
    all.put("image-annotations", List.of(sealed(jwe, agent)));
    all.put("image-jwe", List.of(packet(jwe)));
    all.put("image-agent", List.of(packet(agent)));
    all.put("image-cms", List.of(packet(new Pkcs7Wrap(certificate))));
    var pgp =
        PgpKeyring.parse(Keys.RING, InstantSource.fixed(NOW))
            .then(ring -> ring.recipients("x@example.org"))
            .orThrow();
    all.put("image-pgp", List.of(packet(pgp)));
    all.put("image-pgp-ring", List.of(Keys.RING, Keys.OWN));
    try (var file = Secret.moveFrom(Keys.OWN.clone());
        var none = Secret.moveFrom(new byte[0])) {
      byte[] payload = "the payload of a signature".getBytes(StandardCharsets.UTF_8);
      all.put(
          "image-pgp-message", List.of(new BcOpenPgp().sign(payload, file, none, NOW).orThrow()));
    }
    return all;
  }

  private static byte[] packet(KeyWrap recipient) {
    String options = "{\"symkey\":\"AAAA\",\"digest\":\"sha256:00\"}";
    try (var secret = Secret.moveFrom(options.getBytes(StandardCharsets.UTF_8))) {
      return recipient.wrap(secret).orThrow();
    }
  }

  private static byte[] sealed(KeyWrap... recipients) {
    byte[] bytes = new byte[100];
    try (var sealing =
        new LayerSealer(List.of(recipients))
            .begin("application/vnd.oci.image.layer.v1.tar")
            .orThrow()) {
      sealing.update(bytes, 0, bytes.length);
      return Json.write(sealing.finish().orThrow().descriptor().json());
    }
  }
}
