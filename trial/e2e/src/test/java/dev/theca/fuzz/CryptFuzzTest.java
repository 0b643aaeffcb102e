package dev.theca.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.theca.image.Descriptor;
import dev.theca.image.crypt.AgentUnwrap;
import dev.theca.image.crypt.AgentWrap;
import dev.theca.image.crypt.Annotations;
import dev.theca.image.crypt.JweUnwrap;
import dev.theca.image.crypt.JweWrap;
import dev.theca.image.crypt.KekSink;
import dev.theca.image.crypt.KekSource;
import dev.theca.image.crypt.KeyFile;
import dev.theca.image.crypt.LayerSealer;
import dev.theca.image.crypt.OcicryptOpener;
import dev.theca.image.spi.KeyUnwrap;
import dev.theca.image.spi.KeyWrap;
import dev.theca.interop.crypt.KeyProvider;
import dev.theca.interop.crypt.KeyProviderConfig;
import dev.theca.interop.crypt.PgpKeyring;
import dev.theca.interop.crypt.PgpUnwrap;
import dev.theca.interop.crypt.Pkcs11Unwrap;
import dev.theca.interop.crypt.Pkcs7Unwrap;
import dev.theca.interop.crypt.Pkcs7Wrap;
import dev.theca.kit.Fuzz;
import dev.theca.wire.Outcome;
import dev.theca.wire.der.Pem;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.kbs.KbsUri;
import dev.theca.wire.secret.Secret;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPrivateKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyPacket;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openpgp.PGPKeyRingGenerator;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;
import org.bouncycastle.openpgp.operator.jcajce.JcaPGPKeyPair;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;

/**
 * What a registry, a key provider or a stranger can put into annotations, packets and key files.
 */
class CryptFuzzTest {
  private static final String TYPE = "application/vnd.oci.image.layer.v1.tar";
  private static final byte[] PLAIN = new byte[100];
  private static final Jwk KEY = Jwk.generate("P-256");
  private static final KekSink STORED = (kid, kek) -> Outcome.granted(true);
  private static final KekSource ZEROS = kid -> Outcome.granted(Secret.moveFrom(new byte[32]));
  private static final String OPTIONS = "{\"symkey\":\"AAAA\",\"digest\":\"sha256:00\"}";

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void ran(long inputs) {
    assertTrue(inputs > 10, inputs + " inputs");
  }

  private static Descriptor sealed(KeyWrap... recipients) {
    byte[] bytes = PLAIN.clone();
    try (var sealing = new LayerSealer(List.of(recipients)).begin(TYPE).orThrow()) {
      sealing.update(bytes, 0, bytes.length);
      return sealing.finish().orThrow().descriptor();
    }
  }

  private static AgentWrap agent(AgentWrap.Form form) {
    return AgentWrap.of(
        KbsUri.parse("kbs:///a/b/c").orThrow(), Secret.moveFrom(new byte[32]), STORED, form);
  }

  private static byte[] packet(KeyWrap recipient) {
    try (var options = Secret.moveFrom(utf8(OPTIONS))) {
      return recipient.wrap(options).orThrow();
    }
  }

  private static void packets(String name, KeyUnwrap key, String annotation, List<byte[]> seeds) {
    for (byte[] seed : seeds) key.unwrap(annotation, seed).orThrow().close();
    ran(
        Fuzz.run(
            name,
            seeds,
            input -> {
              if (key.unwrap(annotation, input) instanceof Outcome.Granted<Secret>(var opened))
                opened.close();
            }));
  }

  /** A changed manifest never opens to other bytes; a changed base64 text may mean the same. */
  @Test
  void annotations() {
    var layer = sealed(new JweWrap(KEY), agent(AgentWrap.Form.V2));
    var opener = new OcicryptOpener(List.of(new JweUnwrap(KEY), new AgentUnwrap(ZEROS)));
    ran(
        Fuzz.run(
            "ocicrypt annotations",
            List.of(Json.write(layer.json())),
            input -> {
              if (!(Json.object(input).then(Descriptor::parse)
                  instanceof Outcome.Granted<Descriptor>(var changed))) return;
              if (opener.open(changed)
                  instanceof Outcome.Granted<dev.theca.image.crypt.LayerOpener.OpenLayer>(var open))
                open.close();
            }));
  }

  @Test
  void public_options() {
    var layer = sealed(new JweWrap(KEY));
    var opener = new OcicryptOpener(List.of(new JweUnwrap(KEY)));
    byte[] seed = Base64.getDecoder().decode(layer.annotations().get(Annotations.PUBLIC_OPTIONS));
    ran(
        Fuzz.run(
            "pubopts",
            List.of(seed),
            input -> {
              var changed =
                  layer.with(
                      layer.mediaType(),
                      Map.of(
                          Annotations.JWE,
                          layer.annotations().get(Annotations.JWE),
                          Annotations.PUBLIC_OPTIONS,
                          Base64.getEncoder().encodeToString(input)));
              if (opener.open(changed)
                  instanceof Outcome.Granted<dev.theca.image.crypt.LayerOpener.OpenLayer>(var open))
                open.close();
            }));
  }

  @Test
  void jwe_packets() {
    packets("jwe packet", new JweUnwrap(KEY), Annotations.JWE, List.of(packet(new JweWrap(KEY))));
  }

