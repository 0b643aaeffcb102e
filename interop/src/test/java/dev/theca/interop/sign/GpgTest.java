package dev.theca.interop.sign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.image.sign.SimpleSigning;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With GnuPG: what it signs verifies here, what is signed here it verifies. */
class GpgTest {
  private static final byte[] PAYLOAD =
      new SimpleSigning(SimpleSigning.GPG, "r.example/a:1", Digest.sha256(new byte[0]))
          .bytes(JsonObject.builder().build());

  private final BcOpenPgp openPgp = new BcOpenPgp();

  @TempDir Path home;

  @BeforeEach
  void gpg() throws Exception {
    TestData.needs("gpg");
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
    Files.write(home.resolve("payload"), PAYLOAD);
  }

  @AfterEach
  void agent() throws Exception {
    TestData.attempt(home, "gpgconf", "--kill", "all");
  }

  /** A little later than the keys and signatures of these tests, however long they take. */
  private static Instant now() {
    return Instant.now().plusSeconds(60);
  }

  private void key(String algorithm, String usage, String expire) throws Exception {
    gpg("--passphrase", "", "--quick-gen-key", "tester@example.com", algorithm, usage, expire);
  }

  private String gpg(String... arguments) throws Exception {
    var all =
        new java.util.ArrayList<>(
            List.of("gpg", "--batch", "--yes", "--pinentry-mode", "loopback"));
    all.addAll(List.of(arguments));
    return TestData.run(home, all.toArray(String[]::new));
  }

  private byte[] ring(String... armour) throws Exception {
    var all = new java.util.ArrayList<>(List.of(armour));
    all.addAll(List.of("--output", "ring", "--export"));
    gpg(all.toArray(String[]::new));
    return Files.readAllBytes(home.resolve("ring"));
  }

  private byte[] signed(String... more) throws Exception {
    var all = new java.util.ArrayList<>(List.of(more));
    all.addAll(List.of("--output", "message", "--sign", "payload"));
    gpg(all.toArray(String[]::new));
    return Files.readAllBytes(home.resolve("message"));
  }

  private Outcome<?> verify(byte[] message, byte[] ring) {
    return openPgp.verify(message, List.of(ring), now());
  }

  private String primary() throws Exception {
    return gpg("--with-colons", "--list-keys")
        .lines()
        .filter(l -> l.startsWith("fpr:"))
        .findFirst()
        .orElseThrow()
        .split(":")[9];
  }

  @ParameterizedTest
  @ValueSource(strings = {"rsa3072", "ed25519", "nistp256", "nistp384"})
  void what_gpg_signs_verifies_here_and_the_other_way_round(String algorithm) throws Exception {
    key(algorithm, "sign", "never");
    byte[] ring = ring();
    var verified = openPgp.verify(signed(), List.of(ring), now()).orThrow();
    assertThat(verified.payload()).isEqualTo(PAYLOAD);
    assertThat(verified.fingerprint()).isEqualTo(primary());
    assertThat(verify(signed("--compress-level", "0"), ring("--armor")).isGranted()).isTrue();

    gpg("--passphrase", "", "--output", "secret", "--export-secret-keys");
    try (var secret = Secret.moveFrom(Files.readAllBytes(home.resolve("secret")));
        var words = Secret.moveFrom(new byte[0])) {
      byte[] mine = openPgp.sign(PAYLOAD, secret, words, Instant.now()).orThrow();
      assertThat(verify(mine, ring).isGranted()).isTrue();
      Files.write(home.resolve("mine"), mine);
      assertThat(gpg("--verify", "mine")).contains("Good signature");
    }
  }

  @Test
  void a_secret_key_under_a_passphrase_opens_with_it_only() throws Exception {
    gpg(
        "--passphrase",
        "open sesame",
        "--quick-gen-key",
        "t@example.com",
        "ed25519",
        "sign",
        "never");
    gpg("--passphrase", "open sesame", "--armor", "--output", "secret", "--export-secret-keys");
    byte[] file = Files.readAllBytes(home.resolve("secret"));
    try (var secret = Secret.moveFrom(file);
        var right = Secret.moveFrom("open sesame".getBytes(StandardCharsets.UTF_8));
        var wrong = Secret.moveFrom("open barley".getBytes(StandardCharsets.UTF_8))) {
      assertThat(openPgp.sign(PAYLOAD, secret, right, now()).isGranted()).isTrue();
      assertThat(openPgp.sign(PAYLOAD, secret, wrong, now()).isGranted()).isFalse();
    }
  }

