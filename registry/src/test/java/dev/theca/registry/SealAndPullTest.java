package dev.theca.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.image.Document;
import dev.theca.image.ImageReader;
import dev.theca.image.ImageRef;
import dev.theca.image.Manifest;
import dev.theca.image.Platform;
import dev.theca.image.Progress;
import dev.theca.image.build.BuiltImage;
import dev.theca.image.build.LayerBuilder;
import dev.theca.image.copy.Encrypting;
import dev.theca.image.copy.ImageCopy;
import dev.theca.image.copy.LayerChange;
import dev.theca.image.crypt.JweUnwrap;
import dev.theca.image.crypt.JweWrap;
import dev.theca.image.crypt.LayerOpener;
import dev.theca.image.crypt.LayerSealer;
import dev.theca.image.crypt.OcicryptOpener;
import dev.theca.image.local.ImageLocation;
import dev.theca.image.pull.ImagePull;
import dev.theca.image.pull.ImagePull.Pulled;
import dev.theca.image.remote.Registries;
import dev.theca.image.remote.RemoteSettings;
import dev.theca.image.sign.CosignSigner;
import dev.theca.image.sign.ImageName;
import dev.theca.image.sign.ImagePolicy;
import dev.theca.image.sign.KeyMaterial;
import dev.theca.image.sign.SignatureMeans;
import dev.theca.image.sign.SigningKey;
import dev.theca.image.spi.KeyUnwrap;
import dev.theca.image.spi.KeyWrap;
import dev.theca.image.unpack.JavaZstd;
import dev.theca.image.unpack.Limits;
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
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Seal, push, pull and unpack against our registry, with other tools on one side or the other. */
class SealAndPullTest {
  private static final BuiltImage.Run RUN =
      new BuiltImage.Run(List.of("/run"), List.of("now"), List.of("A=1"), "7:8", "/work");