  @Test
  void agent_packets() {
    packets(
        "agent packet",
        new AgentUnwrap(ZEROS),
        Annotations.ATTESTATION_AGENT,
        List.of(packet(agent(AgentWrap.Form.V1)), packet(agent(AgentWrap.Form.V2))));
  }

  @Test
  void key_files() throws Exception {
    byte[] own = utf8(Pem.write("PRIVATE KEY", KEY.privateKey().orElseThrow().getEncoded()));
    byte[] shown = KEY.publicKey().getEncoded();
    byte[] old =
        utf8(
            "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,"
                + "00".repeat(16)
                + "\n\nAAAAAAAAAAAAAAAAAAAAAA==\n-----END EC PRIVATE KEY-----\n");
    byte[] jwk = KEY.privateJson().lend(bytes -> bytes.clone());
    try (var password = Secret.moveFrom(utf8("x"))) {
      ran(
          Fuzz.run(
              "key file",
              List.of(own, shown, old, jwk, utf8(Pem.write("PUBLIC KEY", shown))),
              input -> {
                var unused = KeyFile.publicKey(input);
                try (var file = Secret.moveFrom(input.clone())) {
                  var ignored = KeyFile.privateKey(file, password);
                  var yaml = Pkcs11Unwrap.files().read(file, password);
                }
              }));
    }
  }

  @Test
  void key_provider_messages() {
    String wrap =
        "{\"op\":\"keywrap\",\"keywrapparams\":{\"ec\":{\"Parameters\":{\"attestation-agent\":[\""
            + Base64.getEncoder().encodeToString(utf8("keyid=/a/b/c::algorithm=A256GCM"))
            + "\"]}},\"optsdata\":[123,125]}}";
    String unwrap =
        "{\"op\":\"keyunwrap\",\"keyunwrapparams\":{\"dc\":null,\"annotation\":\""
            + Base64.getEncoder().encodeToString(packet(agent(AgentWrap.Form.V2)))
            + "\"}}";
    try (var provider = KeyProvider.wrappingAndUnwrapping(STORED, ZEROS, AgentWrap.Form.V2)) {
      provider.wrap(utf8(wrap)).orThrow();
      provider.unwrap(utf8(unwrap)).orThrow();
      ran(
          Fuzz.run(
              "key provider",
              List.of(utf8(wrap), utf8(unwrap)),
              input -> {
                var unused = provider.wrap(input);
                var ignored = provider.unwrap(input);
              }));
    }
    ran(
        Fuzz.run(
            "key provider configuration",
            List.of(
                utf8(
                    "{\"key-providers\":{\"a\":{\"grpc\":\"127.0.0.1:1\"},\"b\":{\"cmd\":{\"path\":\"/x\",\"args\":[]}},\"c\":{\"ttrpc\":\"unix:///s\"}}}")),
            input -> KeyProviderConfig.parse(input)));
  }

  private static KeyPair rsa() throws Exception {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    return generator.generateKeyPair();
  }

  @Test
  void cms_packets() throws Exception {
    var pair = rsa();
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
                        pair.getPublic())
                    .build(new JcaContentSignerBuilder("SHA256withRSA").build(pair.getPrivate())));
    packets(
        "cms packet",
        new Pkcs7Unwrap((RSAPrivateKey) pair.getPrivate()),
        Annotations.PKCS7,
        List.of(packet(new Pkcs7Wrap(certificate))));
  }

  @Test
  void pgp_packets_and_rings() throws Exception {
    var pair =
        new JcaPGPKeyPair(PublicKeyPacket.VERSION_4, PGPPublicKey.RSA_GENERAL, rsa(), new Date(0));
    var rings =
        new PGPKeyRingGenerator(
            PGPSignature.POSITIVE_CERTIFICATION,
            pair,
            "x <x@example.org>",
            new BcPGPDigestCalculatorProvider().get(HashAlgorithmTags.SHA1),
            null,
            null,
            new BcPGPContentSignerBuilder(PGPPublicKey.RSA_GENERAL, HashAlgorithmTags.SHA256),
            null);
    var own = new ByteArrayOutputStream();
    rings.generateSecretKeyRing().encode(own);
    byte[] shown = rings.generatePublicKeyRing().getEncoded();
    var now = InstantSource.fixed(Instant.ofEpochSecond(1_000_000_000));
    KeyWrap wrap = PgpKeyring.parse(shown, now).orThrow().recipients("x@example.org").orThrow();
    try (var file = Secret.moveFrom(own.toByteArray());
        var password = Secret.moveFrom(new byte[0])) {
      KeyUnwrap key = PgpUnwrap.files().read(file, password).orThrow().getFirst();
      packets("pgp packet", key, Annotations.PGP, List.of(packet(wrap)));
      ran(
          Fuzz.run(
              "pgp rings",
              List.of(shown, own.toByteArray()),
              input -> {
                var unused =
                    PgpKeyring.parse(input, now).then(ring -> ring.recipients("x@example.org"));
                try (var changed = Secret.moveFrom(input.clone())) {
                  var ignored = PgpUnwrap.files().read(changed, password);
                }
              }));
    }
  }
}
