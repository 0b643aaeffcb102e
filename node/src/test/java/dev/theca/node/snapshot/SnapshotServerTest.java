package dev.theca.node.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.node.client.LibraryClient;
import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The service over its socket, asked by a client that is none of ours. */
@Timeout(120)
class SnapshotServerTest {
  private static final String SERVICE = "containerd.services.snapshots.v1.Snapshots";

  @TempDir Path folder;
  private SnapshotServer server;
  private LibraryClient client;

  @BeforeEach
  void start() {
    Path socket = folder.resolve("s.sock");
    var rule = new RemoteRule(false, List.of(), folder.resolve("content"));
    server = SnapshotServer.start(socket, folder.resolve("store"), rule);
    client = new LibraryClient(socket);
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
    assertThat(Files.exists(folder.resolve("s.sock"))).isFalse();
  }

  private byte[] prepare(String key, Map<String, String> labels) {
    var request = new ProtoWriter().string(1, "theca").string(2, key).map(4, labels);
    return client.call(SERVICE, "Prepare", request.toBytes());
  }

  private int list() {
    int count = 0;
    var answers = client.stream(SERVICE, "List", new byte[0]);
    while (answers.hasNext()) {
      var in = new ProtoReader(answers.next());
      while (in.next()) count++;
    }
    return count;
  }

  @Test
  void the_socket_is_for_root_only() throws Exception {
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("s.sock"))))
        .isEqualTo("rw-------");
  }

  @Test
  void what_is_refused_has_the_code_and_the_words_that_containerd_knows() {
    byte[] none = new ProtoWriter().string(1, "theca").string(2, "none").toBytes();
    assertThatThrownBy(() -> client.call(SERVICE, "Stat", none))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
              assertThat(e.getStatus().getDescription()).endsWith("does not exist: not found");
            });
    assertThatThrownBy(() -> client.call(SERVICE, "Stat", new byte[] {10, 100, 1}))
        .hasMessageContaining("INVALID_ARGUMENT");
    assertThatThrownBy(() -> client.call(SERVICE, "Nothing", none))
        .hasMessageContaining("UNIMPLEMENTED");
    assertThatThrownBy(() -> client.call(SERVICE, "Stat", new byte[5 << 20]))
        .hasMessageContaining("RESOURCE_EXHAUSTED");
    assertThat(list()).isZero();
    assertThat(client.lost()).isFalse();
  }

  @Test
  void lists_beyond_the_windows_come_whole_beside_other_calls() throws Exception {
    var labels = new HashMap<String, String>();
    for (int i = 0; i < 10; i++) labels.put("l" + i, "v".repeat(4000));
    for (int i = 0; i < 120; i++) assertThat(prepare("k/" + i, labels)).isNotEmpty();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var lists = new ArrayList<Future<Integer>>();
      for (int i = 0; i < 8; i++) lists.add(threads.submit(this::list));
      for (int i = 0; i < 50; i++) {
        byte[] one = new ProtoWriter().string(1, "theca").string(2, "k/" + i).toBytes();
        assertThat(client.call(SERVICE, "Stat", one)).hasSizeGreaterThan(40_000);
      }
      for (var one : lists) assertThat(one.get()).isEqualTo(120);
    }
    var left = client.stream(SERVICE, "List", new byte[0]);
    assertThat(left.hasNext()).isTrue(); // and nobody reads on
    assertThat(list()).isEqualTo(120);
    assertThat(client.lost()).isFalse();
  }

  @Test
  void the_sockets_file_is_gone_before_its_connections_end() throws Exception {
    Path socket = folder.resolve("other.sock");
    var rule = new RemoteRule(false, List.of(), folder.resolve("content"));
    var other = SnapshotServer.start(socket, folder.resolve("other"), rule);
    try (var connection = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      var closing = Thread.ofVirtual().start(other::close);
      awaitEnd(connection);
      assertThat(socket).doesNotExist();
      closing.join();
    }
  }

  private static void awaitEnd(SocketChannel connection) {
    var any = ByteBuffer.allocate(1000);
    try {
      while (connection.read(any.clear()) >= 0) Thread.onSpinWait();
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("reset"); // nobody had accepted it yet
    }
  }
}
