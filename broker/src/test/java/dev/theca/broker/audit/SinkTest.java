package dev.theca.broker.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SinkTest {
  @TempDir private Path folder;

  /** A sink that remembers, and fails when told. */
  private static final class Memory implements Sink {
    final List<Long> got = new ArrayList<>();
    boolean broken;

    @Override
    public void deliver(List<Line> records) throws IOException {
      for (Line record : records) {
        got.add(record.seq());
        if (broken) throw new IOException("the sink is down");
      }
    }

    @Override
    public void close() {}
  }

  private static final Sink.Line LINE =
      new Sink.Line(5, World.START.toEpochMilli(), "release", "refused", "{\"seq\":5}");

  @Test
  void a_sink_gets_every_record_once_in_order_and_goes_on_after_a_restart() throws IOException {
    try (var world = new World(folder)) {
      world.records(300);
      var memory = new Memory();
      var feed = new SinkFeed(world.database, "siem", memory);
      while (feed.step(world.instant()) > 0) {}
      world.records(2);
      world.pass(Duration.ofMinutes(1));
      var restarted = new SinkFeed(world.database, "siem", memory);
      while (restarted.step(world.instant()) > 0) {}
      assertThat(memory.got).hasSize(304).isSorted().doesNotHaveDuplicates();
    }
  }

  @Test
  void a_sink_that_fails_gets_the_records_again() throws IOException {
    try (var world = new World(folder)) {
      world.records(3);
      var memory = new Memory();
      memory.broken = true;
      var feed = new SinkFeed(world.database, "siem", memory);
      assertThatThrownBy(() -> feed.step(world.instant())).isInstanceOf(IOException.class);
      memory.broken = false;
      assertThat(feed.step(world.instant())).isEqualTo(5);
      assertThat(memory.got).containsExactly(1L, 1L, 2L, 3L, 4L, 5L);
    }
  }

  @Test
  void two_replicas_do_not_feed_the_same_sink_at_once() throws IOException {
    try (var world = new World(folder)) {
      world.records(3);
      var one = new Memory();
      var two = new Memory();
      var first = new SinkFeed(world.database, "siem", one);
      var second = new SinkFeed(world.database, "siem", two);
      assertThat(first.step(world.instant())).isEqualTo(5);
      world.records(1);
      assertThat(second.step(world.instant())).isZero();
      world.pass(Duration.ofMinutes(1));
      assertThat(second.step(world.instant())).as("the lease ran out").isEqualTo(1);
      assertThat(two.got).containsExactly(6L);
    }
  }

  @Test
  void retention_waits_for_a_sink_until_it_is_forgotten() throws IOException {
    try (var world = new World(folder)) {
      world.records(300);
      var memory = new Memory();
      assertThat(new SinkFeed(world.database, "siem", memory).step(world.instant())).isEqualTo(256);
      world.pass(Duration.ofDays(9));
      var retention = new Retention(world.database, world.trail);
      assertThat(retention.removeOlderThan(Duration.ofDays(1), world.instant())).isEqualTo(255);
      SinkFeed.forget(world.database, "siem");
      world.pass(Duration.ofDays(9));
      assertThat(retention.removeOlderThan(Duration.ofDays(1), world.instant())).isEqualTo(48);
    }
  }

  @Test
  void sinks_that_are_not_configured_any_more_are_forgotten_and_no_other() throws IOException {
    try (var world = new World(folder)) {
      world.records(3);
      for (String name : List.of("file", "siem")) {
        int unused = new SinkFeed(world.database, name, new Memory()).step(world.instant());
      }
      SinkFeed.forgetOthers(world.database, Set.of("file"));
      List<String> left =
          world.database.read(sql -> sql.list("SELECT sink FROM audit_cursor", r -> r.text(1)));
      assertThat(left).containsExactly("file");
    }
  }

  @Test
  void a_full_file_is_rotated_and_the_oldest_goes() throws IOException {
    Path file = folder.resolve("audit.jsonl");
    try (var sink = new FileSink(file, 100, 2)) {
      for (int i = 0; i < 40; i++) sink.deliver(List.of(LINE));
    }
    assertThat(Files.readAllLines(file)).containsOnly("{\"seq\":5}");
    assertThat(Files.size(folder.resolve("audit.jsonl.1"))).isBetween(90L, 100L);
    assertThat(folder.resolve("audit.jsonl.2")).exists();
    assertThat(folder.resolve("audit.jsonl.3")).doesNotExist();
  }

  @Test
  void a_half_written_line_is_cut_off_at_the_next_start() throws IOException {
    Path file = folder.resolve("audit.jsonl");
    Files.writeString(file, "{\"seq\":4}\n{\"se", StandardOpenOption.CREATE);
    try (var sink = new FileSink(file, 1000, 2)) {
      sink.deliver(List.of(LINE));
    }
    assertThat(Files.readString(file)).isEqualTo("{\"seq\":4}\n{\"seq\":5}\n");
  }

  private static final String MESSAGE =
      "<108>1 2026-03-01T10:00:00Z broker-0 theca-broker - release - {\"seq\":5}";

  @Test
  void syslog_over_udp_is_one_message_a_datagram() throws IOException {
    try (var server = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        var sink =
            new SyslogSink(
                new SyslogSink.Server.Udp("127.0.0.1", server.getLocalPort()), "broker-0")) {
      server.setSoTimeout(60_000);
      var huge = new Sink.Line(6, 0, "release", "granted", "{\"x\":\"" + "x".repeat(9000) + "\"}");
      sink.deliver(List.of(LINE, huge));
      assertThat(received(server)).isEqualTo(MESSAGE);
      assertThat(received(server))
          .startsWith("<110>1 1970")
          .contains("\"sha256\"")
          .hasSizeLessThan(300);
    }
  }

  private static String received(DatagramSocket server) throws IOException {
    var packet = new DatagramPacket(new byte[65536], 65536);
    server.receive(packet);
    return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
  }

  @Test
  void syslog_over_tcp_is_framed_by_length_and_connects_again_after_a_fault() throws IOException {
    var line = MESSAGE.length() + " " + MESSAGE;
    int port;
    try (var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      port = server.getLocalPort();
      try (var sink = new SyslogSink(new SyslogSink.Server.Tcp("127.0.0.1", port), "broker-0")) {
        sink.deliver(List.of(LINE, LINE));
        try (var accepted = server.accept()) {
          byte[] got = accepted.getInputStream().readNBytes(2 * line.length());
          assertThat(new String(got, StandardCharsets.UTF_8)).isEqualTo(line + line);
        }
      }
    }
    try (var sink = new SyslogSink(new SyslogSink.Server.Tcp("127.0.0.1", port), "broker-0")) {
      assertThatThrownBy(() -> sink.deliver(List.of(LINE))).isInstanceOf(IOException.class);
      try (var server = new ServerSocket(port, 5, InetAddress.getLoopbackAddress())) {
        sink.deliver(List.of(LINE));
        try (var accepted = server.accept()) {
          assertThat(accepted.getInputStream().readNBytes(line.length())).hasSize(line.length());
        }
      }
    }
  }

  @Test
  void syslog_over_a_unix_socket_is_framed_by_length() throws IOException {
    Path path = folder.resolve("log");
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      try (var sink = new SyslogSink(new SyslogSink.Server.Unix(path), "broker-0")) {
        sink.deliver(List.of(LINE));
        try (var accepted = server.accept()) {
          var got = ByteBuffer.allocate(200);
          accepted.read(got);
          assertThat(new String(got.array(), 0, got.position(), StandardCharsets.UTF_8))
              .isEqualTo(MESSAGE.length() + " " + MESSAGE);
        }
      }
    }
  }
}
