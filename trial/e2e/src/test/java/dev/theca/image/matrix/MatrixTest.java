package dev.theca.image.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.image.ImageRef;
import dev.theca.image.Platform;
import dev.theca.image.Progress;
import dev.theca.image.copy.Encrypting;
import dev.theca.image.copy.ImageCopy;
import dev.theca.image.crypt.DecryptionKeys;
import dev.theca.image.crypt.JweScheme;
import dev.theca.image.crypt.KeyFileReader;
import dev.theca.image.crypt.LayerSealer;
import dev.theca.image.crypt.OcicryptOpener;
import dev.theca.image.crypt.RecipientScheme;
import dev.theca.image.crypt.Recipients;
import dev.theca.image.local.ImageLocation;
import dev.theca.image.pull.ImagePull;
import dev.theca.image.remote.Registries;
import dev.theca.image.remote.RemoteSettings;
import dev.theca.image.sign.ImageName;
import dev.theca.image.sign.ImagePolicy;
import dev.theca.image.sign.KeyMaterial;
import dev.theca.image.sign.SignatureMeans;
import dev.theca.image.spi.KeyWrap;
import dev.theca.image.unpack.DirectorySink;
import dev.theca.image.unpack.JavaZstd;
import dev.theca.image.unpack.Limits;
import dev.theca.interop.crypt.InteropSchemes;
import dev.theca.interop.crypt.KeyProviderConfig;
import dev.theca.interop.crypt.PgpKeyring;
import dev.theca.kit.ImageMaker;
import dev.theca.kit.NastyLayers;
import dev.theca.kit.TarMaker;
import dev.theca.registry.Registry;
import dev.theca.registry.RegistrySettings;
import dev.theca.wire.Outcome;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The whole way with the tools that others use: an image of nasty layers, encrypted by them and
 * pulled here, or encrypted here and opened by them, through our registry and through Debian's. All
 * trees are the one that umoci makes of the plain image.
 */
@Timeout(300)
class MatrixTest {
  @TempDir static Path folder;
  private static Tools tools;
  private static Tools.Serving docker;
  private static Registry ours;
  private static Map<String, String> expected = Map.of();
  private static int count;

  @BeforeAll
  static void begin() throws Exception {
    tools = new Tools(folder);
    byte[][] tars = NastyLayers.rareForUmoci();
    new ImageMaker()
        .layer(tars[0])
        .layer(tars[1])
        .layer(new TarMaker().next(h -> h.modified(7)).file("top", "x".repeat(500_000)).end())
        .make()
        .writeLayout(Files.createDirectory(folder.resolve("plain")), "1");
    expected = unpackedByUmoci("plain");
    docker = tools.dockerRegistry();
    ours =
        Registry.start(
                RegistrySettings.of(folder.resolve("ours")).withListen("127.0.0.1:0"),
                InstantSource.system())
            .orThrow();
  }

  @AfterAll
  static void end() throws Exception {
    if (ours != null) ours.close();
    if (docker != null) docker.close();
    if (tools != null && docker != null) tools.end();
  }

  private static Map<String, String> unpackedByUmoci(String layout) throws Exception {
    Path bundle = folder.resolve("bundle-" + ++count);
    tools.run("umoci", "unpack", "--image", layout + ":1", bundle.toString());
    return Tree.of(bundle.resolve("rootfs"));
  }

  private static String address(String registry) throws Exception {
    return registry.equals("ours") ? ours.address() : docker.address();
  }

  private static Registries client(String address) {
    return new Registries(RemoteSettings.standard().withInsecure(Set.of(address)));
  }

  private static Map<String, String> pulled(ImageRef ref, String key) throws Exception {
    var readers = new ArrayList<KeyFileReader>();
    readers.add(KeyFileReader.jwe());
    readers.addAll(InteropSchemes.files());
    var keys = new DecryptionKeys(List.of(), readers).parse(tools.file(key) + "").orThrow();
    byte[] anything =
        "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}".getBytes(StandardCharsets.US_ASCII);
    var demands =
        new ImagePull.Demands(
            ImagePolicy.parse(anything, SignatureMeans.of(KeyMaterial.none())).orThrow(),
            () -> Outcome.granted(new OcicryptOpener(keys)),
            false,
            Platform.LINUX_AMD64);
    Path target = folder.resolve("pulled-" + ++count);
    try (var registries = client(ref.registry());
        var reader = registries.reader(ref).orThrow();
        var sink = DirectorySink.create(target, DirectorySink.Rights.ROOT, Limits.DEFAULT)) {
      new ImagePull(new JavaZstd(), Limits.DEFAULT, Progress.silent(), InstantSource.system())
          .pull(new ImageName.Docker(ref), reader, demands, sink)
          .orThrow();
      sink.publish();
    }
    return Tree.of(target);
  }

