package dev.theca.cli.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.cli.broker.Ran;
import dev.theca.kit.ChildJava;
import dev.theca.kit.TarMaker;
import dev.theca.node.install.Containerd;
import dev.theca.wire.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An installed node with its daemon, used by clients that are no kubelet, and taken back. */
@Timeout(300)
class NodeInUseTest {
  private static final Path ROOT = Path.of(System.getProperty("theca.root", ".."));
  private static final String IMAGE = "example/sealed:1";
  private static final String LAYER = "application/vnd.oci.image.layer.v1.tar+gzip+encrypted";

  @TempDir Path place;
  private Process daemon;

  static List<Path> containerds() {
    return RunNodeTest.containerds();
  }

  @BeforeEach
  void possible() throws IOException {
    assumeTrue(
        Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "containerd needs root");
  }

  @AfterEach
  void end() throws Exception {
    if (daemon == null) return;
    daemon.destroy();
    assertThat(daemon.waitFor(60, TimeUnit.SECONDS)).isTrue();
  }

  private Ran theca(PrivateContainerd containerd, String... command) {
    var all = new ArrayList<>(List.of(command));
    all.addAll(
        List.of("--containerd", containerd.program + "", "--config", containerd.config + ""));
    all.addAll(List.of("--state", place + "/var/lib/theca", "--run", place + "/run/theca"));
    all.addAll(List.of("--payload", place + "/opt/theca"));
    all.addAll(List.of("--programs", ROOT.resolve("node/target/native").toString()));
    all.addAll(List.of("--node-config", place + "/etc/theca/node.toml"));
    all.addAll(List.of("--restart-command", containerd.restart + ""));
    var ran = Ran.theca(all.toArray(String[]::new));
    assertThat(ran.exitCode()).as(ran.err() + ran.out()).isZero();
    return ran;
  }

  private void serve() throws Exception {
    Path log = place.resolve("daemon.log");
    daemon =
        new ProcessBuilder(
                ChildJava.command(
                    List.of("--enable-native-access=ALL-UNNAMED", "-Xmx96m"),
                    "dev.theca.node.Main",
                    "--config",
                    place + "/etc/theca/node.toml"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    while (!Files.readString(log).contains("outcome=ready")) {
      assertThat(daemon.isAlive()).as(Files.readString(log)).isTrue();
      Thread.sleep(20);
    }
  }

  /** What it printed, with its errors behind it. */
  private String ctr(PrivateContainerd containerd, int expected, String... command)
      throws Exception {
    var all = new ArrayList<>(List.of(containerd.program.resolveSibling("ctr").toString()));
    all.addAll(List.of("-a", place + "/c.sock", "-n", "tests"));
    all.addAll(List.of(command));
    Path said = place.resolve("said");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    int code;
    do {
      var process =
          new ProcessBuilder(all).redirectErrorStream(true).redirectOutput(said.toFile()).start();
      code = process.waitFor();
      // containerd gives a snapshotter one second for its first words: a slow machine needs more
    } while (Files.readString(said).contains("server handshake") && System.nanoTime() < end);
    assertThat(code).as(all + "\n" + Files.readString(said)).isEqualTo(expected);
    return Files.readString(said);
  }

  /** An OCI layout of one image whose layer nobody here can read. */
  private Path sealed() throws IOException {
    byte[] layer = "ciphertext".getBytes(StandardCharsets.UTF_8);
    String config =
        """
        {"architecture":"amd64","os":"linux","config":{"User":"app","Cmd":["/app"]},
         "rootfs":{"type":"layers","diff_ids":["%s"]}}"""
            .formatted(Digest.sha256("plain".getBytes(StandardCharsets.UTF_8)));
    String manifest =
        "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":"
            + descriptor("application/vnd.oci.image.config.v1+json", config.getBytes(UTF_8))
            + ",\"layers\":["
            + descriptor(LAYER, layer)
            + "]}";
    String index =
        "{\"schemaVersion\":2,\"manifests\":["
            + descriptor("application/vnd.oci.image.manifest.v1+json", manifest.getBytes(UTF_8))
                .replaceFirst(
                    "}$",
                    ",\"annotations\":{\"io.containerd.image.name\":\"docker.io/" + IMAGE + "\"}}")
            + "]}";
    return Files.write(
        place.resolve("image.tar"),
        new TarMaker()
            .file("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}")
            .file("index.json", index)
            .file(blob(config.getBytes(UTF_8)), config)
            .file(blob(manifest.getBytes(UTF_8)), manifest)
            .file(blob(layer), "ciphertext")
            .end());
  }

  private static final java.nio.charset.Charset UTF_8 = StandardCharsets.UTF_8;

  private static String descriptor(String type, byte[] content) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
        .formatted(type, Digest.sha256(content), content.length);
  }

  private static String blob(byte[] content) {
    return "blobs/sha256/" + Digest.sha256(content).toString().substring(7);
  }

  @ParameterizedTest
  @MethodSource("containerds")
  void an_encrypted_image_of_ctr_is_left_to_agents_and_forgotten_with_the_node(Path program)
      throws Exception {
    String text = PrivateContainerd.settings();
    try (var containerd = new PrivateContainerd(program, place, text)) {
      Files.writeString(
          containerd.restart,
          Files.readString(containerd.restart)
              .replace("setsid", "THECA_NODE_SOCKET=" + place + "/run/theca/node.sock setsid"));
      theca(containerd, "node", "install");
      serve();
      String image = "docker.io/" + IMAGE;
      String imported = sealed().toString();
      if (Containerd.of(program).orThrow().major() == 1) unpackedByTheClient(containerd, imported);
      else leftToAgents(containerd, imported, image);

      String said = theca(containerd, "node", "uninstall", "--purge").out();
      assertThat(said)
          .contains("the node daemon runs")
          .doesNotContain("containerd still counts on");
      theca(containerd, "node", "install");
      assertThat(ctr(containerd, 0, "snapshots", "--snapshotter", "theca", "ls"))
          .doesNotContain("Committed", "Active");
      theca(containerd, "node", "uninstall");
      end();
      assertThat(theca(containerd, "node", "uninstall", "--purge").out())
          .contains("nothing is installed", "removed " + place + "/var/lib/theca/snapshots");
      assertThat(place.resolve("var/lib/theca")).doesNotExist();
      assertThat(place.resolve("run/theca")).doesNotExist();
    }
  }

  private void leftToAgents(PrivateContainerd containerd, String imported, String image)
      throws Exception {
    String unused = ctr(containerd, 0, "image", "import", "--snapshotter", "theca", imported);
    assertThat(ctr(containerd, 0, "snapshots", "--snapshotter", "theca", "ls"))
        .contains("Committed");
    String shim = place + "/opt/theca/bin/containerd-shim-theca-plain-v2";
    assertThat(
            ctr(
                containerd,
                1,
                "run",
                "--rm",
                "--snapshotter",
                "theca",
                "--runtime",
                shim,
                image,
                "one"))
        .contains("image-not-here", "run it in a pod of the handler theca");
  }

  private void unpackedByTheClient(PrivateContainerd containerd, String imported) throws Exception {
    assertThat(ctr(containerd, 1, "image", "import", "--snapshotter", "theca", imported))
        .contains("image-encrypted", "run a pod of the handler theca");
  }
}
