package dev.theca.broker.audit;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Sends records to a syslog server: RFC 5424 messages, over UDP (RFC 5426) one per datagram, over
 * TCP or a Unix stream socket framed by their length (RFC 6587, section 3.4.1). UDP does not tell
 * whether anything arrived.
 */
public final class SyslogSink implements Sink {
  /** RFC 5426, section 3.2: receivers should take 2048 bytes; all known ones take this. */
  private static final int MAX_DATAGRAM = 8192;

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Where the server listens. */
  public sealed interface Server {
    record Udp(String host, int port) implements Server {}

    record Tcp(String host, int port) implements Server {}

    record Unix(Path socket) implements Server {}
  }

  private interface Wire extends AutoCloseable {
    void send(byte[] message) throws IOException;

    @Override
    void close() throws IOException;
  }

  private final Server server;
  private final String hostName;
  private Optional<Wire> wire = Optional.empty();

  /**
   * @param hostName of this broker, as the messages name it
   */
  public SyslogSink(Server server, String hostName) {
    this.server = server;
    this.hostName = hostName.isEmpty() ? "-" : hostName.replaceAll("[^!-~]", "?");
  }

  @Override
  public synchronized void deliver(List<Line> records) throws IOException {
    boolean sent = false;
    try {
      if (wire.isEmpty()) wire = Optional.of(connect());
      for (Line record : records) wire.get().send(message(record));
      sent = true;
    } finally {
      if (!sent) close(); // the next attempt connects anew
    }
  }

  /** PRI: facility 13 (log audit), severity informational, or warning for what was refused. */
  private byte[] message(Line record) {
    int severity = record.outcome().equals("refused") || record.outcome().equals("fault") ? 4 : 6;
    String head =
        "<"
            + (13 * 8 + severity)
            + ">1 "
            + Instant.ofEpochMilli(record.time())
            + " "
            + hostName
            + " theca-broker - "
            + messageId(record.kind())
            + " - ";
    byte[] whole = (head + record.text()).getBytes(StandardCharsets.UTF_8);
    if (!(server instanceof Server.Udp) || whole.length <= MAX_DATAGRAM) return whole;
    String instead =
        "{\"seq\":"
            + record.seq()
            + ",\"sha256\":\""
            + AuditRecord.hash(record.text().getBytes(StandardCharsets.UTF_8))
            + "\"}";
    return (head + instead).getBytes(StandardCharsets.UTF_8);
  }

  private static String messageId(String kind) {
    String id = kind.replaceAll("[^!-~]", "?");
    return id.isEmpty() ? "-" : id.substring(0, Math.min(32, id.length()));
  }

  private Wire connect() throws IOException {
    return switch (server) {
      case Server.Udp(String host, int port) -> udp(new InetSocketAddress(host, port));
      case Server.Tcp(String host, int port) -> tcp(new InetSocketAddress(host, port));
      case Server.Unix(Path socket) -> unix(socket);
    };
  }

  private static Wire udp(InetSocketAddress address) throws IOException {
    var socket = new DatagramSocket();
    return new Wire() {
      @Override
      public void send(byte[] message) throws IOException {
        socket.send(new DatagramPacket(message, message.length, address));
      }

      @Override
      public void close() {
        socket.close();
      }
    };
  }

  private static Wire tcp(InetSocketAddress address) throws IOException {
    var socket = new Socket();
    socket.connect(address, (int) PATIENCE.toMillis());
    var out = socket.getOutputStream();
    return new Wire() {
      @Override
      public void send(byte[] message) throws IOException {
        out.write(framed(message));
      }

      @Override
      public void close() throws IOException {
        socket.close();
      }
    };
  }

  private static Wire unix(Path path) throws IOException {
    var channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
    return new Wire() {
      @Override
      public void send(byte[] message) throws IOException {
        var bytes = ByteBuffer.wrap(framed(message));
        while (bytes.hasRemaining()) {
          int unused = channel.write(bytes);
        }
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }
    };
  }

  private static byte[] framed(byte[] message) {
    byte[] length = (message.length + " ").getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(length.length + message.length).put(length).put(message).array();
  }

  @Override
  public synchronized void close() throws IOException {
    var open = wire;
    wire = Optional.empty();
    if (open.isPresent()) open.get().close();
  }
}
