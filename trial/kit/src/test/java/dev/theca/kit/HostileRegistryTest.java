package dev.theca.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.wire.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each trick does on the wire what its name says. */
class HostileRegistryTest {
  private static final byte[] BLOB = new byte[100_000];

  static {
    Arrays.fill(BLOB, (byte) 'b');
  }

  private HostileRegistry registry;
  private String path = "";

  @BeforeEach
  void serve() throws IOException {
    registry = HostileRegistry.start();
    path = "/v2/a/b/blobs/" + registry.content().blob("a/b", BLOB);
  }

  @AfterEach
  void stop() throws IOException {
    registry.close();
  }

  private record Got(String head, byte[] body, boolean reset) {
    int status() {
      return Integer.parseInt(head.split(" ")[1]);
    }
  }

  private Got get(String target, String... fields) throws IOException {
    return ask(registry.address(), "GET " + target, new byte[0], fields);
  }

  private static Got ask(String address, String what, byte[] body, String... fields)
      throws IOException {
    try (var socket = asked(address, what, body, fields)) {
      return read(socket.getInputStream());
    }
  }

  /** A connection on which something was asked; whoever reads an answer waits long for it. */
  private static Socket asked(String address, String what, byte[] body, String... fields)
      throws IOException {
    var socket = new Socket("127.0.0.1", Integer.parseInt(address.split(":")[1]));
    try {
      socket.setSoTimeout(60_000);
      var text =
          new StringBuilder(what + " HTTP/1.1\r\nHost: " + address + "\r\nConnection: close\r\n");
      if (body.length > 0) text.append("Content-Length: ").append(body.length).append("\r\n");
      for (String field : fields) text.append(field).append("\r\n");
      socket
          .getOutputStream()
          .write(text.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(body);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** So much of an answer comes, and then nothing for a while, and the connection stays. */
  private void stalls(String after) throws IOException {
    try (var socket = asked(registry.address(), "GET " + path, new byte[0])) {
      var came = new StringBuilder();
      while (!came.toString().endsWith(after)) {
        int next = socket.getInputStream().read();
        assertThat(next).as(came.toString()).isNotNegative();
        came.append((char) next);
      }
      socket.setSoTimeout(300);
      assertThatThrownBy(() -> socket.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
    }
  }

  private static Got read(InputStream in) throws IOException {
    var all = new java.io.ByteArrayOutputStream();
    boolean broken = false;
    try {
      for (int b = in.read(); b >= 0; b = in.read()) all.write(b);
    } catch (SocketException e) {
      broken = true;
    }
    String text = all.toString(StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    return new Got(
        text.substring(0, Math.max(end, 0)),
        text.substring(end < 0 ? text.length() : end + 4).getBytes(StandardCharsets.ISO_8859_1),
        broken);
  }

  @Test
  void it_is_honest_as_long_as_nothing_is_said() throws IOException {
    assertThat(get(path).body()).isEqualTo(BLOB);
    var part = get(path, "Range: bytes=99990-");
    assertThat(part.status()).isEqualTo(206);
    assertThat(part.head()).contains("Content-Range: bytes 99990-99999/100000");
    assertThat(part.body()).hasSize(10);
    assertThat(get("/v2/a/b/blobs/sha256:0").status()).isEqualTo(404);
    assertThat(get("/v2/").status()).isEqualTo(200);
  }

  @Test
  void an_image_is_served_and_written_as_a_layout(@TempDir Path folder) throws IOException {
    var image = new ImageMaker().layer(new TarMaker().file("a", "b").end()).make();
    registry.image("c", "1", image);
    assertThat(get("/v2/c/manifests/1").body()).isEqualTo(image.manifest());
    assertThat(get("/v2/c/manifests/" + image.digest()).head()).contains(ImageMaker.MANIFEST);
    assertThat(new String(get("/v2/c/tags/list").body(), StandardCharsets.UTF_8))
        .isEqualTo("{\"name\":\"c\",\"tags\":[\"1\"]}");
    for (var blob : image.blobs().entrySet())
      assertThat(get("/v2/c/blobs/" + blob.getKey()).body()).isEqualTo(blob.getValue());
    image.writeLayout(folder, "1");
    for (var blob : image.blobs().keySet())
      assertThat(folder.resolve("blobs/sha256").resolve(blob.substring(7))).exists();
    assertThat(Files.readString(folder.resolve("index.json"))).contains(image.digest() + "");
  }

  @Test
  void what_is_pushed_is_kept() throws IOException {
    byte[] blob = "pushed".getBytes(StandardCharsets.US_ASCII);
    var digest = Digest.sha256(blob);
    var begun = ask(registry.address(), "POST /v2/p/blobs/uploads/", new byte[0]);
    String place = begun.head().replaceAll("(?s).*Location: (\\S+).*", "$1");
    var done = ask(registry.address(), "PUT " + place + "?digest=" + digest, blob);
    assertThat(done.status()).isEqualTo(201);
    assertThat(registry.content().blob("p", digest + "")).contains(blob);
  }

  @Test
  void bodies_lie() throws IOException {
    registry.when("GET", ".*/blobs/.*", Tricks.flippedBit());
    assertThat(get(path).body()).hasSize(BLOB.length).isNotEqualTo(BLOB);
    registry.when("GET", ".*/blobs/.*", Tricks.truncatedAt(10));
    assertThat(get(path).body()).hasSize(10);
    assertThat(get(path).head()).contains("Content-Length: 100000");
    registry.when("GET", ".*/blobs/.*", Tricks.shortened(10));
    assertThat(get(path).head()).contains("Content-Length: 10");
    registry.when("GET", ".*/blobs/.*", Tricks.lyingLength(7));
    assertThat(get(path).head()).contains("Content-Length: 7");
    registry.when("GET", ".*/blobs/.*", Tricks.gzipped());
    assertThat(get(path).head()).contains("Content-Encoding: gzip");
    registry.when("GET", ".*/blobs/.*", Tricks.endless(1 << 20));
    assertThat(get(path).body().length).isGreaterThan(1 << 20);
    registry.honest();
    assertThat(get(path).body()).isEqualTo(BLOB);
  }

  @Test
  void connections_break_and_get_well() throws IOException {
    registry.when("GET", ".*/blobs/.*", Tricks.resetAt(1000, 2));
    assertThat(get(path).reset()).isTrue();
    assertThat(get(path).reset()).isTrue();
    assertThat(get(path).body()).isEqualTo(BLOB);
    registry.when("GET", ".*/blobs/.*", Tricks.stallAt(10));
    stalls("\r\n\r\n" + "b".repeat(10));
    registry.when("GET", ".*/blobs/.*", Tricks.silence());
    stalls("");
    registry.when("GET", ".*/blobs/.*", Tricks.drip(25_000, 20));
    long start = System.nanoTime();
    assertThat(get(path).body()).isEqualTo(BLOB);
    assertThat(System.nanoTime() - start).isGreaterThan(60_000_000);
  }

  @Test
  void fields_lie() throws IOException {
    registry.when("GET", ".*", Tricks.ignoringRange(BLOB));
    assertThat(get(path, "Range: bytes=5-").status()).isEqualTo(200);
    registry.when("GET", ".*", Tricks.lyingRange("bytes 3-4/5", new byte[2]));
    assertThat(get(path).head()).contains("bytes 3-4/5").startsWith("HTTP/1.1 206");
    registry.when("GET", ".*", Tricks.field("Docker-Content-Digest", "sha256:1"));
    assertThat(get(path).head()).contains("Docker-Content-Digest: sha256:1");
    registry.when("GET", ".*", Tricks.withoutField("Docker-Content-Digest"));
    assertThat(get(path).head()).doesNotContain("Docker-Content-Digest");
    registry.when("GET", ".*", Tricks.hugeField(1 << 20));
    assertThat(get(path).head().length()).isGreaterThan(1 << 20);
    registry.when("GET", ".*", Tricks.endlessFields(5000));
    assertThat(get(path).body()).isEmpty();
    registry.when("GET", ".*", Tricks.manifest("x/y", new byte[] {'{', '}'}));
    assertThat(get("/v2/a/b/manifests/1").head()).contains("Content-Type: x/y");
    registry.when("GET", ".*", Tricks.garbage(new byte[] {1, 2, 3}));
    assertThat(get(path).head()).isEmpty();
  }

  @Test
  void it_sends_away_and_remembers_what_it_was_told() throws IOException {
    registry.when("GET", ".*", Tricks.redirectLoop());
    assertThat(get(path).head()).contains("Location: " + registry.url(path) + "?again=1");
    registry.when("GET", ".*", Tricks.redirect(302, "file:///etc/passwd"));
    assertThat(get(path).head()).contains("Location: file:///etc/passwd");
    registry.when("GET", ".*", Tricks.unauthorized("Basic realm=\"x\""));
    assertThat(get(path, "Authorization: Basic c2VjcmV0").status()).isEqualTo(401);
    registry.when("GET", ".*", Tricks.tooMany("1", 1));
    assertThat(get(path).status()).isEqualTo(429);
    assertThat(get(path).status()).isEqualTo(200);
    assertThat(registry.heard("c2VjcmV0")).isTrue();
    assertThat(registry.heard("c2VjcmV1")).isFalse();
    assertThat(registry.requests("GET", ".*blobs.*")).hasSize(5);
    assertThat(registry.requests().get(2).field("authorization")).contains("Basic c2VjcmV0");
  }

  @Test
  void tls_is_spoken_under_an_authority_of_the_tests() throws IOException {
    var authority = new TestAuthority("tests");
    try (var secure = HostileRegistry.startTls(authority.server());
        var socket =
            authority
                .client()
                .getSocketFactory()
                .createSocket("127.0.0.1", Integer.parseInt(secure.address().split(":")[1]))) {
      socket
          .getOutputStream()
          .write(
              "GET /v2/ HTTP/1.1\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(read(socket.getInputStream()).status()).isEqualTo(200);
    }
  }

  @Test
  void nasty_layers_are_made_of_whole_blocks() throws IOException {
    for (byte[] layer : NastyLayers.rare()) assertThat(layer.length % 512).isZero();
    assertThat(NastyLayers.hostile()).hasSizeGreaterThan(25);
    assertThat(NastyLayers.hostile().values()).doesNotHaveDuplicates();
  }
}