  @Test
  void a_signing_subkey_counts_for_its_primary_key() throws Exception {
    key("ed25519", "cert", "never");
    gpg("--passphrase", "", "--quick-add-key", primary(), "ed25519", "sign", "never");
    var verified = openPgp.verify(signed(), List.of(ring()), now()).orThrow();
    assertThat(verified.fingerprint()).isEqualTo(primary());
  }

  @Test
  void an_expired_key_signs_no_more() throws Exception {
    key("ed25519", "sign", "2d");
    byte[] message = signed();
    byte[] ring = ring();
    assertThat(verify(message, ring).isGranted()).isTrue();
    assertThat(openPgp.verify(message, List.of(ring), now().plus(Duration.ofDays(3))).toString())
        .contains("expired");
  }

  @Test
  void a_revoked_key_signs_no_more() throws Exception {
    key("ed25519", "sign", "never");
    byte[] message = signed();
    assertThat(verify(message, ring()).isGranted()).isTrue();
    var revocation = home.resolve("openpgp-revocs.d").resolve(primary() + ".rev");
    Files.writeString(
        revocation, Files.readString(revocation).replace(":-----BEGIN", "-----BEGIN"));
    gpg("--import", revocation.toString());
    assertThat(verify(message, ring()).toString()).contains("revoked");
  }

  @Test
  void a_revoked_subkey_signs_no_more() throws Exception {
    key("ed25519", "cert", "never");
    gpg("--passphrase", "", "--quick-add-key", primary(), "ed25519", "sign", "never");
    byte[] message = signed();
    assertThat(verify(message, ring()).isGranted()).isTrue();
    var revoke =
        new ProcessBuilder(
                "sh",
                "-c",
                "printf 'key 1\\nrevkey\\ny\\n0\\n\\ny\\nsave\\n' | gpg --batch --yes --command-fd 0 --pinentry-mode loopback --edit-key "
                    + primary())
            .redirectErrorStream(true);
    revoke.environment().put("GNUPGHOME", home.toString());
    var process = revoke.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(verify(message, ring()).toString()).contains("revoked");
  }

  @Test
  void a_signature_of_the_future_does_not_count_yet() throws Exception {
    key("ed25519", "sign", "never");
    byte[] message = signed();
    assertThat(
            openPgp.verify(message, List.of(ring()), now().minus(Duration.ofDays(1))).isGranted())
        .isFalse();
  }

  @Test
  void a_signature_that_expired_counts_no_more() throws Exception {
    key("ed25519", "sign", "never");
    byte[] message = signed("--default-sig-expire", "1d");
    assertThat(verify(message, ring()).isGranted()).isTrue();
    var later = now().plus(Duration.ofDays(2));
    assertThat(openPgp.verify(message, List.of(ring()), later).toString()).contains("expired");
  }

  @Test
  void a_weak_hash_does_not_count() throws Exception {
    key("rsa3072", "sign", "never");
    byte[] message = signed("--digest-algo", "SHA1", "--allow-weak-digest-algos");
    assertThat(verify(message, ring()).toString()).contains("hash 2");
  }

  @Test
  void detached_clear_and_double_signatures_are_other_messages() throws Exception {
    key("ed25519", "sign", "never");
    byte[] ring = ring();
    gpg("--output", "detached", "--detach-sign", "payload");
    assertThat(verify(Files.readAllBytes(home.resolve("detached")), ring).isGranted()).isFalse();
    gpg("--output", "clear", "--clear-sign", "payload");
    assertThat(verify(Files.readAllBytes(home.resolve("clear")), ring).isGranted()).isFalse();
    byte[] one = signed();
    byte[] twice = java.util.Arrays.copyOf(one, 2 * one.length);
    System.arraycopy(one, 0, twice, one.length, one.length);
    assertThat(verify(twice, ring).isGranted()).isFalse();
    gpg("--output", "stored", "--store", "payload");
    assertThat(verify(Files.readAllBytes(home.resolve("stored")), ring).isGranted()).isFalse();
  }

  @Test
  void a_bomb_in_a_compressed_packet_is_not_unpacked() throws Exception {
    key("ed25519", "sign", "never");
    Files.write(home.resolve("payload"), new byte[64 << 20]);
    assertThat(verify(signed(), ring()).toString()).contains("at most");
  }
}
