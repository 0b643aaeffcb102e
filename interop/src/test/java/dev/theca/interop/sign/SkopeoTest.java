package dev.theca.interop.sign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.image.Document;
import dev.theca.image.ImageRef;
import dev.theca.image.sign.Accepted;
import dev.theca.image.sign.ImagePolicy;
import dev.theca.image.sign.KeyFiles;
import dev.theca.image.sign.SignatureMeans;
import dev.theca.image.sign.SimpleSigning;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.secret.Secret;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** GPG simple signing with skopeo, in both directions, and through a whole policy. */
class SkopeoTest {
  private static final String NAME = "registry.example/ns/app:1.0";

  @TempDir Path home;
  private Document image;
  private String fingerprint = "";

  @BeforeEach
  void key() throws Exception {
    TestData.needs("gpg");
    TestData.needs("skopeo");
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
    TestData.run(
        home,
        "gpg",
        "--batch",
        "--passphrase",
        "",
        "--quick-gen-key",
        "t@example.com",
        "rsa3072",
        "sign",
        "never");
    TestData.run(home, "gpg", "--batch", "--output", "ring", "--export");
    fingerprint =
        TestData.run(home, "gpg", "--with-colons", "--list-keys")
            .lines()
            .filter(l -> l.startsWith("fpr:"))
            .findFirst()
            .orElseThrow()
            .split(":")[9];
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
         "config":{"mediaType":"application/vnd.oci.image.config.v1+json","size":2,
         "digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"},"layers":[]}""";
    image = Document.of(manifest.getBytes(StandardCharsets.UTF_8)).orThrow();
    Files.write(home.resolve("manifest.json"), image.bytes());
  }

  @AfterEach
  void agent() throws Exception {
    TestData.attempt(home, "gpgconf", "--kill", "all");
  }

  private Outcome<Accepted> judge(String name) {
    String yaml = "default-docker:\n  lookaside: file://" + home.resolve("lookaside");
    var lookaside =
        new Lookaside(RegistriesD.parse(List.of(yaml)).orThrow(), HttpClient.newHttpClient());
    String policy =
        """
        {"default":[{"type":"reject"}],"transports":{"docker":{"registry.example":[
          {"type":"signedBy","keyType":"GPGKeys","keyPath":"%s"}]}}}"""
            .formatted(home.resolve("ring"));
    var means = SignatureMeans.of(new KeyFiles()).withOpenPgp(new BcOpenPgp(), List.of(lookaside));
    return ImagePolicy.parse(policy.getBytes(StandardCharsets.UTF_8), means)
        .orThrow()
        .accept(
            ImageRef.parse(name).orThrow(),
            image,
            Set.of(image.digest()),
            new NoRepository(),
            InstantSource.system());
  }

  private Lookaside store() {
    String yaml = "default-docker:\n  lookaside: file://" + home.resolve("lookaside");
    return new Lookaside(RegistriesD.parse(List.of(yaml)).orThrow(), HttpClient.newHttpClient());
  }

  @Test
  void what_skopeo_signs_meets_a_policy_here() throws Exception {
    TestData.run(
        home,
        "skopeo",
        "standalone-sign",
        "--output",
        "signature",
        "manifest.json",
        NAME,
        fingerprint);
    assertThat(judge(NAME).toString()).contains("image-unsigned", "unsigned");
    store()
        .store(
            ImageRef.parse(NAME).orThrow(),
            image.digest(),
            Files.readAllBytes(home.resolve("signature")))
        .orThrow();
    var held = (Accepted.Held.Signature) judge(NAME).orThrow().held().getFirst();
    assertThat(held.fingerprint()).isEqualTo(fingerprint);
    assertThat(held.name()).isEqualTo(NAME);
    assertThat(judge("registry.example/ns/app:2.0").toString()).contains("image-signature-name");
    assertThat(judge("registry.example/ns/app@" + image.digest()).isGranted()).isTrue();
  }

  @Test
  void what_is_signed_here_skopeo_verifies() throws Exception {
    TestData.run(
        home,
        "gpg",
        "--batch",
        "--passphrase",
        "",
        "--pinentry-mode",
        "loopback",
        "--output",
        "secret",
        "--export-secret-keys");
    byte[] payload =
        new SimpleSigning(SimpleSigning.GPG, NAME, image.digest())
            .bytes(
                JsonObject.builder()
                    .put("creator", "theca")
                    .put("timestamp", Instant.now().getEpochSecond())
                    .build());
    try (var secret = Secret.moveFrom(Files.readAllBytes(home.resolve("secret")));
        var words = Secret.moveFrom(new byte[0])) {
      Files.write(
          home.resolve("signature"),
          new BcOpenPgp().sign(payload, secret, words, Instant.now()).orThrow());
    }
    String output =
        TestData.run(
            home, "skopeo", "standalone-verify", "manifest.json", NAME, fingerprint, "signature");
    assertThat(output).contains("Signature verified", image.digest().toString());
    var wrong =
        TestData.attempt(
            home,
            "skopeo",
            "standalone-verify",
            "manifest.json",
            "registry.example/ns/evil:1.0",
            fingerprint,
            "signature");
    assertThat(wrong.code()).as(wrong.output()).isNotZero();
  }
}