  @TempDir Path folder;
  private Registry server;
  private String address;
  private Registries registries;
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
    registries = new Registries(RemoteSettings.standard().withInsecure(Set.of(address)));
  }

  @AfterEach
  void stop() throws IOException {
    registries.close();
    server.close();
  }

  private ImageRef ref(String name) {
    return ImageRef.parse(address + "/" + name).orThrow();
  }

  private static BuiltImage content(String text) {
    var base =
        new LayerBuilder()
            .file("/etc/config", "old".getBytes(StandardCharsets.UTF_8), 0644)
            .symlink("/etc/link", "config")
            .directory("/work", 0700);
    var top =
        new LayerBuilder()
            .file("/etc/config", text.getBytes(StandardCharsets.UTF_8), 0600)
            .file("/run", new byte[] {'#'}, 0755);
    return BuiltImage.packed(List.of(base, top), RUN);
  }

  private void seal(ImageRef ref, ImageReader image, List<Jwk> keys, KeyPair signer) {
    var digest = push(ref, image, keys).root().digest();
    try (var reader = registries.reader(ref).orThrow();
        var writer = registries.writer(ref).orThrow()) {
      var unused =
          new CosignSigner(SigningKey.of(signer).orThrow())
              .byTag(reader, writer, ref.name(), digest)
              .orThrow();
    }
  }

  private dev.theca.image.copy.Copied push(ImageRef ref, ImageReader image, List<Jwk> keys) {
    List<KeyWrap> wraps =
        keys.stream()
            .<KeyWrap>map(key -> new JweWrap(Jwk.parse(key.publicJson()).orThrow()))
            .toList();
    LayerChange change =
        wraps.isEmpty() ? LayerChange.none() : new Encrypting(new LayerSealer(wraps), Set.of());
    try (var writer = registries.writer(ref).orThrow()) {
      var how = ImageCopy.How.plain().with(change);
      return new ImageCopy(image, writer, how, Progress.silent()).run().orThrow();
    }
  }

  private static ImagePolicy signedBy(List<PublicKey> signers) {
    var requirements =
        signers.isEmpty()
            ? "{\"type\":\"insecureAcceptAnything\"}"
            : String.join(
                ",",
                signers.stream()
                    .map(
                        key ->
                            "{\"type\":\"sigstoreSigned\",\"keyData\":\""
                                + Base64.getEncoder()
                                    .encodeToString(
                                        pem("PUBLIC KEY", key.getEncoded())
                                            .getBytes(StandardCharsets.US_ASCII))
                                + "\"}")
                    .toList());
    String json = "{\"default\":[" + requirements + "]}";
    return ImagePolicy.parse(
            json.getBytes(StandardCharsets.UTF_8), SignatureMeans.of(KeyMaterial.none()))
        .orThrow();
  }

  private static LayerOpener opener(List<Jwk> keys) {
    return new OcicryptOpener(keys.stream().<KeyUnwrap>map(JweUnwrap::new).toList());
  }

  private Outcome<Pulled> pull(
      ImageRef ref, List<PublicKey> signers, ImagePull.Keys keys, MemoryTree tree) {
    try (var reader = registries.reader(ref).orThrow()) {
      var demands = new ImagePull.Demands(signedBy(signers), keys, true, Platform.LINUX_AMD64);
      return new ImagePull(
              new JavaZstd(), Limits.DEFAULT, Progress.silent(), java.time.InstantSource.system())
          .pull(new ImageName.Docker(ref), reader, demands, tree);
    }
  }

  private Outcome<Pulled> pull(
      ImageRef ref, List<PublicKey> signers, List<Jwk> keys, MemoryTree tree) {
    return pull(ref, signers, () -> Outcome.granted(opener(keys)), tree);
  }

  private Manifest manifest(ImageRef ref) {
    try (var reader = registries.reader(ref).orThrow()) {
      return reader.root().then(Manifest::parse).orThrow();
    }
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
    seal(ref, content("new"), List.of(key), signer);
    var tree = new MemoryTree();
    var pulled = pull(ref, List.of(signer.getPublic()), List.of(key), tree).orThrow();
    assertThat(tree.lines())
        .containsEntry("/etc/config", "-600 new")
        .containsEntry("/etc/link", "l config")
        .containsEntry("/run", "-755 #")
        .containsEntry("/work", "d700 ");
    assertThat(pulled.config().entrypoint()).containsExactly("/run");
    assertThat(pulled.config().user()).isEqualTo("7:8");
  }

  @Test
  void the_registry_holds_no_plaintext_of_a_sealed_image() throws IOException {
    seal(ref("demo/one:1"), content("PLAINTEXT"), List.of(key), signer);
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
    push(ref, content("x"), List.of(key));
    var asked = new AtomicBoolean();
    var pulled =
        pull(
            ref,
            List.of(signer.getPublic()),
            () -> {
              asked.set(true);
              return Outcome.granted(opener(List.of(key)));
            },
            new MemoryTree());
    assertThat(pulled.isGranted()).isFalse();
    assertThat(asked).isFalse();
  }

  @Test
  void a_signature_of_somebody_else_is_none() {
    var ref = ref("demo/one:1");
    seal(ref, content("x"), List.of(key), signer());
    assertThat(refusal(ref, List.of(signer.getPublic()), List.of(key))).isEqualTo("image-unsigned");
  }

  @Test
  void every_signer_must_have_signed() {
    var ref = ref("demo/one:1");
    seal(ref, content("x"), List.of(key), signer);
    var other = signer();
    assertThat(refusal(ref, List.of(signer.getPublic(), other.getPublic()), List.of(key)))
        .isEqualTo("image-unsigned");
  }

  @Test
  void an_image_for_another_key_does_not_open() {
    var ref = ref("demo/one:1");
    seal(ref, content("x"), List.of(Jwk.generate("P-256")), signer);
    assertThat(refusal(ref, List.of(), List.of(key))).isEqualTo("image-key");
  }

  @Test
  void a_plain_image_is_refused_where_policy_wants_it_encrypted() {
    var ref = ref("demo/plain:1");
    push(ref, content("x"), List.of());
    assertThat(refusal(ref, List.of(), List.of(key))).isEqualTo("image-plain");
  }

  @Test
  void a_blob_that_the_registry_changed_is_refused() throws IOException {
    var ref = ref("demo/one:1");
    seal(ref, content("x"), List.of(key), signer);
    var layer = manifest(ref).layers().getFirst();
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
    push(ref, content("x"), List.of(key));
    Manifest good = manifest(ref);
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
      try (var reader = registries.reader(ref).orThrow();
          var writer = registries.writer(lie).orThrow()) {
        new ImageCopy(reader, writer, ImageCopy.How.plain(), Progress.silent()).run().orThrow();
        var unused =
            writer.putRoot(Document.of(Json.write(new JsonObject(json))).orThrow()).orThrow();
      }
      assertThat(refusal(lie, List.of(), List.of(key)))
          .isEqualTo(annotation.equals("pubopts") ? "image-altered-layer" : "image-key");
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

    push(ref("demo/ours:1"), content("for skopeo"), List.of(key));
    skopeo(
        "copy",
        "--src-tls-verify=false",
        "--decryption-key",
        pri.toString(),
        "docker://" + address + "/demo/ours:1",
        "oci:" + folder.resolve("opened") + ":1");
    push(ref("plain/back:1"), open("oci:" + folder.resolve("opened") + ":1"), List.of(key));
    var ours = new MemoryTree();
    pull(ref("plain/back:1"), List.of(), List.of(key), ours).orThrow();
    assertThat(ours.lines()).containsEntry("/etc/config", "-600 for skopeo");

    push(ref("plain/two:1"), content("by skopeo"), List.of());
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
    push(ref("plain/src:1"), content("source"), List.of());
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
      var image = open(name);
      var to = ref("demo/copy:1");
      push(to, image, List.of(key));
      var tree = new MemoryTree();
      pull(to, List.of(), List.of(key), tree).orThrow();
      assertThat(tree.lines()).as(name).containsEntry("/etc/config", "-600 source");
    }
  }

  @Test
  void zstd_layers_are_read() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/skopeo")), "skopeo is not installed");
    push(ref("plain/gzip:1"), content("by zstd"), List.of());
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
    var image = open(address + "/plain/zstd:1");
    assertThat(manifest(ref("plain/zstd:1")).layers().getLast().mediaType()).endsWith("zstd");
    push(ref("demo/zstd:1"), image, List.of(key));
    var tree = new MemoryTree();
    pull(ref("demo/zstd:1"), List.of(), List.of(key), tree).orThrow();
    assertThat(tree.lines()).containsEntry("/etc/config", "-600 by zstd");
  }

  private ImageReader open(String name) {
    return ImageLocation.parse(name).then(place -> place.reader(registries)).orThrow();
  }

  @Test
  void a_missing_image_is_a_refusal() {
    assertThat(refusal(ref("demo/none:1"), List.of(), List.of()))
        .isEqualTo("image-registry-missing");
  }
}
