package dev.theca.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.wire.ttrpc.TtrpcClient;
import dev.theca.wire.ttrpc.TtrpcServer;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that is left between two frames, and one that goes on where it was. */
@Timeout(180)
class UnixListenerTest {
  @TempDir Path folder;

  /** The server has the request that waits. */
  private final CountDownLatch begun = new CountDownLatch(1);

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String call(TtrpcClient client, String method, String text) {
    byte[] answer = client.call("test", method, bytes(text), Duration.ofSeconds(30), Map.of());
    return new String(answer, StandardCharsets.UTF_8);
  }

  private Map<String, TtrpcServer.Handler> handlers(String name, CountDownLatch end) {
    return Map.of(
        "test/Echo",
        call -> bytes(name + " " + new String(call.payload(), StandardCharsets.UTF_8)),
        "test/Wait",
        call -> {
          begun.countDown();
          end.await();
          return bytes(name + " waited for " + new String(call.payload(), StandardCharsets.UTF_8));
        });
  }

  /** On a thread of its own: the common pool of a small machine has one only. */
  private static CompletableFuture<String> later(Supplier<String> call) {
    return CompletableFuture.supplyAsync(call, work -> Thread.ofVirtual().start(work));
  }

  /** Who waits would ask for ever: the pause has not ended. */
  @Test
  void whatIsClosedWhileItPausesIsAtItsEnd() throws Exception {
    var listener = UnixListener.listen(folder.resolve("s"));
    listener.pause();
    assertTrue(listener.accept().isEmpty());
    listener.close();
    assertThrows(ClosedChannelException.class, listener::accept);
  }

  @Test
  void aLargeMessageTravelsBothWays() {
    try (var _ =
            TtrpcServer.over(
                UnixListener.listen(folder.resolve("s")),
                handlers("one", new CountDownLatch(1)),
                List.of());
        var client = TtrpcClient.connect(folder.resolve("s"))) {
      String text = "x".repeat(3 << 20);
      assertEquals("one " + text, call(client, "Echo", text));
    }
  }

  @Test
  void peersThatDoNotReadTheirAnswersKeepNobodyElseWaiting() throws Exception {
    Path socket = folder.resolve("s");
    Map<String, TtrpcServer.Handler> handlers =
        Map.of("test/Big", _ -> new byte[3 << 20], "test/Small", _ -> bytes("small"));
    var silent = new ArrayList<SocketChannel>();
    try (var _ = TtrpcServer.over(UnixListener.listen(socket), handlers, List.of());
        var client = TtrpcClient.connect(socket)) {
      byte[] call = bytes("\n\4test\22\3Big"); // fields 1 and 2 of containerd/ttrpc request.proto
      var request = ByteBuffer.allocate(10 + call.length);
      request.putInt(call.length).putInt(1).put((byte) 1).put((byte) 0).put(call).flip();
      for (int i = 0; i <= Runtime.getRuntime().availableProcessors(); i++) {
        silent.add(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
        silent.getLast().write(request.rewind());
        silent.getLast().read(ByteBuffer.allocate(1)); // the answer has begun
      }
      assertEquals("small", call(client, "Small", ""));
    } finally {
      for (var one : silent) one.close();
    }
  }

  @Test
  void aRequestThatWaitsIsAnsweredByTheNextServer() throws Exception {
    var never = new CountDownLatch(1);
    var soon = new CountDownLatch(1);
    var listener = UnixListener.listen(folder.resolve("s"));
    var first = TtrpcServer.over(listener, handlers("first", never), List.of());
    try (var client = TtrpcClient.connect(folder.resolve("s"))) {
      assertEquals("first a", call(client, "Echo", "a"));
      var waiting = later(() -> call(client, "Wait", "an end"));
      begun.await();
      assertTrue(first.rest(c -> c.method().equals("Wait"), Duration.ofSeconds(10)));
      var left = first.leave();
      assertEquals(1, left.size());
      assertEquals(1, left.getFirst().open().size());
      var meanwhile = later(() -> call(client, "Echo", "b"));
      TimeUnit.MILLISECONDS.sleep(100);
      assertFalse(meanwhile.isDone(), "nobody reads now");

      var next = UnixListener.goOn(listener.number());
      var taken = new ArrayList<TtrpcServer.Left>();
      for (var one : left)
        taken.add(
            new TtrpcServer.Left(
                next.goOnWith(((UnixConnection) one.connection()).number()),
                one.last(),
                one.open()));
      try (var _ = TtrpcServer.over(next, handlers("second", soon), taken);
          var another = TtrpcClient.connect(folder.resolve("s"))) {
        assertEquals("second b", meanwhile.get(30, TimeUnit.SECONDS));
        assertEquals("second c", call(another, "Echo", "c"));
        assertFalse(waiting.isDone());
        soon.countDown();
        assertEquals("second waited for an end", waiting.get(30, TimeUnit.SECONDS));
      }
      never.countDown();
    }
  }

  /**
   * As nobody (uid 65534): the socket's mode is opened up first, so that only the check says no.
   */
  @Test
  void aStrangerIsNotLetIn() throws Exception {
    Path socket = folder.resolve("s");
    java.nio.file.Files.setPosixFilePermissions(
        folder, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
    try (var _ =
        TtrpcServer.over(
            UnixListener.listen(socket), handlers("one", new CountDownLatch(1)), List.of())) {
      java.nio.file.Files.setPosixFilePermissions(
          socket, java.nio.file.attribute.PosixFilePermissions.fromString("rw-rw-rw-"));
      Path setpriv = Path.of("/usr/bin/setpriv");
      assumeTrue(java.nio.file.Files.isExecutable(setpriv), "setpriv is needed");
      assumeTrue(java.nio.file.Files.isExecutable(Path.of("/usr/bin/perl")), "perl is needed");
      assumeTrue("root".equals(System.getProperty("user.name")), "root is needed");
      assertEquals(0, connects(socket, "0.5", List.of()), "the owner is let in");
      assertEquals(
          7,
          connects(
              socket,
              "60",
              List.of(setpriv.toString(), "--reuid=65534", "--regid=65534", "--clear-groups")),
          "a stranger finds the connection closed");
    }
  }

  /** 0 = the connection stayed open for so many seconds, 7 = it was closed. */
  private static int connects(Path socket, String seconds, List<String> as) throws Exception {
    String script =
        "use IO::Socket::UNIX; use IO::Select; my $s = IO::Socket::UNIX->new(Peer => $ARGV[0])"
            + " or exit 9; exit(IO::Select->new($s)->can_read($ARGV[1]) ? 7 : 0)";
    var command = new ArrayList<>(as);
    command.addAll(List.of("/usr/bin/perl", "-e", script, socket.toString(), seconds));
    return Exits.of(Spawn.of(command).start()).get(90, TimeUnit.SECONDS).status();
  }

  @Test
  void aServerThatIsBusyStays() throws Exception {
    var end = new CountDownLatch(1);
    try (var server =
            TtrpcServer.over(
                UnixListener.listen(folder.resolve("s")), handlers("one", end), List.of());
        var client = TtrpcClient.connect(folder.resolve("s"))) {
      var waiting = later(() -> call(client, "Wait", "it"));
      begun.await();
      assertFalse(server.rest(c -> false, Duration.ofMillis(100)));
      assertEquals("one still here", call(client, "Echo", "still here"));
      end.countDown();
      assertEquals("one waited for it", waiting.get(30, TimeUnit.SECONDS));
    }
  }
}
