package dev.theca.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.wire.proto.ProtoWriter;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that is left between two frames, and one that goes on where it was. */
@Timeout(180)
class UnixListenerTest {
  @TempDir Path folder;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String call(TtrpcClient client, String method, String text) {
    byte[] answer = client.call("test", method, bytes(text), Duration.ofSeconds(30), Map.of());
    return new String(answer, StandardCharsets.UTF_8);
  }

  private static Map<String, TtrpcServer.Handler> handlers(String name, CountDownLatch end) {
    return Map.of(
        "test/Echo",
        call -> bytes(name + " " + new String(call.payload(), StandardCharsets.UTF_8)),
        "test/Wait",
        call -> {
          end.await();
          return bytes(name + " waited for " + new String(call.payload(), StandardCharsets.UTF_8));
        });
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

  /** As many of them as there are processors, each with an answer that it does not take. */
  @Test
  void whoDoesNotReadAnAnswerHoldsNobodyUp() throws Exception {
    Path socket = folder.resolve("s");
    var peers = new ArrayList<SocketChannel>();
    try (var _ =
        TtrpcServer.over(
            UnixListener.listen(socket), handlers("one", new CountDownLatch(1)), List.of())) {
      for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
        var peer = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        peers.add(peer);
        byte[] call =
            new ProtoWriter()
                .string(1, "test")
                .string(2, "Echo")
                .bytes(3, new byte[2 << 20])
                .toBytes();
        var frame = ByteBuffer.allocate(10 + call.length); // length, stream 1, type 1, no flags
        frame.putInt(call.length).putInt(1).put((byte) 1).put((byte) 0).put(call).flip();
        while (frame.hasRemaining()) assertTrue(peer.write(frame) > 0);
        assertEquals(1, peer.read(ByteBuffer.allocate(1)), "its answer has begun");
      }
      try (var client = TtrpcClient.connect(socket)) {
        assertEquals("one hello", call(client, "Echo", "hello"));
      }
    } finally {
      for (var peer : peers) peer.close();
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
      var waiting = CompletableFuture.supplyAsync(() -> call(client, "Wait", "an end"));
      TimeUnit.MILLISECONDS.sleep(200);
      assertTrue(first.rest(c -> c.method().equals("Wait"), Duration.ofSeconds(10)));
      var left = first.leave();
      assertEquals(1, left.size());
      assertEquals(1, left.getFirst().open().size());
      var meanwhile = CompletableFuture.supplyAsync(() -> call(client, "Echo", "b"));
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
      assertEquals(0, connects(socket, List.of()), "the owner is let in");
      assertEquals(
          7,
          connects(
              socket,
              List.of(setpriv.toString(), "--reuid=65534", "--regid=65534", "--clear-groups")),
          "a stranger finds the connection closed");
    }
  }

  /** 0 = the connection stayed open for half a second, 7 = it was closed at once. */
  private static int connects(Path socket, List<String> as) throws Exception {
    String script =
        "use IO::Socket::UNIX; use IO::Select; my $s = IO::Socket::UNIX->new(Peer => $ARGV[0])"
            + " or exit 9; exit(IO::Select->new($s)->can_read(0.5) ? 7 : 0)";
    var command = new ArrayList<>(as);
    command.addAll(List.of("/usr/bin/perl", "-e", script, socket.toString()));
    return Exits.of(Spawn.of(command).start()).get(30, TimeUnit.SECONDS).status();
  }

  @Test
  void aServerThatIsBusyStays() throws Exception {
    var end = new CountDownLatch(1);
    try (var server =
            TtrpcServer.over(
                UnixListener.listen(folder.resolve("s")), handlers("one", end), List.of());
        var client = TtrpcClient.connect(folder.resolve("s"))) {
      var waiting = CompletableFuture.supplyAsync(() -> call(client, "Wait", "it"));
      TimeUnit.MILLISECONDS.sleep(200);
      assertFalse(server.rest(c -> false, Duration.ofMillis(100)));
      assertEquals("one still here", call(client, "Echo", "still here"));
      end.countDown();
      assertEquals("one waited for it", waiting.get(30, TimeUnit.SECONDS));
    }
  }
}