  @ParameterizedTest
  @CsvSource({
    "ours, jwe:rsa.pub, rsa.pem, -1",
    "ours, jwe:ec.pub, ec.pem, 0",
    "ours, pgp:ann@example.org, ann.gpg, -1",
    "ours, pkcs7:rsa.crt, rsa.pem, 1",
    "docker, jwe:rsa.pub, rsa.pem, 0",
    "docker, jwe:ec.pub, ec.pem, -1",
    "docker, pgp:ann@example.org, ann.gpg, 1",
    "docker, pkcs7:rsa.crt, rsa.pem, -1"
  })
  void what_skopeo_encrypts_and_pushes_is_pulled_here_as_umoci_unpacks_it(
      String registry, String recipient, String key, int layer) throws Exception {
    var ref = ImageRef.parse(address(registry) + "/by/skopeo" + ++count + ":1").orThrow();
    var command = new ArrayList<>(List.of("skopeo", "--insecure-policy", "copy"));
    command.addAll(List.of("--dest-tls-verify=false", "--encryption-key", recipient));
    if (layer >= 0) command.addAll(List.of("--encrypt-layer", layer + ""));
    command.addAll(List.of("oci:plain:1", "docker://" + ref));
    tools.run(command.toArray(String[]::new));
    assertThat(pulled(ref, key)).containsExactlyEntriesOf(expected);
  }

  @ParameterizedTest
  @CsvSource({"--dest-compress-format=zstd", "--format=v2s2"})
  void what_skopeo_changes_on_the_way_makes_the_same_tree(String how) throws Exception {
    var ref = ImageRef.parse(address("docker") + "/by/skopeo" + ++count + ":1").orThrow();
    tools.run(
        "skopeo",
        "--insecure-policy",
        "copy",
        "--dest-tls-verify=false",
        how,
        "oci:plain:1",
        "docker://" + ref);
    assertThat(pulled(ref, "rsa.pem")).containsExactlyEntriesOf(expected);
  }

  private static List<KeyWrap> recipients(String text) throws Exception {
    var schemes = new ArrayList<RecipientScheme>();
    schemes.add(new JweScheme());
    schemes.addAll(InteropSchemes.recipients(KeyProviderConfig.none(), InstantSource.system()));
    var all = new ArrayList<KeyWrap>();
    for (String one : text.split(" "))
      if (one.startsWith("pgp:")) // a JVM cannot change GNUPGHOME for itself
      all.add(
            PgpKeyring.parse(Files.readAllBytes(tools.file("all.pub")), InstantSource.system())
                .then(ring -> ring.recipients(one.substring(4)))
                .orThrow());
      else
        all.addAll(new Recipients(schemes).parse(one.replace(":", ":" + folder + "/")).orThrow());
    return all;
  }

  /** skopeo 1.9.3 has no way to name the certificate that its PKCS#7 wants: beside another key. */
  @ParameterizedTest
  @CsvSource({
    "ours, jwe:rsa.pub, rsa.pem, -1",
    "ours, jwe:ec.pub, ec.pem, 2",
    "ours, pgp:ann@example.org, ann.gpg, -1",
    "ours, pkcs7:rsa.crt jwe:ec.pub, ec.pem, -1",
    "docker, jwe:rsa.pub, rsa.pem, 1",
    "docker, jwe:ec.pub pgp:ann@example.org, ann.gpg, -1",
    "docker, pkcs7:rsa.crt, rsa.pem, -1"
  })
  void what_is_encrypted_and_pushed_here_opens_in_skopeo_and_here(
      String registry, String recipient, String key, int layer) throws Exception {
    var ref = ImageRef.parse(address(registry) + "/by/us" + ++count + ":1").orThrow();
    try (var registries = client(ref.registry());
        var from =
            ImageLocation.parse("oci:" + folder.resolve("plain") + ":1")
                .then(place -> place.reader(registries))
                .orThrow();
        var to = registries.writer(ref).orThrow()) {
      var sealer = new LayerSealer(recipients(recipient));
      Set<Integer> which = layer < 0 ? Set.of() : Set.of(layer);
      new ImageCopy(
              from,
              to,
              ImageCopy.How.plain().with(new Encrypting(sealer, which)),
              Progress.silent())
          .run()
          .orThrow();
    }
    assertThat(pulled(ref, key)).containsExactlyEntriesOf(expected);
    if (recipient.equals("pkcs7:rsa.crt")) return;
    String opened = "opened-" + ++count;
    tools.run(
        "skopeo",
        "--insecure-policy",
        "copy",
        "--src-tls-verify=false",
        "--decryption-key",
        key,
        "docker://" + ref,
        "oci:" + opened + ":1");
    assertThat(unpackedByUmoci(opened)).containsExactlyEntriesOf(expected);
  }
}
