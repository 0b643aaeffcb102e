package dev.theca.interop.sign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.der.Pem;
import dev.theca.wire.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** cosign's encrypted key files. */
class CosignKeyFileTest {
  private static Secret words(String text) {
    return Secret.moveFrom(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String file() throws Exception {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    try (var right = words("right")) {
      return CosignKeyFile.write(
          generator.generateKeyPair().getPrivate(), right, new SecureRandom());
    }
  }

  @Test
  void a_key_file_opens_with_its_passphrase_only() throws Exception {
    byte[] file = file().getBytes(StandardCharsets.US_ASCII);
    assertThat(CosignKeyFile.isOne(file)).isTrue();
    try (var right = words("right");
        var wrong = words("wrong")) {
      assertThat(CosignKeyFile.open(file, right).isGranted()).isTrue();
      assertThat(CosignKeyFile.open(file, wrong).toString()).contains("the passphrase");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"N\":65536 | \"N\":1073741824",
        "\"N\":65536 | \"N\":65535",
        "\"r\":8 | \"r\":1000",
        "\"p\":1 | \"p\":0",
        "scrypt | argon",
        "nacl/secretbox | none",
        "\"nonce\":\" | \"nonce\":\"AAAA",
        "\"ciphertext\":\" | \"ciphertext\":\"?",
      })
  void a_key_file_with_a_fault_is_refused_before_any_work(String from, String to) throws Exception {
    byte[] json = Pem.read("ENCRYPTED SIGSTORE PRIVATE KEY", file()).orElseThrow().getFirst();
    String good = new String(json, StandardCharsets.UTF_8);
    String bad = good.replace(from, to);
    assertThat(bad).isNotEqualTo(good);
    String pem = Pem.write("ENCRYPTED SIGSTORE PRIVATE KEY", bad.getBytes(StandardCharsets.UTF_8));
    try (var right = words("right")) {
      assertThat(CosignKeyFile.open(pem.getBytes(StandardCharsets.US_ASCII), right).isGranted())
          .isFalse();
    }
  }
}
