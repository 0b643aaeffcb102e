package dev.theca.image.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.image.Document;
import dev.theca.image.Manifest;
import dev.theca.kit.TinyServer;
import dev.theca.wire.Digest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A signature of this room, judged by skopeo under a policy.json that both read. */
class SkopeoPolicyTest {
  private final FakeRepository repository = new FakeRepository();
  private final java.security.KeyPair key = Keys.of("secp256r1");

  @TempDir Path dir;

  /** The reading half of the distribution specification, over the fake. */
  private TinyServer.Answer answer(TinyServer.Request request) {
    String path = request.path();
    String last = path.substring(path.lastIndexOf('/') + 1);
    if (path.equals("/v2/")) return new TinyServer.Answer(200, Map.of(), new byte[0]);
    if (path.contains("/manifests/")) {
      Optional<Document> found =
          last.startsWith("sha256:")
              ? repository.document(Digest.parse(last).orThrow()).orThrow()
              : repository.tagged(last).orThrow();
      if (found.isPresent())
        return new TinyServer.Answer(
            200, Map.of("Content-Type", found.get().mediaType()), found.get().bytes());
    } else if (path.contains("/blobs/")) {
      byte[] blob = repository.blobs.get(Digest.parse(last).orThrow());
      if (blob != null) return new TinyServer.Answer(200, Map.of(), blob);
    }
    return new TinyServer.Answer(
        404,
        Map.of("Content-Type", "application/json"),
        "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\"}]}".getBytes(StandardCharsets.UTF_8));
  }

  private int copy(String name, String out) throws Exception {
    var process =
        new ProcessBuilder(
                "skopeo",
                "--policy",
                "policy.json",
                "--registries.d",
                "registries.d",
                "copy",
                "--src-tls-verify=false",
                "docker://" + name,
                "dir:" + out)
            .directory(dir.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(output).isTrue();
    assumeTrue(!output.contains("sigstore disabled"), "this skopeo was built without sigstore");
    if (process.exitValue() != 0) assertThat(output).contains("ignature");
    return process.exitValue();
  }

  @Test
  void skopeo_accepts_what_was_signed_here_and_nothing_else() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/skopeo")), "this machine has no skopeo");
    var image = repository.image("app");
    repository.put(image, "1.0");
    var other = repository.image("other");
    repository.put(other, "2.0");
    try (var server = new TinyServer(this::answer)) {
      String host = "127.0.0.1:" + server.port();
      String policy =
          """
          {"default":[{"type":"sigstoreSigned","keyData":"%s","signedIdentity":{"type":"matchRepository"}}]}"""
              .formatted(
                  java.util.Base64.getEncoder()
                      .encodeToString(Keys.pem(key).getBytes(StandardCharsets.UTF_8)));
      Files.writeString(dir.resolve("policy.json"), policy);
      Files.createDirectory(dir.resolve("registries.d"));
      Files.writeString(
          dir.resolve("registries.d/a.yaml"),
          "docker:\n  " + host + ":\n    use-sigstore-attachments: true\n");
      assertThat(copy(host + "/ns/app:1.0", "unsigned")).isNotZero();
      new CosignSigner(SigningKey.of(key).orThrow())
          .byTag(repository, repository, host + "/ns/app", image.digest())
          .orThrow();
      assertThat(copy(host + "/ns/app:1.0", "signed")).isZero();
      assertThat(copy(host + "/ns/app:2.0", "other")).isNotZero();
      assertThat(copy(host + "/ns/other:1.0", "elsewhere")).isNotZero();
      var ours = Judging.policy(policy);
      var ref = dev.theca.image.ImageRef.parse(host + "/ns/app:1.0").orThrow();
      assertThat(Judging.judge(ours, repository, image, ref).isGranted()).isTrue();
      assertThat(List.of(Manifest.OCI)).contains(image.mediaType());
    }
  }
}
