package dev.theca.interop.sign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.image.ImageRef;
import dev.theca.image.sign.ImagePolicy;
import dev.theca.image.sign.KeyMaterial;
import dev.theca.image.sign.SignatureKey;
import dev.theca.image.sign.SignatureMeans;
import dev.theca.image.sign.SimpleSigning;
import dev.theca.wire.Digest;
import dev.theca.wire.secret.Secret;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signatures, keys and configurations that Confidential Containers tests with. */
class RecordedSignaturesTest {
  private static final Instant NOW = Instant.parse("2026-05-01T00:00:00Z");

  /** The recorded signatures are over SHA-1. */
  private final BcOpenPgp openPgp = BcOpenPgp.insecureWithSha1();

  @Test
  void the_recorded_gpg_signature_verifies_with_its_keyring() throws Exception {
    var ring = TestData.bytes("signature/pubring.gpg");
    byte[] message = TestData.bytes("signature/signatures/signature-1");
    var verified = openPgp.verify(message, List.of(ring), NOW).orThrow();
    var payload = SimpleSigning.parse(verified.payload()).orThrow();
    assertThat(payload.reference()).isEqualTo("quay.io/ali_os_security/alpine:latest");
    assertThat(payload.digest().hex())
        .isEqualTo("69704ef328d05a9f806b6b8502915e6a0a4faa4d72018dc42343f511490daf8a");
    assertThat(payload.type()).isEqualTo(SimpleSigning.GPG);
    assertThat(verified.signedAt()) // signed some seconds after the payload was written
        .isBetween(Instant.ofEpochSecond(1634533638), Instant.ofEpochSecond(1634533698));
  }

