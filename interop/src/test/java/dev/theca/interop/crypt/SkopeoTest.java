package dev.theca.interop.crypt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.image.Descriptor;
import dev.theca.image.crypt.DecryptionKeys;
import dev.theca.image.crypt.JweScheme;
import dev.theca.image.crypt.KeyFileReader;
import dev.theca.image.crypt.LayerRecipients;
import dev.theca.image.crypt.Recipients;
import dev.theca.image.spi.KeyUnwrap;
import dev.theca.wire.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Images that Debian's skopeo encrypts decrypt here, and the other way round. */
class SkopeoTest {
  @TempDir static Path folder;
  private static Tool tool;
  private static Layout plain;

  @BeforeAll
  static void make() throws Exception {
    for (String program : List.of("skopeo", "gpg", "openssl")) Tool.needs(program);
    Path home =
        Files.createDirectory(
            folder.resolve("gnupg"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    tool = new Tool(folder, Map.of("GNUPGHOME", home.toString()));
    tool.run("openssl", "genrsa", "-out", "rsa.pem", "2048");
    tool.run("openssl", "rsa", "-in", "rsa.pem", "-pubout", "-out", "rsa.pub");
    tool.run(
        "openssl", "req", "-x509", "-key", "rsa.pem", "-subj", "/CN=x", "-days", "2", "-out",
        "rsa.crt");
    tool.run(
        "openssl",
        "pkcs8",
        "-topk8",
        "-in",
        "rsa.pem",
        "-passout",
        "pass:word",
        "-out",
        "locked.pem");
    for (var curve :
        Map.of("p256", "prime256v1", "p384", "secp384r1", "p521", "secp521r1").entrySet()) {
      tool.run(
          "openssl",
          "ecparam",
          "-name",
          curve.getValue(),
          "-genkey",
          "-noout",
          "-out",
          curve.getKey() + ".pem");
      // Go reads EC keys in PKCS#8 only
      tool.run(
          "openssl",
          "pkcs8",
          "-topk8",
          "-nocrypt",
          "-in",
          curve.getKey() + ".pem",
          "-out",
          curve.getKey() + ".p8");
      Files.move(
          folder.resolve(curve.getKey() + ".p8"),
          folder.resolve(curve.getKey() + ".pem"),
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      tool.run(
          "openssl",
          "ec",
          "-in",
          curve.getKey() + ".pem",
          "-pubout",
          "-out",
          curve.getKey() + ".pub");
    }
    tool.run(
        "gpg",
        "--batch",
        "--passphrase",
        "",
        "--quick-gen-key",
        "Ann <ann@example.org>",
        "rsa2048",
        "sign",
        "never");
    String listed = tool.run("gpg", "--batch", "--with-colons", "--list-keys", "ann@example.org");
    String fingerprint =
        listed.lines().filter(l -> l.startsWith("fpr:")).findFirst().orElseThrow().split(":")[9];
    tool.run(
        "gpg",
        "--batch",
        "--passphrase",
        "",
        "--quick-add-key",
        fingerprint,
        "rsa2048",
        "encr",
        "never");
    tool.run(
        "gpg",
        "--batch",
        "--passphrase",
        "",
        "--quick-gen-key",
        "Bob <bob@example.org>",
        "rsa2048",
        "encr",
        "never");
    tool.run("gpg", "--batch", "--output", "ann.gpg", "--export-secret-keys", "ann@example.org");
    tool.run("gpg", "--batch", "--output", "bob.gpg", "--export-secret-keys", "bob@example.org");
    tool.run(
        "gpg",
        "--batch",
        "--armor",
        "--output",
        "bob.asc",
        "--export-secret-keys",
        "bob@example.org");
    tool.run("gpg", "--batch", "--output", "all.pub", "--export");
    plain = Layout.create(folder.resolve("plain"), 100_000, 20, 3_000_000);
  }

  @AfterAll
  static void end() throws Exception {
    if (tool != null) tool.attempt("gpgconf", "--kill", "all");
  }

  private static Recipients recipients() {
    var schemes = new ArrayList<dev.theca.image.crypt.RecipientScheme>();
    schemes.add(new JweScheme());
    schemes.addAll(InteropSchemes.recipients(KeyProviderConfig.none(), InstantSource.system()));
    return new Recipients(schemes);
  }

  /** A JVM cannot change GNUPGHOME for itself, so the ring is read from a file. */
  private static List<dev.theca.image.spi.KeyWrap> wraps(List<String> texts) throws Exception {
    var all = new ArrayList<dev.theca.image.spi.KeyWrap>();
    for (String text : texts)
      if (text.startsWith("pgp:"))
        all.add(
            PgpKeyring.parse(Files.readAllBytes(folder.resolve("all.pub")), InstantSource.system())
                .then(ring -> ring.recipients(text.substring(4)))
                .orThrow());
      else all.addAll(recipients().parse(text.replace(":", ":" + folder + "/")).orThrow());
    return all;
  }

  private static List<KeyUnwrap> keys(String text) {
    var readers = new ArrayList<KeyFileReader>();
    readers.add(KeyFileReader.jwe());
    readers.addAll(InteropSchemes.files());
    return new DecryptionKeys(List.of(), readers).parse(folder + "/" + text).orThrow();
  }

  private static void opens(Layout sealed, String key) throws Exception {
    List<Descriptor> layers = sealed.layers();
    for (int i = 0; i < layers.size(); i++)
      assertThat(sealed.open(layers.get(i), keys(key)).orThrow())
          .isEqualTo(plain.read(plain.layers().get(i).digest()));
  }

  @ParameterizedTest
  @CsvSource({
    "jwe:rsa.pub, rsa.pem",
    "jwe:rsa.pub, locked.pem:word",
    "jwe:p256.pub, p256.pem",
    "jwe:p384.pub, p384.pem",
    "jwe:p521.pub, p521.pem",
    "pkcs7:rsa.crt, rsa.pem",
    "pkcs7:rsa.crt, locked.pem:pass=word",
    "pgp:ann@example.org, ann.gpg",
    "pgp:bob@example.org, bob.asc"
  })
  void what_skopeo_encrypts_opens_here(String recipient, String key) throws Exception {
    var sealed = new Layout(Files.createTempDirectory(folder, "s"));
    tool.run(
        "skopeo",
        "copy",
        "--encryption-key",
        recipient,
        "oci:plain:t",
        "oci:" + sealed.folder() + ":t");
    assertThat(sealed.layers()).hasSize(3).allMatch(Descriptor::encrypted);
    opens(sealed, key);
  }

  @ParameterizedTest
  @CsvSource({
    "jwe:rsa.pub, rsa.pem",
    "jwe:rsa.crt, rsa.pem",
    "jwe:p256.pub, p256.pem",
    "jwe:p384.pub, p384.pem",
    "jwe:p521.pub, p521.pem",
    "pgp:ann@example.org, ann.gpg",
    "pgp:bob@example.org, bob.gpg"
  })
  void what_is_encrypted_here_opens_in_skopeo(String recipient, String key) throws Exception {
    Path target = Files.createTempDirectory(folder, "o");
    for (var which : List.of(List.of(0, 1, 2), List.of(1))) {
      var sealed =
          plain.sealed(Files.createTempDirectory(folder, "w"), which, wraps(List.of(recipient)));
      tool.run(
          "skopeo",
          "copy",
          "--decryption-key",
          key,
          "oci:" + sealed.folder() + ":t",
          "oci:" + target + ":t");
      var opened = new Layout(target);
      assertThat(opened.layers())
          .extracting(Descriptor::digest)
          .isEqualTo(plain.layers().stream().map(Descriptor::digest).toList());
    }
  }

  @Test
  void one_layer_that_skopeo_encrypts_for_many_opens_for_each() throws Exception {
    var sealed = new Layout(Files.createTempDirectory(folder, "s"));
    tool.run(
        "skopeo",
        "copy",
        "--encrypt-layer",
        "1",
        "--encryption-key",
        "jwe:rsa.pub",
        "--encryption-key",
        "jwe:p256.pub",
        "--encryption-key",
        "jwe:p521.pub",
        "--encryption-key",
        "pkcs7:rsa.crt",
        "--encryption-key",
        "pgp:ann@example.org",
        "--encryption-key",
        "pgp:bob@example.org",
        "oci:plain:t",
        "oci:" + sealed.folder() + ":t");
    assertThat(sealed.layers().stream().map(Descriptor::encrypted))
        .containsExactly(false, true, false);
    for (String key : List.of("rsa.pem", "p256.pem", "p521.pem", "ann.gpg", "bob.asc"))
      opens(sealed, key);
    assertThat(sealed.open(sealed.layers().get(1), keys("p384.pem")))
        .isInstanceOf(Outcome.Refused.class);
  }

  @Test
  void recipients_added_here_to_an_image_of_skopeo_open_it_in_skopeo() throws Exception {
    var sealed = new Layout(Files.createTempDirectory(folder, "s"));
    tool.run(
        "skopeo",
        "copy",
        "--encryption-key",
        "jwe:rsa.pub",
        "oci:plain:t",
        "oci:" + sealed.folder() + ":t");
    var layers = new ArrayList<Descriptor>();
    for (Descriptor layer : sealed.layers()) {
      var more =
          LayerRecipients.add(
                  layer, keys("rsa.pem"), wraps(List.of("jwe:p256.pub", "pgp:ann@example.org")))
              .orThrow();
      var packets = dev.theca.image.crypt.KeyPacket.of(more.annotations()).orThrow();
      assertThat(packets).hasSize(3);
      layers.add(LayerRecipients.remove(more, List.of(packets.getFirst())).orThrow());
    }
    sealed.relabel(layers);
    assertThat(sealed.open(layers.getFirst(), keys("rsa.pem"))).isInstanceOf(Outcome.Refused.class);
    assertThat(
            tool.attempt(
                    "skopeo",
                    "copy",
                    "--decryption-key",
                    "rsa.pem",
                    "oci:" + sealed.folder() + ":t",
                    "oci:gone:t")
                .status())
        .isNotZero();
    for (String key : List.of("p256.pem", "ann.gpg")) {
      opens(sealed, key);
      tool.run(
          "skopeo",
          "copy",
          "--decryption-key",
          key,
          "oci:" + sealed.folder() + ":t",
          "oci:" + key + ".d:t");
      assertThat(new Layout(folder.resolve(key + ".d")).layers())
          .extracting(Descriptor::digest)
          .isEqualTo(plain.layers().stream().map(Descriptor::digest).toList());
    }
  }

  /**
   * skopeo 1.9.3 has no way to name the certificate that its PKCS#7 code wants; OpenSSL reads us.
   */
  @Test
  void our_pkcs7_packet_opens_in_openssl() throws Exception {
    var wrap = wraps(List.of("pkcs7:rsa.crt")).getFirst();
    try (var secret = dev.theca.wire.secret.Secret.moveFrom(Layout.utf8("{\"a\":1}"))) {
      Files.write(folder.resolve("p7.der"), wrap.wrap(secret).orThrow());
    }
    assertThat(
            tool.run(
                "openssl",
                "cms",
                "-decrypt",
                "-inform",
                "DER",
                "-in",
                "p7.der",
                "-inkey",
                "rsa.pem",
                "-recip",
                "rsa.crt"))
        .isEqualTo("{\"a\":1}");
  }

  @ParameterizedTest
  @CsvSource({"-aes128", "-aes256", "-aes-192-cbc"})
  void cms_of_openssl_opens_here(String cipher) throws Exception {
    Files.writeString(folder.resolve("plain.json"), "{\"b\":2}");
    for (String padding : List.of("pkcs1", "oaep")) {
      tool.run(
          "openssl",
          "cms",
          "-encrypt",
          "-binary",
          cipher,
          "-in",
          "plain.json",
          "-outform",
          "DER",
          "-out",
          "cms.der",
          "-recip",
          "rsa.crt",
          "-keyopt",
          "rsa_padding_mode:" + padding);
      var opened =
          keys("rsa.pem").stream()
              .filter(k -> k.reads("org.opencontainers.image.enc.keys.pkcs7"))
              .findFirst()
              .orElseThrow()
              .unwrap(
                  "org.opencontainers.image.enc.keys.pkcs7",
                  Files.readAllBytes(folder.resolve("cms.der")));
      String text =
          opened
              .orThrow()
              .lend(bytes -> new String(bytes, java.nio.charset.StandardCharsets.UTF_8));
      assertThat(text).isEqualTo("{\"b\":2}");
    }
  }

  @Test
  void our_pgp_message_opens_in_gpg_for_both() throws Exception {
    for (var name : List.of("ann@example.org", "Bob")) {
      try (var secret = dev.theca.wire.secret.Secret.moveFrom(Layout.utf8("{\"a\":1}"))) {
        Files.write(
            folder.resolve("m.gpg"),
            wraps(List.of("pgp:" + name)).getFirst().wrap(secret).orThrow());
      }
      assertThat(tool.run("gpg", "--batch", "--quiet", "--decrypt", "m.gpg")).contains("{\"a\":1}");
    }
  }

  @Test
  void a_keyring_with_a_password_opens_with_it_only() throws Exception {
    tool.run(
        "gpg",
        "--batch",
        "--pinentry-mode",
        "loopback",
        "--passphrase",
        "geheim",
        "--quick-gen-key",
        "Eve <eve@example.org>",
        "rsa2048",
        "encr",
        "never");
    tool.run(
        "gpg",
        "--batch",
        "--pinentry-mode",
        "loopback",
        "--passphrase",
        "geheim",
        "--output",
        "eve.gpg",
        "--export-secret-keys",
        "eve@example.org");
    tool.run("gpg", "--batch", "--yes", "--output", "all.pub", "--export");
    var sealed =
        plain.sealed(
            Files.createTempDirectory(folder, "w"),
            List.of(1),
            wraps(List.of("pgp:eve@example.org")));
    opens(sealed, "eve.gpg:pass=geheim");
    var readers = new ArrayList<>(InteropSchemes.files());
    for (String wrong : List.of("eve.gpg", "eve.gpg:other"))
      assertThat(new DecryptionKeys(List.of(), readers).parse(folder + "/" + wrong))
          .isInstanceOf(Outcome.Refused.class);
  }

  @ParameterizedTest
  @CsvSource({"nobody@example.org", "ann", "nn@example.org", "''"})
  void a_name_that_is_not_in_the_ring_is_refused(String name) throws Exception {
    assertThat(
            PgpKeyring.parse(Files.readAllBytes(folder.resolve("all.pub")), InstantSource.system())
                .orThrow()
                .recipients(name))
        .isInstanceOf(Outcome.Refused.class);
  }

  @Test
  void an_expired_key_is_no_recipient() throws Exception {
    tool.run(
        "gpg",
        "--batch",
        "--passphrase",
        "",
        "--quick-gen-key",
        "Old <old@example.org>",
        "rsa2048",
        "encr",
        "1d");
    byte[] ring = Layout.utf8(tool.run("gpg", "--batch", "--armor", "--export", "old@example.org"));
    var later = InstantSource.fixed(java.time.Instant.now().plus(java.time.Duration.ofDays(3)));
    assertThat(
            PgpKeyring.parse(ring, InstantSource.system())
                .orThrow()
                .recipients("old@example.org")
                .isGranted())
        .isTrue();
    assertThat(PgpKeyring.parse(ring, later).orThrow().recipients("old@example.org"))
        .isInstanceOf(Outcome.Refused.class);
  }
}
