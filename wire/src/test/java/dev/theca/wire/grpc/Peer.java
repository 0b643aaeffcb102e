package dev.theca.wire.grpc;

import dev.theca.wire.http2.ErrorCode;
import dev.theca.wire.http2.Frame;
import dev.theca.wire.http2.FrameIn;
import dev.theca.wire.http2.Frames;
import dev.theca.wire.http2.HpackDecoder;
import dev.theca.wire.http2.HpackEncoder;
import dev.theca.wire.http2.Settings;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.HexFormat;

/** A client that says whatever it is told, frame by frame. */
final class Peer implements AutoCloseable {
  final SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
  private final FrameIn in = new FrameIn(channel);
  private final HpackDecoder headers = new HpackDecoder(false);

  Peer(Path socket) throws IOException {
    channel.connect(UnixDomainSocketAddress.of(socket));
  }

  /** Preface and settings have been exchanged. */
  static Peer greeted(Path socket, int... settings) throws IOException {
    var peer = new Peer(socket);
    peer.send(FrameIn.preface());
    peer.send(Settings.frame(settings));
    peer.send(Frames.frame(Frame.SETTINGS, Frame.ACK, 0, new byte[0]));
    return peer;
  }

  void send(byte[] bytes) throws IOException {
    var buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) channel.write(buffer);
  }

  void send(String hex) throws IOException {
    send(HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  static HpackEncoder head(String method) {
    return new HpackEncoder()
        .field(":method", "POST")
        .field(":scheme", "http")
        .field(":path", "/" + method)
        .field(":authority", "localhost")
        .field("te", "trailers")
        .field("content-type", "application/grpc");
  }

  void open(int stream, String method) throws IOException {
    send(Frames.headers(stream, head(method).block(), false));
  }

  void data(int stream, byte[] data, boolean last) throws IOException {
    send(Frames.frame(Frame.DATA, last ? Frame.END_STREAM : 0, stream, data));
  }

  void call(int stream, String method, String text) throws IOException {
    open(stream, method);
    data(stream, Messages.prefixed(text.getBytes()), true);
  }

  void grant(int stream, int bytes) throws IOException {
    send(Frames.number(Frame.WINDOW_UPDATE, stream, bytes));
  }

  /** The next frame that is about a stream, or ends the connection. */
  Frame next() throws IOException {
    while (true) {
      Frame frame = in.next().orElseThrow(() -> new IOException("the connection has ended"));
      if (frame.type() != Frame.SETTINGS && frame.type() != Frame.WINDOW_UPDATE) return frame;
    }
  }

  /** Frames as words, until a stream ends: {@code HEADERS 1 a=b}, {@code DATA 1 5}. */
  String answer() throws IOException {
    var words = new StringBuilder();
    while (true) {
      Frame frame = next();
      words.append(words(frame)).append('\n');
      boolean endable = frame.type() == Frame.DATA || frame.type() == Frame.HEADERS;
      if (!endable || frame.has(Frame.END_STREAM)) return words.toString();
    }
  }

  private String words(Frame frame) throws IOException {
    return switch (frame.type()) {
      case Frame.HEADERS -> {
        var words = new StringBuilder("HEADERS " + frame.stream());
        headers
            .decode(frame.payload())
            .forEach(f -> words.append(' ').append(f.name()).append('=').append(f.value()));
        yield words.toString();
      }
      case Frame.DATA -> "DATA " + frame.stream() + " " + frame.payload().length;
      case Frame.RST_STREAM -> "RST_STREAM " + frame.stream() + " " + ErrorCode.of(frame.number(0));
      case Frame.GOAWAY ->
          "GOAWAY "
              + frame.number(0)
              + " "
              + ErrorCode.of(frame.number(4))
              + " "
              + new String(frame.payload(), 8, frame.payload().length - 8);
      default -> "TYPE " + frame.type();
    };
  }

  /** Whether the other side has closed the connection, after what it still had to say. */
  boolean ended() throws IOException {
    while (true) {
      var frame = in.next();
      if (frame.isEmpty()) return true;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
