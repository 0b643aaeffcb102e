package dev.theca.image.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.image.Descriptor;
import dev.theca.image.Document;
import dev.theca.image.ImageRef;
import dev.theca.image.remote.Registries;
import dev.theca.kit.ImageMaker;
import dev.theca.kit.QuietPort;
import dev.theca.wire.Digest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Our registry in a process of its own that dies, or whose peers do, in the middle of a push. */
@Timeout(300)
class RegistryCrashTest {
  private static final String REPOSITORY = "shop/web";
  private static final int FIRST = 700_001;
  private static final int PATIENCE = 3000;

  @TempDir Path folder;
  private final byte[] blob = new byte[2_000_003];
  private final Digest digest;
  private final int port = QuietPort.choose();

  RegistryCrashTest() {
    new Random(1).nextBytes(blob);
    digest = Digest.sha256(blob);
  }

  private Process serve() throws Exception {
    String path =
        Stream.of(
                System.getProperty("surefire.test.class.path", ""),
                System.getProperty("java.class.path"))
            .filter(text -> !text.isEmpty())
            .findFirst()
            .orElseThrow();
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                path,
                "dev.theca.registry.Main",
                "--root",
                folder.resolve("root").toString(),
                "--listen",
                "127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
            .start();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
    while (true) {
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        if (socket.isConnected()) return process;
      } catch (IOException e) {
        if (System.nanoTime() > end || !process.isAlive())
          throw new IOException(Files.readString(folder.resolve("log")), e);
        Thread.sleep(50);
      }
    }
  }

  /** SIGKILL: nothing of it runs any more, no buffer is written, no lock is let go. */
  private static void kill(Process process) throws InterruptedException {
    process.destroyForcibly();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
  }

  private HttpResponse<byte[]> ask(String method, String path, byte[] body, String... fields) {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .method(method, BodyPublishers.ofByteArray(body));
    if (fields.length > 0) request.headers(fields);
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request.build(), BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private String begun() {
    var begun = ask("POST", "/v2/" + REPOSITORY + "/blobs/uploads/", new byte[0]);
    assertThat(begun.statusCode()).isEqualTo(202);
    return begun.headers().firstValue("Location").orElseThrow();
  }

  /** Says that all comes, sends a part, and waits until that is there. */
  private Socket half(String place) throws Exception {
    var socket = new Socket(InetAddress.getLoopbackAddress(), port);
    String head =
        "PATCH %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n"
            .formatted(place, blob.length);
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().write(blob, 0, FIRST);
    socket.getOutputStream().flush();
    return socket;
  }

  /** How many bytes the registry has of an upload, once it says so. */
  private int has(String place) {
    var state = ask("GET", place, new byte[0]);
    assertThat(state.statusCode()).isEqualTo(204);
    String range = state.headers().firstValue("Range").orElseThrow();
    int last = Integer.parseInt(range.replaceFirst("0-", ""));
    return last == 0 ? 0 : last + 1;
  }

  private void finish(String place, int from) throws InterruptedException {
    byte[] rest = Arrays.copyOfRange(blob, from, blob.length);
    var sent = ask("PATCH", place, rest, "Content-Range", from + "-" + (blob.length - 1));
    // its last byte is there a moment before a request whose connection broke lets go of an upload
    for (int i = 0; sent.statusCode() == 409 && i < PATIENCE; i++) {
      Thread.sleep(20);
      sent = ask("PATCH", place, rest, "Content-Range", from + "-" + (blob.length - 1));
    }
    assertThat(sent.statusCode()).isEqualTo(202);
    assertThat(ask("PUT", place + "?digest=" + digest, new byte[0]).statusCode()).isEqualTo(201);
    assertThat(ask("GET", "/v2/" + REPOSITORY + "/blobs/" + digest, new byte[0]).body())
        .isEqualTo(blob);
  }

  @Test
  void a_push_whose_connection_breaks_in_the_middle_of_a_chunk_goes_on_at_the_byte()
      throws Exception {
    var process = serve();
    try {
      String place = begun();
      half(place).close();
      int there = has(place);
      for (int i = 0; there < FIRST && i < PATIENCE; i++, there = has(place)) Thread.sleep(20);
      assertThat(there).isEqualTo(FIRST);
      finish(place, there);
    } finally {
      kill(process);
    }
  }

  @Test
  void a_registry_that_is_killed_during_a_push_keeps_what_it_confirmed_and_takes_the_rest()
      throws Exception {
    var process = serve();
    var image = new ImageMaker().layer(Siege.tar(1)).layer(Siege.tar(2)).make();
    ImageRef ref = ImageRef.parse("127.0.0.1:" + port + "/" + REPOSITORY + ":1").orThrow();
    var settings = Siege.settings(ref.registry());
    String place;
    try (var registries = new Registries(settings);
        var writer = registries.writer(ref).orThrow()) {
      for (byte[] content : image.blobs().values())
        try (var upload = writer.upload().orThrow()) {
          upload.write(content, 0, content.length);
          upload.finish(Digest.sha256(content)).orThrow();
        }
      writer.putRoot(Document.of(image.manifest()).orThrow()).orThrow();
      place = begun();
      try (var socket = half(place)) {
        for (int i = 0; has(place) < 512 << 10 && i < PATIENCE; i++) Thread.sleep(20);
        kill(process);
        assertThat(socket.isConnected()).isTrue();
      }
    }
    process = serve();
    try (var registries = new Registries(settings);
        var reader = registries.reader(ref).orThrow()) {
      assertThat(reader.root().orThrow().digest()).isEqualTo(image.digest());
      for (var content : image.blobs().entrySet())
        assertThat(
                reader
                    .small(
                        new Descriptor(
                            "",
                            Digest.parse(content.getKey()).orThrow(),
                            content.getValue().length,
                            Map.of()),
                        1 << 20)
                    .orThrow())
            .isEqualTo(content.getValue());
      int there = has(place);
      assertThat(there).isBetween(512 << 10, FIRST);
      finish(place, there);
    } finally {
      kill(process);
    }
  }
}
