package dev.theca.cli.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.forge.SigstoreCa;
import dev.theca.forge.SigstoreWorld;
import dev.theca.image.Document;
import dev.theca.image.ImageWriter;
import dev.theca.image.local.ImageLocation;
import dev.theca.image.remote.Registries;
import dev.theca.image.remote.RemoteSettings;
import dev.theca.kit.ImageMaker;
import dev.theca.wire.Digest;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signatures under certificates of a pinned root, judged from files. */
class KeylessTest {
  private static final String ISSUER = "https://accounts.example.com";
  private static final String BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";
  private static final String NAME = "registry.example/keyless";

  @TempDir Path folder;

  /** in-toto's statement, as cosign signs it. */
  private static byte[] statement(Digest image) {
    return Json.write(
        JsonObject.builder()
            .put("_type", "https://in-toto.io/Statement/v1")
            .put(
                "subject",
                JsonArray.of(
                    JsonObject.builder()
                        .put("name", NAME)
                        .put("digest", JsonObject.builder().put("sha256", image.hex()).build())
                        .build()))
            .put("predicateType", "https://sigstore.dev/cosign/sign/v1")
            .put("predicate", JsonObject.builder().build())
            .build());
  }

  private static void blob(ImageWriter writer, byte[] bytes) {
    try (var upload = writer.upload().orThrow()) {
      upload.write(bytes, 0, bytes.length);
      upload.finish(Digest.sha256(bytes)).orThrow();
    }
  }

  private static void attach(ImageWriter writer, byte[] bundle, JsonObject subject) {
    byte[] empty = {'{', '}'};
    blob(writer, empty);
    blob(writer, bundle);
    byte[] manifest =
        Json.write(
            JsonObject.builder()
                .put("schemaVersion", 2)
                .put("mediaType", ImageMaker.MANIFEST)
                .put("artifactType", BUNDLE)
                .put("config", ImageMaker.descriptor("application/vnd.oci.empty.v1+json", empty))
                .put("layers", JsonArray.of(ImageMaker.descriptor(BUNDLE, bundle)))
                .put("subject", subject)
                .build());
    writer.put(Document.of(manifest).orThrow()).orThrow();
  }

  @Test
  void the_signer_counts_and_nobody_else_does() throws IOException, GeneralSecurityException {
    var at = Instant.now().minus(Duration.ofHours(1));
    var world = new SigstoreWorld(at.minus(Duration.ofDays(100)));
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    var key = generator.generateKeyPair();
    var leaf =
        new SigstoreCa.Leaf(
            key.getPublic(),
            ISSUER,
            SigstoreCa.email("ci@example.com"),
            at.minusSeconds(60),
            at.plusSeconds(540));
    var holder = new SigstoreWorld.Holder(key, world.ca().issue(leaf));
    try (var owner = new Owner(folder);
        var registries = new Registries(RemoteSettings.standard())) {
      var made = owner.layout("app", "1", "keyless");
      String image = "oci:" + owner.file("app") + ":1";
      try (var writer = ImageLocation.parse(image).orThrow().writer(registries).orThrow()) {
        var bundle =
            world.bundle(holder, "application/vnd.in-toto+json", statement(made.digest()), at);
        attach(
            writer, Json.write(bundle), ImageMaker.descriptor(made.mediaType(), made.manifest()));
      }
      Files.write(folder.resolve("root.json"), world.trustedRoot());
      String[] mine = {
        "verify",
        image,
        "--as",
        NAME + ":1",
        "--trusted-root",
        owner.file("root.json"),
        "--identity",
        "ci@example.com",
        "--issuer",
        ISSUER
      };
      assertThat(owner.does(mine).out()).contains("ci@example.com (" + ISSUER + ")");
      mine[7] = "boss@example.com";
      assertThat(owner.image(mine).exitCode()).isEqualTo(2);
      var half =
          owner.image("verify", image, "--as", NAME, "--trusted-root", owner.file("root.json"));
      assertThat(half.exitCode()).isEqualTo(64);
      Files.write(folder.resolve("root.json"), new SigstoreWorld(at).trustedRoot());
      mine[7] = "ci@example.com";
      assertThat(owner.image(mine).exitCode()).isEqualTo(2);
    }
  }
}
