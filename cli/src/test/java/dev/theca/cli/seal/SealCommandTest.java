package dev.theca.cli.seal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.cli.broker.Ran;
import dev.theca.cli.broker.RunningBroker;
import dev.theca.cli.broker.Workload;
import dev.theca.image.ImageRef;
import dev.theca.image.Manifest;
import dev.theca.image.Progress;
import dev.theca.image.build.BuiltImage;
import dev.theca.image.build.LayerBuilder;
import dev.theca.image.copy.ImageCopy;
import dev.theca.image.remote.Registries;
import dev.theca.image.remote.RemoteSettings;
import dev.theca.registry.Registry;
import dev.theca.registry.RegistrySettings;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sealing against a real registry, a real broker, and an enclave that asks for the key. */
class SealCommandTest {
  private static final String PLAIN = "PLAINTEXT of the image";

  @TempDir static Path home;
  private static final Workload WORKLOAD = new Workload();
  private static Registry registry;
  private static RunningBroker broker;
  private static String address;
  private static Path signKey;

  @BeforeAll
  static void start() throws IOException {
    registry =
        Registry.start(
                RegistrySettings.of(home.resolve("registry")).withListen("127.0.0.1:0"),
                InstantSource.system())
            .orThrow();
    address = registry.address();
    Path reference = home.resolve("release.jwk");
    var made =
        Ran.theca("broker", "reference", "keygen", "--key-name", "release", "-o", reference + "");
    assertThat(made.exitCode()).as(made.err()).isZero();
    broker =
        RunningBroker.serve(
            home, "--config", WORKLOAD.config(home, made.out()) + "", "--state", home + "/state");
    signKey = home.resolve("sign.pem");
    Files.writeString(signKey, KeyPairs.pem());
    try (var registries = registries();
        var to = registries.writer(ImageRef.parse(address + "/plain/app:1").orThrow()).orThrow()) {
      var image =
          BuiltImage.packed(
              List.of(
                  new LayerBuilder().file("/a", PLAIN.getBytes(StandardCharsets.UTF_8), 0644),
                  new LayerBuilder().file("/run", new byte[] {'#'}, 0755)),
              new BuiltImage.Run(List.of("/run"), List.of(), List.of(), "", "/"));
      new ImageCopy(image, to, ImageCopy.How.plain(), Progress.silent()).run().orThrow();
    }
  }

  @AfterAll
  static void end() throws IOException {
    broker.close();
    registry.close();
  }

  private static Registries registries() {
    return new Registries(RemoteSettings.standard().withInsecure(Set.of(address)));
  }

  private static Ran seal(String to, String... more) {
    var all =
        new ArrayList<>(
            List.of(
                "seal",
                address + "/plain/app:1",
                address + "/" + to,
                "--sign-key",
                signKey + "",
                "--insecure-registry",
                address,
                "--reference-key",
                home.resolve("release.jwk") + "",
                "--reference-key-name",
                "release"));
    all.addAll(List.of(more));
    return broker.theca(all.toArray(String[]::new));
  }

  private static Ran done(Ran ran) {
    assertThat(ran.exitCode()).as(ran.out() + ran.err()).isZero();
    return ran;
  }

  private static Manifest manifest(String name) {
    try (var registries = registries();
        var reader = registries.reader(ImageRef.parse(address + "/" + name).orThrow()).orThrow()) {
      return reader.root().then(Manifest::parse).orThrow();
    }
  }

  private static JsonObject resource(String path) {
    var ran = done(broker.theca("broker", "resource", "get", path));
    return Json.object(ran.out().getBytes(StandardCharsets.UTF_8)).orThrow();
  }

  @Test
  void a_plan_says_everything_and_does_nothing() throws IOException {
    long before = files(home.resolve("registry"));
    var plan = done(seal("planned/app:1", "--plan", "--json")).json();
    assertThat(plan.string("key").orElseThrow()).startsWith("kbs:///default/image-kek/");
    assertThat(plan.string("scope")).contains(address + "/planned/app");
    assertThat(done(seal("planned/app:1", "--plan", "--json")).json()).isEqualTo(plan);
    assertThat(files(home.resolve("registry"))).isEqualTo(before);
    String path = plan.string("key").orElseThrow().substring("kbs:///".length());
    assertThat(broker.theca("broker", "resource", "get", path).exitCode()).isEqualTo(2);
    assertThat(done(seal("planned/app:1", "--plan")).out())
        .contains("encrypt", "2 of 2 layers", "stays readable");
  }

