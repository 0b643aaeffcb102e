package dev.theca.image.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.wire.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Private keys in the forms that people have. */
class SigningKeyTest {
  @TempDir Path dir;

  private void openssl(String arguments) throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "this machine has no openssl");
    var command = new java.util.ArrayList<>(java.util.List.of("openssl"));
    command.addAll(java.util.List.of(arguments.split(" ")));
    var process =
        new ProcessBuilder(command).directory(dir.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "ecparam -name prime256v1 -genkey -out key, BEGIN EC PRIVATE KEY",
    "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out key, BEGIN PRIVATE KEY",
    "genrsa -traditional -out key 2048, BEGIN RSA PRIVATE KEY",
    "genpkey -algorithm RSA -out key, BEGIN PRIVATE KEY",
    "genpkey -algorithm ed25519 -out key, BEGIN PRIVATE KEY"
  })
  void keys_of_openssl_sign_and_openssls_public_half_verifies(String command, String label)
      throws Exception {
    openssl(command);
    openssl("pkey -in key -pubout -out pub");
    byte[] file = Files.readAllBytes(dir.resolve("key"));
    assertThat(new String(file, StandardCharsets.US_ASCII)).contains(label);
    try (var secret = Secret.moveFrom(file)) {
      var key = SigningKey.pem(secret).orThrow();
      var verifier = SignatureKey.pem(Files.readAllBytes(dir.resolve("pub"))).orThrow();
      byte[] message = {1, 2, 3};
      assertThat(verifier.verifies(message, key.sign(message))).isTrue();
      assertThat(verifier.verifies(new byte[] {1, 2}, key.sign(message))).isFalse();
      key.verifier().ifPresent(v -> assertThat(v).isEqualTo(verifier));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        "-----BEGIN EC PRIVATE KEY-----\nMAMCAQE=\n-----END EC PRIVATE KEY-----\n",
        "-----BEGIN RSA PRIVATE KEY-----\nMAMCAQE=\n-----END RSA PRIVATE KEY-----\n",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\n"
      })
  void a_file_that_holds_no_key_is_refused(String pem) {
    try (var secret = Secret.moveFrom(pem.getBytes(StandardCharsets.US_ASCII))) {
      assertThat(SigningKey.pem(secret).isGranted()).isFalse();
    }
  }

  @Test
  void a_key_does_not_print_itself() {
    assertThat(SigningKey.of(Keys.of("secp256r1")).orThrow().toString())
        .matches("SigningKey\\[[0-9a-f]{64}]");
  }
}