  @Test
  void every_flipped_byte_of_the_recorded_signature_is_noticed() throws Exception {
    var ring = TestData.bytes("signature/pubring.gpg");
    byte[] good = TestData.bytes("signature/signatures/signature-1");
    byte[] payload = openPgp.verify(good, List.of(ring), NOW).orThrow().payload();
    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 0x10;
      var outcome = openPgp.verify(bad, List.of(ring), NOW);
      // unhashed parts of a signature may change: what was signed may not
      if (outcome.isGranted())
        assertThat(outcome.orThrow().payload()).as("byte " + i).isEqualTo(payload);
    }
  }

  @Test
  void the_recorded_signature_is_nothing_under_another_keyring() throws Exception {
    var ring = TestData.bytes("simple-signing-scheme/pubkey.gpg");
    byte[] message = TestData.bytes("signature/signatures/signature-1");
    assertThat(openPgp.verify(message, List.of(ring), NOW).isGranted()).isFalse();
  }

  @Test
  void the_recorded_lookaside_tree_supplies_signatures_of_the_recorded_key(@TempDir Path dir)
      throws Exception {
    TestData.needs("tar");
    var tar = TestData.imageRs("simple-signing-scheme/signatures.tar");
    TestData.run(dir, "tar", "xf", tar.toString());
    String yaml =
        Files.readString(TestData.imageRs("simple-signing-scheme/sigstore_config.yaml"))
            .replace("/etc/containers/quay_verification/signatures", dir.toString());
    var places = RegistriesD.parse(List.of(yaml)).orThrow();
    var ref = ImageRef.parse("quay.io/kata-containers/confidential-containers:signed").orThrow();
    var lookaside = new Lookaside(places, HttpClient.newHttpClient());
    var ring = TestData.bytes("simple-signing-scheme/pubkey.gpg");
    var digest =
        new Digest("sha256", "febcf61cd6e1ac9628f6ac14fa40836d16f3c6ddef3b303ff0321606e55ddd0b");
    byte[] message = lookaside.of(ref, digest).orThrow().getFirst();
    var then = Instant.parse("2022-01-01T00:00:00Z"); // the key lived for a year
    var verified = new BcOpenPgp().verify(message, List.of(ring), then).orThrow();
    assertThat(SimpleSigning.parse(verified.payload()).orThrow().digest()).isEqualTo(digest);
    assertThat(openPgp.verify(message, List.of(ring), NOW).toString()).contains("expired 2022");
    var other =
        new Digest("sha256", "7250923ba3543110040462388756ef099331822c6172a050b12c7a38361ea46f");
    byte[] foreign = lookaside.of(ref, other).orThrow().getFirst();
    assertThat(openPgp.verify(foreign, List.of(ring), then).toString())
        .contains("D8D28A0E43238696");
  }

  @Test
  void a_recorded_directory_of_two_signatures_gives_two(@TempDir Path dir) throws Exception {
    var digest = "69704ef328d05a9f806b6b8502915e6a0a4faa4d72018dc42343f511490daf8a";
    var place = dir.resolve("ali_os_security/alpine@sha256=" + digest);
    Files.createDirectories(place);
    for (String name : List.of("signature-1", "signature-2"))
      Files.copy(TestData.imageRs("signature/signatures/" + name), place.resolve(name));
    var places = RegistriesD.parse(List.of("default-docker:\n  sigstore: file://" + dir)).orThrow();
    var ref = ImageRef.parse("quay.io/ali_os_security/alpine:latest").orThrow();
    assertThat(
            new Lookaside(places, HttpClient.newHttpClient())
                .of(ref, new Digest("sha256", digest))
                .orThrow())
        .hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"signature/policy.json", "simple-signing-scheme/security_policy.json"})
  void the_recorded_policies_are_read(String path) throws Exception {
    assertThat(
            ImagePolicy.parse(TestData.bytes(path), SignatureMeans.of(KeyMaterial.none()))
                .isGranted())
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cosign1.pub", "cosign2.pub", "cosign3.pub", "nv.pub"})
  void the_recorded_cosign_keys_are_read(String name) throws Exception {
    assertThat(SignatureKey.pem(TestData.bytes("signature/cosign/" + name)).isGranted()).isTrue();
  }

  @Test
  void the_recorded_signature_is_over_a_hash_that_is_refused_by_default() throws Exception {
    var ring = TestData.bytes("signature/pubring.gpg");
    byte[] message = TestData.bytes("signature/signatures/signature-1");
    assertThat(new BcOpenPgp().verify(message, List.of(ring), NOW).toString()).contains("hash 2");
  }

  /** Their passphrase is empty, as {@code cosign generate-key-pair} takes it from a pipe. */
  @ParameterizedTest
  @ValueSource(strings = {"cosign.key", "cosign2.key"})
  void the_recorded_cosign_keys_open_with_their_passphrase_only(String name) throws Exception {
    byte[] file = TestData.bytes("signature/cosign/" + name);
    assertThat(CosignKeyFile.isOne(file)).isTrue();
    try (var right = Secret.moveFrom(new byte[0]);
        var wrong = Secret.moveFrom("wrong".getBytes(StandardCharsets.UTF_8))) {
      assertThat(CosignKeyFile.open(file, right).isGranted()).isTrue();
      assertThat(CosignKeyFile.open(file, wrong).isGranted()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void the_recorded_configurations_merge(int number) throws Exception {
    var dir = TestData.imageRs("signature/sigstore_config/test_case_" + number);
    var places = RegistriesD.read(dir).orThrow();
    var expected =
        RegistriesD.parse(
                List.of(
                    Files.readString(
                        TestData.imageRs(
                            "signature/sigstore_config/merged_result/res" + number + ".yaml"))))
            .orThrow();
    for (String image :
        List.of("example.com/a", "example1.com/a", "example2.com/a", "other.io/a")) {
      var ref = ImageRef.parse(image).orThrow();
      assertThat(places.lookaside(ref)).isEqualTo(expected.lookaside(ref));
    }
  }

  @Test
  void the_recorded_bases_are_found() throws Exception {
    var places =
        RegistriesD.read(TestData.imageRs("signature/sigstore_config/get_base_url")).orThrow();
    assertThat(places.lookaside(ImageRef.parse("example1.com/mylib/busybox:latest").orThrow()))
        .hasToString("Optional[file:///var/lib/containers/sigstore]");
    assertThat(places.lookaside(ImageRef.parse("example3.com/mylib/busybox:latest").orThrow()))
        .hasToString("Optional[file:///default/sigstore]");
  }
}
