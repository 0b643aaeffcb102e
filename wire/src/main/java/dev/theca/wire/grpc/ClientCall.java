package dev.theca.wire.grpc;

import dev.theca.wire.http2.ErrorCode;
import dev.theca.wire.http2.Field;
import dev.theca.wire.http2.Frame;
import dev.theca.wire.http2.FrameIn;
import dev.theca.wire.http2.FrameOut;
import dev.theca.wire.http2.Frames;
import dev.theca.wire.http2.HpackDecoder;
import dev.theca.wire.http2.HpackEncoder;
import dev.theca.wire.http2.Http2Exception;
import dev.theca.wire.http2.Settings;
import dev.theca.wire.rpc.RpcStatus;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** One call on a connection of its own. */
final class ClientCall implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("theca.grpc");
  private static final int ID = 1;
  private static final int WINDOW = 1 << 20;
  private static final byte[] NOTHING = {};

  private final Path socket;
  private final Optional<Duration> limit;
  private final Messages messages;
  private final HpackDecoder headers = new HpackDecoder(false);
  private final SocketChannel channel;
  private final FrameIn in;
  private final FrameOut out;
  private Optional<Thread> watch = Optional.empty();
  private volatile boolean late;
  private Optional<FrameOut.Stream> sending = Optional.empty();
  private boolean answered;
  private Optional<GrpcException> end = Optional.empty();
  private boolean ended;
  private int owed;

  ClientCall(Path socket, int maxBytes, Optional<Duration> limit) {
    this.socket = socket;
    this.limit = limit;
    this.messages = new Messages(maxBytes);
    try {
      channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    } catch (IOException e) {
      throw new GrpcException(RpcStatus.INTERNAL, String.valueOf(e.getMessage()), e);
    }
    in = new FrameIn(channel);
    out = new FrameOut(channel, () -> {});
  }

  /** Connects and begins to send; what does not fit a window goes on beside the reading. */
  void begin(String method, byte[] request, String... header) {
    watch = limit.map(this::watch);
    try {
      boolean unused = channel.connect(UnixDomainSocketAddress.of(socket));
      out.write(FrameIn.preface());
      out.write(
          Settings.frame(
              Settings.HEADER_TABLE_SIZE,
              0,
              Settings.ENABLE_PUSH,
              0,
              Settings.INITIAL_WINDOW_SIZE,
              WINDOW));
      out.write(Frames.number(Frame.WINDOW_UPDATE, 0, WINDOW - FrameOut.USUAL_WINDOW));
      var stream = out.open(ID);
      byte[] head = Frames.headers(ID, head(method, header), false);
      byte[] message = Messages.prefixed(request);
      if (message.length < Frame.MAX_PAYLOAD) send(stream, head, message);
      else sendBeside(stream, head, message);
    } catch (IOException e) {
      throw fault(e);
    }
  }

  private void send(FrameOut.Stream stream, byte[] head, byte[] message) throws IOException {
    boolean unused = out.data(stream, head, message, true, NOTHING);
  }

  private void sendBeside(FrameOut.Stream stream, byte[] head, byte[] message) {
    this.sending = Optional.of(stream);
    Thread.ofVirtual()
        .name("grpc-request")
        .start(
            () -> {
              try {
                send(stream, head, message);
              } catch (IOException e) { // the reader says why
                LOG.log(System.Logger.Level.DEBUG, () -> "a request: " + e.getMessage());
              }
            });
  }

  private Thread watch(Duration time) {
    return Thread.ofVirtual()
        .name("grpc-limit")
        .start(
            () -> {
              try {
                Thread.sleep(time);
                late = true;
                shut();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // answered in time
              }
            });
  }

  private byte[] head(String method, String... header) {
    var block =
        new HpackEncoder()
            .field(":method", "POST")
            .field(":scheme", "http")
            .field(":path", "/" + method)
            .field(":authority", "localhost")
            .field("te", "trailers")
            .field("content-type", Blocks.CONTENT_TYPE)
            .field("user-agent", "theca");
    limit.ifPresent(time -> block.field("grpc-timeout", timeout(time)));
    for (int i = 0; i < header.length; i += 2) block.field(header[i], header[i + 1]);
    return block.block();
  }

  /** At most eight digits and a unit. */
  private static String timeout(Duration time) {
    long millis = Math.max(1, time.toMillis());
    return millis < 100_000_000 ? millis + "m" : Math.min(99_999_999, time.toSeconds()) + "S";
  }

  /** The next message; empty at the end with OK, any other end is an exception. */
  Optional<byte[]> next() {
    try {
      while (true) {
        Optional<byte[]> message = messages.next();
        if (message.isPresent()) return message;
        if (end.isPresent()) throw end.get();
        if (ended) return Optional.empty();
        take(in.next().orElseThrow(() -> new EOFException("the server closed the connection")));
      }
    } catch (IOException e) {
      throw fault(e);
    }
  }

  private GrpcException fault(IOException e) {
    if (late) {
      String words = "no answer within " + limit.map(Duration::toMillis).orElse(0L) + " ms";
      return new GrpcException(RpcStatus.DEADLINE_EXCEEDED, words, e);
    }
    if (Thread.currentThread().isInterrupted())
      return new GrpcException(RpcStatus.CANCELLED, "interrupted", e);
    if (e instanceof Http2Exception broken)
      return new GrpcException(RpcStatus.INTERNAL, broken.code() + ": " + broken.getMessage(), e);
    return new GrpcException(
        RpcStatus.UNAVAILABLE, "no server at " + socket + ": " + e.getMessage(), e);
  }

  private void take(Frame frame) throws IOException {
    switch (frame.type()) {
      case Frame.SETTINGS -> settings(frame);
      case Frame.PING -> {
        if (!frame.has(Frame.ACK))
          out.write(Frames.frame(Frame.PING, Frame.ACK, 0, frame.payload()));
      }
      case Frame.WINDOW_UPDATE -> grow(frame);
      case Frame.GOAWAY -> {
        if (frame.number(0) < ID)
          throw new IOException("the server takes no calls: " + ErrorCode.of(frame.number(4)));
      }
      case Frame.HEADERS -> headers(frame);
      case Frame.DATA -> data(frame);
      case Frame.RST_STREAM -> reset(ErrorCode.of(frame.number(0)));
      default -> {} // the others say nothing that matters to one call
    }
  }

  private void settings(Frame frame) throws IOException {
    if (frame.has(Frame.ACK)) {
      headers.settled();
      return;
    }
    OptionalInt window = Settings.initialWindow(frame);
    if (window.isPresent()) out.initialWindow(window.getAsInt(), sending.stream().toList());
    out.write(Frames.frame(Frame.SETTINGS, Frame.ACK, 0, NOTHING));
  }

  private void grow(Frame frame) throws IOException {
    if (frame.stream() == 0) out.credit(frame.number(0));
    else if (sending.isPresent() && !out.credit(sending.get(), frame.number(0)))
      throw new Http2Exception(ErrorCode.FLOW_CONTROL_ERROR, "a window exceeds 2^31-1");
  }

  private void reset(ErrorCode code) {
    if (ended) return; // §8.1: it wants no more of the request
    RpcStatus status =
        switch (code) {
          case REFUSED_STREAM -> RpcStatus.UNAVAILABLE;
          case CANCEL -> RpcStatus.CANCELLED;
          case ENHANCE_YOUR_CALM -> RpcStatus.RESOURCE_EXHAUSTED;
          case INADEQUATE_SECURITY -> RpcStatus.PERMISSION_DENIED;
          case NO_ERROR,
              PROTOCOL_ERROR,
              INTERNAL_ERROR,
              FLOW_CONTROL_ERROR,
              SETTINGS_TIMEOUT,
              STREAM_CLOSED,
              FRAME_SIZE_ERROR,
              COMPRESSION_ERROR,
              CONNECT_ERROR,
              HTTP_1_1_REQUIRED ->
              RpcStatus.INTERNAL;
        };
    end = Optional.of(new GrpcException(status, "the server ended the stream: " + code));
  }

  private void headers(Frame frame) throws IOException {
    List<Field> fields = headers.decode(frame.payload());
    if (!answered) {
      String status = Blocks.value(fields, ":status").orElse("");
      if (status.startsWith("1")) return;
      answered = true;
      if (!status.equals("200"))
        end = Optional.of(new GrpcException(RpcStatus.UNKNOWN, "HTTP status " + status));
    }
    if (!frame.has(Frame.END_STREAM) || end.isPresent()) return;
    RpcStatus status = Blocks.status(fields);
    String words = Blocks.plain(Blocks.value(fields, "grpc-message").orElse(""));
    if (status == RpcStatus.OK) over();
    else end = Optional.of(new GrpcException(status, words));
  }

  /** Nothing may be left over at the end. */
  private void over() {
    ended = true;
    if (messages.size() > 0)
      end = Optional.of(new GrpcException(RpcStatus.INTERNAL, "an answer ends inside a message"));
  }

  private void data(Frame frame) throws IOException {
    if (!answered) throw new Http2Exception(ErrorCode.PROTOCOL_ERROR, "data before the fields");
    messages.add(frame.payload());
    if (frame.has(Frame.END_STREAM))
      end = Optional.of(new GrpcException(RpcStatus.UNKNOWN, "an answer without a status"));
    owed += frame.size();
    if (owed < WINDOW / 2) return;
    out.write(Frames.number(Frame.WINDOW_UPDATE, 0, owed));
    out.write(Frames.number(Frame.WINDOW_UPDATE, ID, owed));
    owed = 0;
  }

  @Override
  public void close() {
    watch.ifPresent(Thread::interrupt);
    shut();
  }

  private void shut() {
    try {
      channel.close(); // first: it ends a writer that waits for the server
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, () -> "a grpc connection: " + e.getMessage());
    }
    out.end();
  }
}