  private static long files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).count();
    }
  }

  @Test
  void a_sealed_image_is_signed_encrypted_and_known_to_the_broker() throws Exception {
    var made = done(seal("sealed/app:1", "--json", "--referrer")).json();
    var manifest = manifest("sealed/app:1");
    assertThat(made.string("digest")).contains(manifest.digest().toString());
    assertThat(manifest.layers()).allMatch(layer -> layer.encrypted());
    String signature = made.string("signature_key").orElseThrow().substring("kbs:///".length());
    var policy = resource("default/security-policy/images");
    assertThat(Json.text(policy)).contains("\"" + address + "/sealed/app\"", signature);
    assertThat(policy.array("default").orElseThrow()).hasSize(1);
    Path pem = home.resolve("cosign.pub");
    done(broker.theca("broker", "resource", "get", signature, "-o", pem + ""));
    var verified =
        Ran.theca(
            "image",
            "verify",
            address + "/sealed/app:1",
            "--key",
            pem + "",
            "--insecure-registry",
            address);
    assertThat(verified.exitCode()).as(verified.err()).isZero();
    assertThat(done(broker.theca("broker", "reference", "list", "--prefix", "theca_image")).out())
        .contains("theca_image/" + address + "/sealed/app", manifest.digest().toString());
    String key = made.string("key").orElseThrow().substring("kbs:///".length());
    Path kek = home.resolve("kek-" + System.nanoTime());
    done(broker.theca("broker", "resource", "get", key, "-o", kek + ""));
    assertThat(Files.size(kek)).isEqualTo(32);
  }

  @Test
  void sealing_again_uses_the_key_that_is_there() {
    var first = done(seal("again/app:1", "--json")).json();
    var second = done(seal("again/app:1", "--json")).json();
    assertThat(second.string("key")).isEqualTo(first.string("key"));
    assertThat(second.string("digest")).isNotEqualTo(first.string("digest"));
    String path = first.string("key").orElseThrow().substring("kbs:///".length());
    var versions = done(broker.theca("broker", "resource", "versions", path, "--json")).json();
    assertThat(versions.array("versions").orElseThrow()).hasSize(1);
  }

  @Test
  void an_attested_workload_gets_the_key_and_nobody_else_does() {
    var made = done(seal("attested/app:1", "--json")).json();
    String path = made.string("key").orElseThrow().substring("kbs:///".length());
    var stranger = WORKLOAD.attest(broker.url(), "");
    assertThat(WORKLOAD.get(broker.url(), stranger, path).statusCode()).isNotEqualTo(200);
    String key = home.resolve("release.jwk") + "";
    done(reference("sgx", "--mr-enclave", Workload.MR_ENCLAVE, "--key", key));
    done(reference("put", "simulated_roots", "sim:test", "--key", key));
    var enclave = WORKLOAD.attest(broker.url(), "");
    assertThat(WORKLOAD.get(broker.url(), enclave, path).statusCode())
        .as(enclave.answer().body())
        .isEqualTo(200);
  }

  private static Ran reference(String verb, String... more) {
    var all = new ArrayList<>(List.of("broker", "reference", verb));
    all.addAll(List.of(more));
    all.addAll(List.of("--key-name", "release"));
    return broker.theca(all.toArray(String[]::new));
  }

  @Test
  void a_repository_that_somebody_else_signs_is_not_taken_over() throws IOException {
    done(seal("theirs/app:1"));
    Path other = home.resolve("other.pem");
    Files.writeString(other, KeyPairs.pem());
    var refused =
        broker.theca(
            "seal",
            address + "/plain/app:1",
            address + "/theirs/app:2",
            "--sign-key",
            other + "",
            "--insecure-registry",
            address,
            "--reference-key",
            home.resolve("release.jwk") + "",
            "--reference-key-name",
            "release");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("seal-policy");
    try (var registries = registries();
        var reader =
            registries.reader(ImageRef.parse(address + "/theirs/app:2").orThrow()).orThrow()) {
      assertThat(reader.root().isGranted()).as("nothing was pushed").isFalse();
    }
  }

  @Test
  void what_is_sealed_is_not_sealed_twice() {
    done(seal("once/app:1"));
    var ran =
        broker.theca(
            "seal",
            address + "/once/app:1",
            address + "/once/app:2",
            "--sign-key",
            signKey + "",
            "--insecure-registry",
            address);
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("sealed already");
  }

  @Test
  void without_a_broker_somebody_must_be_able_to_open_it() {
    var ran =
        Ran.theca(
            "seal",
            address + "/plain/app:1",
            address + "/lonely/app:1",
            "--sign-key",
            signKey + "",
            "--no-broker");
    assertThat(ran.exitCode()).isEqualTo(64);
  }
}
