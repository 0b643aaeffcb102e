package dev.theca.image.unpack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.kit.PaxRecords;
import dev.theca.kit.SparseTar;
import dev.theca.kit.TarMaker;
import dev.theca.wire.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Trees in directories are those of {@code umoci unpack}, bit for bit. */
class UmociTest {
  private static final byte[] BINARY = {0, -1, '\n', '=', (byte) 0x80};

  /** An access list: user rwx, user 7 r, group r, mask rwx, others none (acl(5), little endian). */
  private static final byte[] ACL =
      java.util.HexFormat.of()
          .parseHex(
              "02000000"
                  + "01000700ffffffff"
                  + "0200040007000000"
                  + "04000400ffffffff"
                  + "10000700ffffffff"
                  + "20000000ffffffff");

  @TempDir Path folder;

  @BeforeAll
  static void umoci() {
    Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/umoci")), "umoci is not here");
    Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "root is needed");
  }

  static Stream<Named<List<byte[]>>> images() {
    return Stream.of(
        Named.of("every kind", List.of(everything())),
        Named.of("changed kinds", List.of(everything(), changed())),
        Named.of("whiteouts", List.of(everything(), whiteouts(), changed())),
        Named.of("links on the way", List.of(links(), through())),
        Named.of("deep and long", List.of(deep())));
  }

  private static TarMaker root() {
    return new TarMaker().next(h -> h.mode(0751).modified(1_000)).directory("./");
  }

  private static byte[] everything() {
    var sparse =
        SparseTar.file("d/sparse", 300_000).piece(8192, "data".getBytes(StandardCharsets.UTF_8));
    var tar =
        root()
            .pax(new PaxRecords().xattr("user.d", BINARY).xattr("trusted.t", BINARY))
            .next(h -> h.mode(02755).owner(5, 6).modified(2_000))
            .directory("d/")
            .pax(new PaxRecords().xattr("user.x", BINARY).xattr("user.empty", new byte[0]))
            .next(h -> h.mode(06755).owner(1000, 1001).modified(-3))
            .file("d/setuid", "x".repeat(200_000))
            .pax(new PaxRecords().put("mtime", "1234567890.123456789").put("uid", "3000000000"))
            .file("d/times", "t")
            .pax(new PaxRecords().put("mtime", "-7.25"))
            .file("d/before", "t")
            .pax(new PaxRecords().xattr("security.capability", capability()))
            .file("d/capable", "c")
            .pax(new PaxRecords().xattr("system.posix_acl_access", ACL))
            .next(h -> h.mode(0770))
            .file("d/acl", "c")
            .pax(new PaxRecords().xattr("trusted.link", BINARY))
            .next(h -> h.owner(8, 9).modified(4_000))
            .symlink("d/link", "../nowhere")
            .hardLink("d/hard", "d/setuid")
            .hardLink("d/hardlink", "d/link")
            .next(h -> h.mode(0640).owner(1, 2).modified(5_000))
            .characterDevice("d/char", 5, 1)
            .blockDevice("d/block", 259, 300)
            .next(h -> h.mode(0622))
            .fifo("d/fifo")
            .next(h -> h.mode(0).modified(6_000))
            .file("d/nobody", "");
    return sparse
        .pax01(tar)
        .directory("empty/")
        .directory("e/")
        .file("e/1", "1")
        .file("e/2", "2")
        .end();
  }

  private static byte[] capability() {
    return java.util.HexFormat.of().parseHex("0100000200040000000000000000000000000000");
  }

  private static byte[] changed() {
    return root()
        .next(h -> h.mode(0700).owner(0, 0).modified(7_000))
        .directory("d/")
        .file("empty", "now a file")
        .symlink("e", "d")
        .next(h -> h.modified(8_000))
        .directory("d/fifo/")
        .file("d/fifo/x", "x")
        .file("d/setuid", "other")
        .hardLink("d/times", "d/setuid")
        .end();
  }

  private static byte[] whiteouts() {
    return root()
        .whiteout("d/", "link")
        .whiteout("d/", "times")
        .whiteout("", "empty")
        .next(h -> h.mode(0711).modified(9_000))
        .directory("e/")
        .file("e/new", "n")
        .opaque("e/")
        .file("e/newer", "n")
        .whiteout("e/", "new")
        .end();
  }

  private static byte[] links() {
    return root()
        .next(h -> h.modified(10))
        .directory("usr/")
        .next(h -> h.modified(11))
        .directory("usr/lib/")
        .symlink("lib", "usr/lib")
        .symlink("up", "../../../usr/lib/..")
        .symlink("abs", "/usr")
        .symlink("lib64", "/lib")
        .end();
  }

  private static byte[] through() {
    return root()
        .file("lib/a", "a")
        .file("up/b", "b")
        .file("abs/lib/c", "c")
        .file("lib64/d", "d")
        .hardLink("hard", "lib64/a")
        .symlink("abs/lib/e", "../../../../../etc/passwd")
        .whiteout("lib64/", "nothing")
        .next(h -> h.modified(12))
        .directory("abs/")
        .end();
  }

  private static byte[] deep() {
    var tar = root();
    var path = new StringBuilder();
    for (int i = 0; i < 90; i++) {
      path.append("n".repeat(i % 40 + 1)).append('/');
      int at = i;
      tar.pax(PaxRecords.of("path", path.toString())).next(h -> h.modified(at)).directory("d/");
    }
    String file = path + "f".repeat(255);
    tar.pax(PaxRecords.of("path", file)).file("f", "deep");
    return tar.pax(PaxRecords.of("linkpath", file)).hardLink("top", "x").end();
  }

  @ParameterizedTest
  @MethodSource("images")
  void a_tree_is_that_of_umoci(List<byte[]> tars) throws Exception {
    Path bundle = folder.resolve("bundle");
    run("umoci", "unpack", "--image", layout(tars) + ":x", bundle.toString());
    Path ours = folder.resolve("ours");
    var layers = tars.stream().map(TestLayers::gzip).toList();
    try (var sink = DirectorySink.create(ours, DirectorySink.Rights.ROOT, Limits.DEFAULT)) {
      TestLayers.unpacker(Limits.DEFAULT).unpack(layers, sink).orThrow();
      sink.publish();
    }
    assertThat(lines(ours)).isEqualTo(lines(bundle.resolve("rootfs")));
    assertThat(names(folder)).doesNotContain(".theca");
  }

  @ParameterizedTest
  @MethodSource("images")
  void layers_that_came_before_their_turn_make_the_same_tree(List<byte[]> tars) throws Exception {
    var sink = new MemorySink();
    TestLayers.unpacker(Limits.DEFAULT)
        .unpack(tars.stream().map(TestLayers::gzip).toList(), sink)
        .orThrow();
    var slow = new ArrayList<Layer>();
    for (byte[] tar : tars) slow.add(TestLayers.gzip(tar));
    slow.set(0, SlowBlob.until(slow.getFirst(), 300));
    var ahead = new MemorySink();
    TestLayers.unpacker(Limits.DEFAULT).unpack(slow, ahead).orThrow();
    assertThat(ahead.listing()).isEqualTo(sink.listing());
  }

  private static String lines(Path root) throws IOException {
    return DiskTree.of(root).entrySet().stream()
        .map(e -> e.getKey() + " " + e.getValue())
        .collect(Collectors.joining("\n"));
  }

  private static String names(Path folder) throws IOException {
    try (var names = Files.list(folder)) {
      return names.map(Path::toString).collect(Collectors.joining(" "));
    }
  }

  private String layout(List<byte[]> tars) throws IOException {
    Path layout = Files.createDirectories(folder.resolve("layout/blobs/sha256"));
    String layers = "";
    String ids = "";
    for (byte[] tar : tars) {
      byte[] blob = TestLayers.gzipped(tar);
      layers += (layers.isEmpty() ? "" : ",") + descriptor(layout, TestLayers.TAR + "+gzip", blob);
      ids += (ids.isEmpty() ? "" : ",") + "\"" + Digest.sha256(tar) + "\"";
    }
    String config =
        "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":["
            + ids
            + "]}}";
    String manifest =
        "{\"schemaVersion\":2,\"config\":"
            + descriptor(
                layout,
                "application/vnd.oci.image.config.v1+json",
                config.getBytes(StandardCharsets.UTF_8))
            + ",\"layers\":["
            + layers
            + "]}";
    String index =
        descriptor(
                layout,
                "application/vnd.oci.image.manifest.v1+json",
                manifest.getBytes(StandardCharsets.UTF_8))
            .replace("}", ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"x\"}}");
    Path top = folder.resolve("layout");
    Files.writeString(top.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    Files.writeString(
        top.resolve("index.json"), "{\"schemaVersion\":2,\"manifests\":[" + index + "]}");
    return top.toString();
  }

  private static String descriptor(Path layout, String type, byte[] blob) throws IOException {
    Digest digest = Digest.sha256(blob);
    Files.write(layout.resolve(digest.hex()), blob);
    return "{\"mediaType\":\""
        + type
        + "\",\"digest\":\""
        + digest
        + "\",\"size\":"
        + blob.length
        + "}";
  }

  private static void run(String... command) throws Exception {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
  }
}
