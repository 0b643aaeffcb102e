package dev.theca.image.crypt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.wire.der.Pem;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Key files as OpenSSL and the JDK write them. */
class KeyFileTest {
  @TempDir static Path folder;

  private static void openssl(String... arguments) throws Exception {
    var command = new java.util.ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments));
    Process process;
    try {
      process =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    } catch (java.io.IOException e) {
      assumeTrue(false, "openssl is not installed: apt-get install openssl");
      return;
    }
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(out).isZero();
  }

  private static Jwk key(String file, String password) throws Exception {
    try (var content = SecretFile.read(folder.resolve(file), KeyFile.MAX_BYTES).orThrow();
        var word = Secret.moveFrom(password.getBytes(StandardCharsets.UTF_8))) {
      return KeyFile.privateKey(content, word).orThrow();
    }
  }

  private static String thumbprint(Jwk key) {
    return new JweWrap(key).recipient();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-aes-128-cbc", "-aes-256-cbc"})
  void passwords_of_pkcs8_come_off(String cipher) throws Exception {
    openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "r.pem");
    openssl(
        "pkcs8",
        "-topk8",
        "-in",
        "r.pem",
        "-v2",
        cipher.substring(1),
        "-passout",
        "pass:pw ä",
        "-out",
        "e.pem");
    openssl(
        "pkcs8",
        "-topk8",
        "-in",
        "r.pem",
        "-v2",
        cipher.substring(1),
        "-passout",
        "pass:pw ä",
        "-outform",
        "DER",
        "-out",
        "e.der");
    for (String file : List.of("e.pem", "e.der")) {
      assertThat(thumbprint(key(file, "pw ä"))).isEqualTo(thumbprint(key("r.pem", "")));
      for (String wrong : List.of("", "other"))
        try (var content = SecretFile.read(folder.resolve(file), 1 << 16).orThrow();
            var word = Secret.moveFrom(wrong.getBytes(StandardCharsets.UTF_8))) {
          assertThat(Layers.codes(KeyFile.privateKey(content, word)))
              .containsExactly("image-key-file");
        }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-aes128", "-aes192", "-aes256", "-des3"})
  void passwords_of_old_pem_files_come_off(String cipher) throws Exception {
    openssl("ecparam", "-name", "secp384r1", "-genkey", "-noout", "-out", "ec.pem");
    openssl("ec", "-in", "ec.pem", cipher, "-passout", "pass:secret", "-out", "old.pem");
    assertThat(Files.readString(folder.resolve("old.pem"))).contains("DEK-Info");
    assertThat(thumbprint(key("old.pem", "secret"))).isEqualTo(thumbprint(key("ec.pem", "")));
    try (var content = SecretFile.read(folder.resolve("old.pem"), 1 << 16).orThrow();
        var wrong = Secret.moveFrom(new byte[] {'x'})) {
      assertThat(Layers.codes(KeyFile.privateKey(content, wrong)))
          .containsExactly("image-key-file");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"prime256v1", "secp384r1", "secp521r1"})
  void the_public_half_of_an_ec_key_is_the_one_openssl_sees(String curve) throws Exception {
    openssl("ecparam", "-name", curve, "-genkey", "-noout", "-out", "ec.pem");
    openssl("ec", "-in", "ec.pem", "-pubout", "-out", "ecpub.pem");
    openssl("pkcs8", "-topk8", "-nocrypt", "-in", "ec.pem", "-out", "ec8.pem");
    Jwk shown = KeyFile.publicKey(Files.readAllBytes(folder.resolve("ecpub.pem"))).orThrow();
    for (String file : List.of("ec.pem", "ec8.pem"))
      assertThat(thumbprint(key(file, ""))).isEqualTo(thumbprint(shown));
  }

  @ParameterizedTest
  @ValueSource(strings = {"secp256r1", "secp384r1", "secp521r1"})
  void an_ec_key_without_its_public_half_gets_it_back(String curve) throws Exception {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    for (int i = 0; i < 8; i++) {
      var pair = generator.generateKeyPair();
      try (var file =
              Secret.moveFrom(
                  Pem.write("PRIVATE KEY", pair.getPrivate().getEncoded())
                      .getBytes(StandardCharsets.UTF_8));
          var none = Secret.moveFrom(new byte[0])) {
        assertThat(thumbprint(KeyFile.privateKey(file, none).orThrow()))
            .isEqualTo(thumbprint(Jwk.of(pair)));
      }
    }
  }

  @Test
  void pkcs1_public_keys_and_certificates_are_public_keys() throws Exception {
    openssl("genrsa", "-traditional", "-out", "t.pem", "2048");
    openssl("rsa", "-in", "t.pem", "-RSAPublicKey_out", "-out", "p1.pem");
    openssl("rsa", "-in", "t.pem", "-RSAPublicKey_out", "-outform", "DER", "-out", "p1.der");
    openssl("req", "-x509", "-key", "t.pem", "-subj", "/CN=x", "-days", "1", "-out", "c.pem");
    openssl("x509", "-in", "c.pem", "-outform", "DER", "-out", "c.der");
    String own = thumbprint(key("t.pem", ""));
    for (String file : List.of("p1.pem", "p1.der", "c.pem", "c.der"))
      assertThat(thumbprint(KeyFile.publicKey(Files.readAllBytes(folder.resolve(file))).orThrow()))
          .as(file)
          .isEqualTo(own);
  }

  @Test
  void small_rsa_keys_and_other_algorithms_are_refused() throws Exception {
    openssl("genrsa", "-out", "small.pem", "1024");
    openssl("genpkey", "-algorithm", "ed25519", "-out", "ed.pem");
    openssl("ecparam", "-name", "secp256k1", "-genkey", "-noout", "-out", "k1.pem");
    for (String file : List.of("small.pem", "ed.pem", "k1.pem"))
      try (var content = SecretFile.read(folder.resolve(file), 1 << 16).orThrow();
          var none = Secret.moveFrom(new byte[0])) {
        assertThat(Layers.codes(KeyFile.privateKey(content, none)))
            .as(file)
            .containsExactly("image-key-file");
      }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{\"kty\":\"oct\",\"k\":\"AAAA\"}",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\n!!!\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PUBLIC KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: RC2-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----\nDEK-Info: AES-128-CBC,zz\n\nAAAA\n-----END RSA PRIVATE KEY-----"
      })
  void a_file_without_a_key_is_refused(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    assertThat(Layers.reasons(KeyFile.publicKey(bytes))).isNotEmpty();
    try (var file = Secret.moveFrom(bytes);
        var password = Secret.moveFrom(new byte[] {'x'})) {
      assertThat(Layers.reasons(KeyFile.privateKey(file, password))).isNotEmpty();
    }
  }
}
