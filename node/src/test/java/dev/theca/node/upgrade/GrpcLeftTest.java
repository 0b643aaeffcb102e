package dev.theca.node.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.linux.UnixListener;
import dev.theca.node.client.LibraryClient;
import dev.theca.wire.grpc.GrpcServer;
import dev.theca.wire.json.Json;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A gRPC service whose server is replaced in the same process, as in an upgrade. */
@Timeout(120)
class GrpcLeftTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path folder;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<CountDownLatch> blocked = new ArrayList<>();
  private UnixListener listener;
  private GrpcServer server;
  private LibraryClient client;
  private int number;

  @BeforeEach
  void start() {
    listener = UnixListener.listen(folder.resolve("s"));
    server = GrpcServer.over(listener, handlers(), List.of());
    client = new LibraryClient(folder.resolve("s"));
  }

  @AfterEach
  void stop() {
    blocked.forEach(CountDownLatch::countDown);
    threads.shutdownNow();
    client.close();
    server.close();
  }

  /** {@code Who} says which server answers. */
  private Map<String, GrpcServer.Handler> handlers() {
    String name = "server " + number++;
    var latch = new CountDownLatch(1);
    blocked.add(latch);
    return Map.of(
        "t.T/Who", (request, answers) -> answers.send(name.getBytes()),
        "t.T/Wait",
            (request, answers) -> {
              latch.await();
              answers.send(name.getBytes());
            },
        "t.T/Much",
            (request, answers) -> {
              for (int i = 0; i < 50; i++) answers.send(new byte[50_000]);
            });
  }

  private String who() {
    return new String(client.call("t.T", "Who", new byte[0]));
  }

  /** All that another program would get goes through text. */
  private void replace() throws Exception {
    var words = new GrpcLeft(listener.number(), connections(server.leave())).json();
    GrpcLeft left = GrpcLeft.of(Json.object(Json.write(words)).orThrow());
    assertThat(left.json()).isEqualTo(words);
    listener = UnixListener.goOn(left.listening());
    server = GrpcServer.over(listener, handlers(), left.with(listener));
  }

  private static List<GrpcLeft.Connection> connections(List<GrpcServer.Left> left) {
    return left.stream().map(GrpcLeft.Connection::of).toList();
  }

  @Test
  void a_connection_is_served_on_by_the_next_server() throws Exception {
    assertThat(who()).isEqualTo("server 0");
    for (int i = 1; i < 20; i++) {
      assertThat(server.rest(LIMIT)).isTrue();
      replace();
      assertThat(who()).isEqualTo("server " + i);
      var much = client.stream("t.T", "Much", new byte[0]);
      int count = 0;
      for (; much.hasNext(); count++) assertThat(much.next()).hasSize(50_000);
      assertThat(count).isEqualTo(50);
    }
    assertThat(client.lost()).isFalse();
  }

  @Test
  void requests_that_come_meanwhile_wait_for_the_next_server() throws Exception {
    assertThat(who()).isEqualTo("server 0");
    assertThat(server.rest(LIMIT)).isTrue();
    var asked = new ArrayList<Future<String>>();
    for (int i = 0; i < 10; i++) asked.add(threads.submit(this::who));
    Thread.sleep(50);
    assertThat(asked).noneMatch(Future::isDone);
    replace();
    for (var one : asked) assertThat(one.get()).isEqualTo("server 1");
    assertThat(client.lost()).isFalse();
  }

  @Test
  void a_call_under_way_is_answered_first_and_what_came_behind_it_is_not_lost() throws Exception {
    var slow = threads.submit(() -> new String(client.call("t.T", "Wait", new byte[0])));
    while (server.rest(Duration.ofMillis(20)) && !slow.isDone()) server.goOn(); // until it is there
    assertThat(server.rest(Duration.ofMillis(50))).as("it is not answered").isFalse();
    assertThat(who()).as("all goes on").isEqualTo("server 0");
    var much = client.stream("t.T", "Much", new byte[0]); // it waits for windows
    assertThat(much.next()).hasSize(50_000);
    var resting = threads.submit(() -> server.rest(LIMIT));
    Thread.sleep(50);
    var behind = threads.submit(this::who);
    Thread.sleep(50);
    assertThat(resting.isDone()).isFalse();
    int count = 1;
    for (; much.hasNext(); count++) assertThat(much.next()).hasSize(50_000);
    assertThat(count).isEqualTo(50);
    blocked.getFirst().countDown();
    assertThat(slow.get()).isEqualTo("server 0");
    assertThat(resting.get()).isTrue();
    replace();
    assertThat(behind.get()).matches("server [01]");
    assertThat(who()).isEqualTo("server 1");
    assertThat(client.lost()).isFalse();
  }

  @Test
  void a_connection_that_has_said_nothing_is_left_too() throws Exception {
    try (var silent = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      silent.connect(UnixDomainSocketAddress.of(folder.resolve("s")));
      var settings = ByteBuffer.allocate(100);
      assertThat(silent.read(settings)).isGreaterThan(9);
      assertThat(server.rest(LIMIT)).isTrue();
      replace();
      byte[] hello = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0".getBytes();
      silent.write(ByteBuffer.wrap(hello));
      var acknowledged = ByteBuffer.allocate(9);
      assertThat(silent.read(acknowledged)).isEqualTo(9);
      assertThat(acknowledged.array()).containsExactly(0, 0, 0, 4, 1, 0, 0, 0, 0);
    }
  }

  @Test
  void half_a_request_holds_the_change_up_and_a_refused_change_changes_nothing() throws Exception {
    try (var half = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      half.connect(UnixDomainSocketAddress.of(folder.resolve("s")));
      half.write(ByteBuffer.wrap("PRI * HTTP/2.0\r\n\r\nSM\r\n".getBytes()));
      Thread.sleep(50);
      assertThat(server.rest(Duration.ofMillis(100))).isFalse();
      assertThat(who()).isEqualTo("server 0");
    }
    assertThat(server.rest(LIMIT)).isTrue();
    server.goOn();
    assertThat(who()).isEqualTo("server 0");
  }
}
