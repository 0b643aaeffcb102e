package dev.theca.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.image.Cosign;
import dev.theca.image.ImageBuilder;
import dev.theca.image.ImageContent;
import dev.theca.image.ImagePuller;
import dev.theca.image.ImagePuller.Demands;
import dev.theca.image.ImagePuller.Pulled;
import dev.theca.image.ImageRef;
import dev.theca.image.ImageSource;
import dev.theca.image.Manifest;
import dev.theca.image.RegistryClient;
import dev.theca.image.Sealer;
import dev.theca.wire.Outcome;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Seal, push, pull and unpack against our registry, with other tools on one side or the other. */
class SealAndPullTest {
  private static final ImageContent.Run RUN =
      new ImageContent.Run(List.of("/run"), List.of("now"), List.of("A=1"), "7:8", "/work");

  @TempDir Path folder;
  private Registry server;
  private String address;
  private RegistryClient client;
  private final Jwk key = Jwk.generate("P-256");
  private final KeyPair signer = signer();

  private static KeyPair signer() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  @BeforeEach
  void serve() throws IOException {
    server =
        Registry.start(
                RegistrySettings.of(folder.resolve("registry")).withListen("127.0.0.1:0"),
                java.time.InstantSource.system())
            .orThrow();
    address = server.address();
    client = new RegistryClient(Set.of(address));
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private ImageRef ref(String name) {
    return ImageRef.parse(address + "/" + name).orThrow();
  }

  private static ImageContent content(String text) {
    var base =
        new ImageBuilder()
            .file("/etc/config", "old".getBytes(StandardCharsets.UTF_8), 0644)
            .symlink("/etc/link", "config")
            .directory("/work", 0700);
    var top =
        new ImageBuilder()
            .file("/etc/config", text.getBytes(StandardCharsets.UTF_8), 0600)
            .file("/run", new byte[] {'#'}, 0755);
    return ImageContent.packed(List.of(base, top), RUN);
  }

  private Outcome<Pulled> pull(
      ImageRef ref, List<PublicKey> signers, List<Jwk> keys, MemoryTree tree) {
    return new ImagePuller(client)
        .pull(ref, new Demands(signers, () -> Outcome.granted(keys), true), tree);
  }

  private String refusal(ImageRef ref, List<PublicKey> signers, List<Jwk> keys) {
    var pulled = pull(ref, signers, keys, new MemoryTree());
    return pulled instanceof Outcome.Refused<Pulled>(var reasons)
        ? reasons.getFirst().code().id()
        : "granted";
  }

  @Test
  void a_sealed_image_comes_back_file_by_file() {
    var ref = ref("demo/one:1");
    new Sealer(client).seal(ref, content("new"), List.of(key), signer);
    var tree = new MemoryTree();
    var pulled = pull(ref, List.of(signer.getPublic()), List.of(key), tree).orThrow();
    assertThat(tree.lines())
        .containsEntry("/etc/config", "-600 new")
        .containsEntry("/etc/link", "l777 config")
        .containsEntry("/run", "-755 #")
        .containsEntry("/work", "d700 ");
    assertThat(pulled.config().entrypoint()).containsExactly("/run");
    assertThat(pulled.config().user()).isEqualTo("7:8");
  }

  @Test
  void the_registry_holds_no_plaintext_of_a_sealed_image() throws IOException {
    new Sealer(client).seal(ref("demo/one:1"), content("PLAINTEXT"), List.of(key), signer);
    try (var files = Files.walk(folder.resolve("registry"))) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        byte[] bytes = Files.readAllBytes(file);
        assertThat(bytes.length > 1 && bytes[0] == 0x1f && bytes[1] == (byte) 0x8b)
            .as("no plain gzip: " + file)
            .isFalse();
        assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).doesNotContain("PLAINTEXT");
      }
    }
  }

  @Test
  void an_image_without_a_signature_is_refused_before_its_key_is_asked_for() {
    var ref = ref("demo/unsigned:1");
    new Sealer(client).push(ref, content("x"), List.of(key));
    var asked = new AtomicBoolean();
    var demands =
        new Demands(
            List.of(signer.getPublic()),
            () -> {
              asked.set(true);
              return Outcome.granted(List.of(key));
            },
            true);
    var pulled = new ImagePuller(client).pull(ref, demands, new MemoryTree());
    assertThat(pulled.isGranted()).isFalse();
    assertThat(asked).isFalse();
  }

  @Test
  void a_signature_of_somebody_else_is_none() {
    var ref = ref("demo/one:1");
    new Sealer(client).seal(ref, content("x"), List.of(key), signer());
    assertThat(refusal(ref, List.of(signer.getPublic()), List.of(key))).isEqualTo("image-unsigned");
  }

  @Test
  void every_signer_must_have_signed() {
    var ref = ref("demo/one:1");
    new Sealer(client).seal(ref, content("x"), List.of(key), signer);
    var other = signer();
    assertThat(refusal(ref, List.of(signer.getPublic(), other.getPublic()), List.of(key)))
        .isEqualTo("image-unsigned");
  }

  @Test
  void an_image_for_another_key_does_not_open() {
    var ref = ref("demo/one:1");
    new Sealer(client).seal(ref, content("x"), List.of(Jwk.generate("P-256")), signer);
    assertThat(refusal(ref, List.of(), List.of(key))).isEqualTo("image-key");
  }

  @Test
  void a_plain_image_is_refused_where_policy_wants_it_encrypted() {
    var ref = ref("demo/plain:1");
    new Sealer(client).push(ref, content("x"), List.of());
    assertThat(refusal(ref, List.of(), List.of(key))).isEqualTo("image-plain");
  }

  @Test
  void a_blob_that_the_registry_changed_is_refused() throws IOException {
    var ref = ref("demo/one:1");
    new Sealer(client).seal(ref, content("x"), List.of(key), signer);
    var layer = client.manifest(ref).orThrow().orElseThrow().layers().getFirst();
    int changed = 0;
    try (var files = Files.walk(folder.resolve("registry"))) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        if (!file.toString().contains("/blobs/") || !file.toString().endsWith(layer.digest().hex()))
          continue;
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        changed++;
      }
    }
    assertThat(changed).isPositive();
    assertThat(refusal(ref, List.of(), List.of(key))).isEqualTo("image-layer");
  }

  @Test
  void an_hmac_or_key_packet_that_was_changed_is_refused() {
    var ref = ref("demo/one:1");
    new Sealer(client).push(ref, content("x"), List.of(key));
    Manifest good = client.manifest(ref).orThrow().orElseThrow();
    for (String annotation : List.of("pubopts", "keys.jwe")) {
      var json = new LinkedHashMap<>(Json.object(good.bytes()).orThrow().members());
      var layers = new ArrayList<JsonValue>();
      for (JsonValue item : ((JsonArray) json.get("layers")).items()) {
        var layer = new LinkedHashMap<>(((JsonObject) item).members());
        var notes = new LinkedHashMap<>(((JsonObject) layer.get("annotations")).members());
        String name = "org.opencontainers.image.enc." + annotation;
        String text =
            new String(
                Base64.getDecoder()
                    .decode(((JsonObject) layer.get("annotations")).string(name).orElseThrow()),
                StandardCharsets.UTF_8);
        String lied =
            annotation.equals("pubopts")
                ? text.replaceFirst("\"hmac\":\"....", "\"hmac\":\"AAAA")
                : text.replaceFirst("\"ciphertext\":\"....", "\"ciphertext\":\"AAAA");
        assertThat(lied).isNotEqualTo(text);
        notes.put(
            name,
            new dev.theca.wire.json.JsonString(
                Base64.getEncoder().encodeToString(lied.getBytes(StandardCharsets.UTF_8))));
        layer.put("annotations", new JsonObject(notes));
        layers.add(new JsonObject(layer));
      }
      json.put("layers", new JsonArray(layers));
      var lie = ref("demo/lie:1");
      for (var blob : good.layers()) copy(ref, lie, blob.digest());
      copy(ref, lie, good.config().digest());
      client.pushManifest(lie, Manifest.OCI, Json.write(new JsonObject(json)));
      assertThat(refusal(lie, List.of(), List.of(key)))
          .isEqualTo(annotation.equals("pubopts") ? "image-layer" : "image-key");
    }
  }

  private void copy(ImageRef from, ImageRef to, dev.theca.wire.Digest digest) {
    try (var in = client.blob(from, digest)) {
      client.push(to, "application/octet-stream", in.readAllBytes());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void skopeo_opens_what_we_sealed_and_we_open_what_skopeo_sealed() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/skopeo")), "skopeo is not installed");
    Path pub =
        Files.writeString(
            folder.resolve("pub.pem"), pem("PUBLIC KEY", key.publicKey().getEncoded()));
    Path pri =
        Files.writeString(
            folder.resolve("pri.pem"),
            pem("PRIVATE KEY", key.privateKey().orElseThrow().getEncoded()));

    new Sealer(client).push(ref("demo/ours:1"), content("for skopeo"), List.of(key));
    skopeo(
        "copy",
        "--src-tls-verify=false",
        "--decryption-key",
        pri.toString(),
        "docker://" + address + "/demo/ours:1",
        "oci:" + folder.resolve("opened") + ":1");
    var opened = ImageSource.open("oci:" + folder.resolve("opened") + ":1", Set.of()).orThrow();
    assertThat(opened.layers()).hasSize(2);
    byte[] tar =
        new java.util.zip.GZIPInputStream(
                new java.io.ByteArrayInputStream(opened.layers().getLast().bytes().get()))
            .readAllBytes();
    assertThat(new String(tar, StandardCharsets.ISO_8859_1)).contains("for skopeo");

    new Sealer(client).push(ref("plain/two:1"), content("by skopeo"), List.of());
    skopeo(
        "copy",
        "--src-tls-verify=false",
        "--dest-tls-verify=false",
        "--encryption-key",
        "jwe:" + pub,
        "docker://" + address + "/plain/two:1",
        "docker://" + address + "/demo/theirs:1");
    var tree = new MemoryTree();
    pull(ref("demo/theirs:1"), List.of(), List.of(key), tree).orThrow();
    assertThat(tree.lines()).containsEntry("/etc/config", "-600 by skopeo");
  }

  private static void skopeo(String... arguments) throws Exception {
    var command = new ArrayList<>(List.of("skopeo", "--insecure-policy"));
    command.addAll(List.of(arguments));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  private static String pem(String kind, byte[] der) {
    return "-----BEGIN "
        + kind
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + kind
        + "-----\n";
  }

  @Test
  void an_image_is_read_from_a_registry_a_layout_and_a_docker_archive() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/skopeo")), "skopeo is not installed");
    new Sealer(client).push(ref("plain/src:1"), content("source"), List.of());
    String from = "docker://" + address + "/plain/src:1";
    skopeo("copy", "--src-tls-verify=false", from, "oci:" + folder.resolve("layout") + ":1");
    Path archive = folder.resolve("image.tar");
    skopeo("copy", "--src-tls-verify=false", from, "docker-archive:" + archive + ":x/y:1");
    for (String name :
        List.of(
            address + "/plain/src:1",
            "oci:" + folder.resolve("layout") + ":1",
            "oci:" + folder.resolve("layout"),
            "docker-archive:" + archive)) {
      var image = ImageSource.open(name, Set.of(address)).orThrow();
      var to = ref("demo/copy:1");
      new Sealer(client).push(to, image, List.of(key));
      var tree = new MemoryTree();
      pull(to, List.of(), List.of(key), tree).orThrow();
      assertThat(tree.lines()).as(name).containsEntry("/etc/config", "-600 source");
    }
    assertThat(ImageSource.open("oci:" + folder, Set.of()).isGranted()).isFalse();
  }

  @Test
  void zstd_layers_are_read_and_broken_ones_refused() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/skopeo")), "skopeo is not installed");
    new Sealer(client).push(ref("plain/gzip:1"), content("by zstd"), List.of());
    skopeo(
        "copy",
        "--src-tls-verify=false",
        "--dest-compress-format",
        "zstd",
        "--dest-compress",
        "docker://" + address + "/plain/gzip:1",
        "dir:" + folder.resolve("zstd"));
    skopeo(
        "copy",
        "--dest-tls-verify=false",
        "dir:" + folder.resolve("zstd"),
        "docker://" + address + "/plain/zstd:1");
    var image = ImageSource.open(address + "/plain/zstd:1", Set.of(address)).orThrow();
    assertThat(image.layers().getLast().mediaType()).endsWith("zstd");
    new Sealer(client).push(ref("demo/zstd:1"), image, List.of(key));
    var tree = new MemoryTree();
    pull(ref("demo/zstd:1"), List.of(), List.of(key), tree).orThrow();
    assertThat(tree.lines()).containsEntry("/etc/config", "-600 by zstd");

    var broken =
        new ImageContent(
            image.config(),
            image.layers().stream()
                .map(
                    layer ->
                        new ImageContent.Layer(
                            layer.mediaType(), () -> changed(layer.bytes().get())))
                .toList());
    new Sealer(client).push(ref("demo/broken:1"), broken, List.of(key));
    assertThat(refusal(ref("demo/broken:1"), List.of(), List.of(key))).isEqualTo("image-layer");
  }

  private static byte[] changed(byte[] bytes) {
    byte[] lie = bytes.clone();
    lie[lie.length / 2] ^= 0x55;
    return lie;
  }

  @Test
  void a_missing_image_is_a_refusal() {
    assertThat(refusal(ref("demo/none:1"), List.of(), List.of())).isEqualTo("image-missing");
    assertThat(Cosign.key("no key").isGranted()).isFalse();
    assertThat(Map.of()).isEmpty();
  }
}
