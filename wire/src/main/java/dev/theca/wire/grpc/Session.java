package dev.theca.wire.grpc;

import dev.theca.wire.http2.ErrorCode;
import dev.theca.wire.http2.Frame;
import dev.theca.wire.http2.FrameIn;
import dev.theca.wire.http2.FrameOut;
import dev.theca.wire.http2.Frames;
import dev.theca.wire.http2.HpackDecoder;
import dev.theca.wire.http2.Http2Exception;
import dev.theca.wire.http2.Settings;
import dev.theca.wire.rpc.Gate;
import dev.theca.wire.rpc.RpcConnection;
import java.io.IOException;
import java.util.Map;
import java.util.OptionalInt;

/** One connection of a server: reads its frames on one thread. */
final class Session {
  private static final System.Logger LOG = System.getLogger("theca.grpc");
  private static final int OWED = FrameOut.USUAL_WINDOW / 2;

  private final RpcConnection connection;
  private final Gate gate;
  private final FrameIn in;
  private final FrameOut out;
  private final HpackDecoder headers;
  private final Calls calls;
  private final Calm calm = new Calm();
  private final boolean takenOver;
  private volatile boolean greeted;
  private volatile boolean begun;
  private volatile boolean settled;
  private volatile int last;
  private int owed;

  Session(RpcConnection connection, Map<String, GrpcServer.Handler> handlers, Gate gate) {
    this.connection = connection;
    this.gate = gate;
    this.in = new FrameIn(connection);
    this.out = new FrameOut(connection, gate::look);
    this.headers = new HpackDecoder(false);
    this.calls = new Calls(handlers, out, gate);
    this.takenOver = false;
  }

  Session(GrpcServer.Left left, Map<String, GrpcServer.Handler> handlers, Gate gate) {
    this.connection = left.connection();
    this.gate = gate;
    this.in = new FrameIn(connection);
    this.out = new FrameOut(connection, gate::look, left.window(), left.initialWindow());
    this.headers = new HpackDecoder(left.settled());
    this.calls = new Calls(handlers, out, gate);
    this.takenOver = true;
    this.greeted = left.greeted();
    this.begun = left.greeted();
    this.settled = left.settled();
    this.last = left.last();
    this.owed = left.owed();
    left.open().forEach(calls::goOnWith);
  }

  RpcConnection connection() {
    return connection;
  }

  /** Reads until the peer goes; rests at the gate, between two frames, when it is shut. */
  void serve() throws IOException {
    try {
      if (!takenOver) greet();
      while (true) {
        if (!connection.awaitFrame() && !needed()) {
          gate.rest(this::needed);
          continue;
        }
        if (!greeted) {
          if (!in.readPreface()) return;
          greeted = true;
          continue;
        }
        var frame = in.next();
        if (frame.isEmpty()) return;
        take(frame.get());
      }
    } catch (Http2Exception e) {
      LOG.log(System.Logger.Level.DEBUG, () -> "a grpc connection is refused: " + e.getMessage());
      out.farewell(Frames.goAway(last, e.code(), String.valueOf(e.getMessage())));
    }
  }

  private void greet() throws IOException {
    out.write(
        Settings.frame(
            Settings.HEADER_TABLE_SIZE,
            0,
            Settings.MAX_CONCURRENT_STREAMS,
            Calls.MOST,
            Settings.MAX_HEADER_LIST_SIZE,
            HpackDecoder.MAX_LIST));
  }

  /** Whether a frame that is to come must be read here before the connection can be left. */
  private boolean needed() {
    return (greeted && !begun) || headers.touched() || calls.coming() > 0 || out.blocked() > 0;
  }

  private void take(Frame frame) throws IOException {
    if (!begun && (frame.type() != Frame.SETTINGS || frame.has(Frame.ACK)))
      throw new Http2Exception(ErrorCode.PROTOCOL_ERROR, "the first frame is not SETTINGS");
    begun = true;
    switch (frame.type()) {
      case Frame.DATA -> data(frame);
      case Frame.HEADERS -> headers(frame);
      case Frame.RST_STREAM -> {
        calm.count();
        used(frame);
        calls.cancel(frame.stream());
      }
      case Frame.SETTINGS -> settings(frame);
      case Frame.PING -> {
        calm.count();
        if (!frame.has(Frame.ACK))
          out.write(Frames.frame(Frame.PING, Frame.ACK, 0, frame.payload()));
      }
      case Frame.WINDOW_UPDATE -> grow(frame);
      default -> calm.count(); // PRIORITY, GOAWAY and unknown ones say nothing that matters here
    }
  }

  /** A frame about a stream that nobody opened ends the connection (RFC 9113 §5.1). */
  private void used(Frame frame) throws Http2Exception {
    if (frame.stream() > last || frame.stream() % 2 == 0)
      throw new Http2Exception(
          ErrorCode.PROTOCOL_ERROR,
          "a frame of type " + frame.type() + " on idle stream " + frame.stream());
  }

  private void settings(Frame frame) throws IOException {
    calm.count();
    if (frame.has(Frame.ACK)) {
      headers.settled();
      settled = true;
      return;
    }
    OptionalInt window = Settings.initialWindow(frame);
    if (window.isPresent()) calls.initialWindow(window.getAsInt());
    out.write(Frames.frame(Frame.SETTINGS, Frame.ACK, 0, new byte[0]));
  }

  private void grow(Frame frame) throws IOException {
    int bytes = frame.number(0);
    if (frame.stream() == 0) {
      if (bytes == 0) throw new Http2Exception(ErrorCode.PROTOCOL_ERROR, "a window grows by 0");
      out.credit(bytes);
      return;
    }
    used(frame);
    if (bytes == 0) calls.breakOff(frame.stream(), ErrorCode.PROTOCOL_ERROR);
    else calls.credit(frame.stream(), bytes);
  }

  private void headers(Frame frame) throws IOException {
    int stream = frame.stream();
    if (stream % 2 == 0)
      throw new Http2Exception(ErrorCode.PROTOCOL_ERROR, "a client's stream " + stream);
    var fields = headers.decode(frame.payload());
    boolean whole = frame.has(Frame.END_STREAM);
    if (stream > last) {
      last = stream;
      if (!calls.begin(stream, RequestHead.of(fields), whole)) calm.count();
    } else {
      calm.count();
      calls.trailers(stream, whole);
    }
  }

  private void data(Frame frame) throws IOException {
    used(frame);
    boolean whole = frame.has(Frame.END_STREAM);
    if (frame.payload().length == 0 && !whole) calm.count();
    owed += frame.size();
    if (owed > OWED) {
      out.write(Frames.number(Frame.WINDOW_UPDATE, 0, owed));
      owed = 0;
    }
    calls.data(frame, whole);
  }

  /** Whether nothing has begun that is not answered. */
  boolean quiet() {
    return calls.running() == 0 && !needed();
  }

  void startHeld() {
    calls.startHeld();
  }

  /** From now on nothing is written here any more. */
  GrpcServer.Left leave() {
    out.end();
    return new GrpcServer.Left(
        connection, greeted, settled, last, out.window(), out.initialWindow(), owed, calls.held());
  }

  /** Tells the peer that no more is taken. */
  void goAway() {
    try {
      out.farewell(Frames.goAway(last, ErrorCode.NO_ERROR, "the server ends"));
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, () -> "a grpc connection: " + e.getMessage());
    }
  }

  /** The connection has gone. */
  void end() {
    out.end();
  }
}
