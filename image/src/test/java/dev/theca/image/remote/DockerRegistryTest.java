package dev.theca.image.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.image.Descriptor;
import dev.theca.image.ImageReader;
import dev.theca.image.ImageRef;
import dev.theca.image.ImageWriter;
import dev.theca.image.Platform;
import dev.theca.image.local.ImageLocation;
import dev.theca.kit.QuietPort;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With Debian's tools: docker-registry serves, skopeo reads and writes what we read and write. */
class DockerRegistryTest {
  // "word" as htpasswd -B writes it, for the user "user"
  private static final String HTPASSWD =
      "user:$2y$05$abcdefghijklmnopqrstuuQDoL5Sa/TtfS/XN4AY/jgq.HBbO1BTu\n";

  @TempDir static Path folder;
  static Process open;
  static String host = "";

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/docker-registry")),
        "docker-registry is not installed");
    int port = QuietPort.choose();
    host = "127.0.0.1:" + port;
    open = registry(port, "open", "");
  }

  @AfterAll
  static void stop() throws Exception {
    if (open != null) end(open);
  }

  private static void end(Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(20, TimeUnit.SECONDS)) process.destroyForcibly().waitFor();
  }

  private static Process registry(int port, String name, String auth) throws Exception {
    Path config = folder.resolve(name + ".yml");
    Files.writeString(
        config,
        "version: 0.1\nlog: {level: error}\nstorage:\n  filesystem: {rootdirectory: "
            + folder.resolve(name)
            + "}\n  delete: {enabled: true}\nhttp: {addr: '127.0.0.1:"
            + port
            + "', secret: test}\n"
            + auth);
    var process =
        new ProcessBuilder("/usr/bin/docker-registry", "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(name + ".log").toFile())
            .start();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (true) {
      try (var socket = new Socket("127.0.0.1", port)) {
        if (socket.isConnected()) return process;
      } catch (IOException e) {
        if (System.nanoTime() > end || !process.isAlive())
          throw new IOException(Files.readString(folder.resolve(name + ".log")), e);
        Thread.sleep(50);
      }
    }
  }

  private static RemoteSettings settings() {
    return RemoteSettings.standard().withInsecure(Set.of(host)).withChunkBytes(256 << 10);
  }

  private static void push(ImageWriter writer, byte[] blob) {
    try (var upload = writer.upload().orThrow()) {
      upload.write(blob, 0, blob.length);
      assertThat(upload.finish(Digest.sha256(blob))).isEqualTo(Outcome.granted(true));
    }
  }

  private static void skopeo(String... arguments) throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/skopeo")), "skopeo is not installed");
    var command = new ArrayList<>(List.of("/usr/bin/skopeo", "--insecure-policy"));
    command.addAll(List.of(arguments));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  private static void whole(ImageReader reader, Descriptor layer, byte[] expected)
      throws IOException {
    try (var in = reader.blob(layer).orThrow().from(0)) {
      assertThat(in.readAllBytes()).isEqualTo(expected);
    }
  }

  private static final byte[] LAYER = Samples.bytes(1_500_000);

  private static byte[] config() {
    return ("{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\","
            + "\"diff_ids\":[\""
            + Digest.sha256(LAYER)
            + "\"]}}")
        .getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void what_we_push_in_chunks_we_pull_and_skopeo_pulls() throws Exception {
    var image = Samples.manifest(config(), LAYER);
    try (var registries = new Registries(settings())) {
      var ref = ImageRef.parse(host + "/demo/app:1").orThrow();
      var writer = registries.writer(ref).orThrow();
      push(writer, LAYER);
      push(writer, config());
      assertThat(writer.has(Samples.descriptor(LAYER)).orThrow()).isTrue();
      assertThat(writer.putRoot(image)).isEqualTo(Outcome.granted(image.digest()));
      var reader = registries.reader(ref).orThrow();
      assertThat(reader.root().orThrow()).isEqualTo(image);
      whole(reader, Samples.descriptor(LAYER), LAYER);
      try (var in = reader.blob(Samples.descriptor(LAYER)).orThrow().from(1_499_990)) {
        assertThat(in.readAllBytes()).hasSize(10);
      }
      assertThat(registries.tags(ref).orThrow()).containsExactly("1");

      var other = registries.writer(ImageRef.parse(host + "/demo/other:1").orThrow()).orThrow();
      assertThat(other.mount(Samples.descriptor(LAYER), ref).orThrow()).isTrue();
      assertThat(other.has(Samples.descriptor(LAYER)).orThrow()).isTrue();

      var about = Samples.about(image.digest(), "kind/one");
      push(writer, new byte[] {'{', '}'});
      assertThat(writer.put(about)).isEqualTo(Outcome.granted(about.digest()));
      assertThat(reader.referrers(image.digest(), "kind/one").orThrow()).hasSize(1);

      Path out = folder.resolve("pulled");
      skopeo(
          "copy",
          "--preserve-digests",
          "--src-tls-verify=false",
          "docker://" + ref,
          "oci:" + out + ":x");
      var local = ImageLocation.parse("oci:" + out + ":x").then(at -> at.reader(registries));
      var found = ManifestResolver.resolve(local.orThrow(), Platform.LINUX_AMD64).orThrow();
      assertThat(found.document().digest()).isEqualTo(image.digest());
      whole(local.orThrow(), found.manifest().layers().getFirst(), LAYER);

      Path archive = folder.resolve("pulled.tar");
      skopeo(
          "copy",
          "--src-tls-verify=false",
          "docker://" + ref,
          "docker-archive:" + archive + ":a:1");
      var saved =
          ImageLocation.parse("docker-archive:" + archive + ":a:1")
              .then(at -> at.reader(registries));
      var again = ManifestResolver.resolve(saved.orThrow(), Platform.LINUX_AMD64).orThrow();
      whole(saved.orThrow(), again.manifest().layers().getFirst(), LAYER);
    }
  }

  @Test
  void skopeo_reads_the_layout_that_we_write() throws Exception {
    var image = Samples.manifest(config(), LAYER);
    Path out = folder.resolve("ours");
    try (var registries = new Registries(settings())) {
      var writer =
          ImageLocation.parse("oci:" + out + ":v1").then(at -> at.writer(registries)).orThrow();
      push(writer, LAYER);
      push(writer, config());
      assertThat(writer.putRoot(image).isGranted()).isTrue();
      String name = host + "/from/layout:1";
      skopeo(
          "copy",
          "--preserve-digests",
          "--dest-tls-verify=false",
          "oci:" + out + ":v1",
          "docker://" + name);
      var reader = registries.reader(ImageRef.parse(name).orThrow()).orThrow();
      assertThat(reader.root().orThrow().digest()).isEqualTo(image.digest());
      Path archive = folder.resolve("ours.tar");
      try (var saved =
          ImageLocation.parse("docker-archive:" + archive + ":ours:1")
              .then(at -> at.writer(registries))
              .orThrow()) {
        push(saved, LAYER);
        assertThat(saved.putRoot(image).toString()).contains("a configuration");
        push(saved, config());
        assertThat(saved.putRoot(image).isGranted()).isTrue();
      }
      skopeo(
          "copy",
          "--dest-tls-verify=false",
          "docker-archive:" + archive + ":ours:1",
          "docker://" + host + "/from/archive:1");
      try (var left = Files.list(folder)) {
        assertThat(left.map(Path::toString).filter(n -> n.contains(".new-")).toList()).isEmpty();
      }
      var again =
          ImageLocation.parse("docker-archive:" + archive + ":ours:1")
              .then(at -> at.reader(registries))
              .orThrow();
      var read = ManifestResolver.resolve(again, Platform.LINUX_AMD64).orThrow();
      whole(again, read.manifest().layers().getFirst(), LAYER);
      // and Docker's schema 2, converted by skopeo
      skopeo(
          "copy",
          "--dest-tls-verify=false",
          "--format",
          "v2s2",
          "oci:" + out + ":v1",
          "docker://" + host + "/from/docker:1");
      var docker = registries.reader(ImageRef.parse(host + "/from/docker:1").orThrow()).orThrow();
      var found = ManifestResolver.resolve(docker, Platform.LINUX_AMD64).orThrow();
      assertThat(found.manifest().mediaType()).contains("docker");
    }
  }

  @Test
  void a_registry_with_a_password_takes_the_login_and_says_no_without() throws Exception {
    Path passwords = folder.resolve("htpasswd");
    Files.writeString(passwords, HTPASSWD);
    int port = QuietPort.choose();
    var closed =
        registry(port, "closed", "auth: {htpasswd: {realm: test, path: " + passwords + "}}\n");
    try {
      String there = "127.0.0.1:" + port;
      var ref = ImageRef.parse(there + "/demo/app:1").orThrow();
      var image = Samples.manifest(config());
      String auth =
          "{\"auths\":{\""
              + there
              + "/demo\":{\"auth\":\""
              + java.util.Base64.getEncoder()
                  .encodeToString("user:word".getBytes(StandardCharsets.UTF_8))
              + "\"}}}";
      var open = settings().withInsecure(Set.of(there));
      try (var file =
              AuthFile.parse(Secret.moveFrom(auth.getBytes(StandardCharsets.UTF_8)), "auth.json")
                  .orThrow();
          var registries = new Registries(open.withCredentials(file));
          var nobody = new Registries(open)) {
        var writer = registries.writer(ref).orThrow();
        push(writer, config());
        assertThat(writer.putRoot(image).isGranted()).isTrue();
        assertThat(registries.reader(ref).orThrow().root().orThrow()).isEqualTo(image);
        assertThat(nobody.reader(ref).orThrow().root().toString())
            .contains("image-registry-denied", "without credentials");
      }
    } finally {
      end(closed);
    }
  }
}
