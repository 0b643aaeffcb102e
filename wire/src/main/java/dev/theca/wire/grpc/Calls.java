package dev.theca.wire.grpc;

import dev.theca.wire.http2.ErrorCode;
import dev.theca.wire.http2.Frame;
import dev.theca.wire.http2.FrameOut;
import dev.theca.wire.http2.Frames;
import dev.theca.wire.http2.Http2Exception;
import dev.theca.wire.rpc.Gate;
import dev.theca.wire.rpc.RpcStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The calls of one connection that are not answered. All methods but those that end a call are for
 * the thread that reads.
 */
final class Calls {
  /** Beyond these, streams are refused; the peer is told the number. */
  static final int MOST = 128;

  private static final System.Logger LOG = System.getLogger("theca.grpc");
  private static final int MAX_REQUEST = 4 << 20;
  private static final int MAX_WAITING = 16 << 20;

  private final Map<String, GrpcServer.Handler> handlers;
  private final FrameOut out;
  private final Gate gate;
  private final Map<Integer, Call> open = new TreeMap<>(); // guarded by itself
  private final AtomicInteger coming = new AtomicInteger();
  private final AtomicInteger running = new AtomicInteger();

  Calls(Map<String, GrpcServer.Handler> handlers, FrameOut out, Gate gate) {
    this.handlers = handlers;
    this.out = out;
    this.gate = gate;
  }

  /** Calls whose requests have not come whole. */
  int coming() {
    return coming.get();
  }

  /** Calls that a handler is at, wanted or not. */
  int running() {
    return running.get();
  }

  /** A call that another server has read. */
  void goOnWith(GrpcServer.Open left) {
    var call =
        new Call(new FrameOut.Stream(left.stream(), left.window()), left.method(), MAX_REQUEST);
    call.message = left.message();
    call.state = Call.State.HELD;
    synchronized (open) {
      open.put(left.stream(), call);
    }
  }

  /** A new stream; false when it became no call. */
  boolean begin(int id, RequestHead head, boolean whole) throws IOException {
    switch (head) {
      case RequestHead.Malformed() -> reset(id, ErrorCode.PROTOCOL_ERROR);
      case RequestHead.NoCall(int status) -> refuse(id, Blocks.http(status), whole);
      case RequestHead.Refused(var status, var words) ->
          refuse(id, Blocks.only(status, words), whole);
      case RequestHead.Call(String method) -> {
        return begin(id, method, whole);
      }
    }
    return false;
  }

  private boolean begin(int id, String method, boolean whole) throws IOException {
    if (!handlers.containsKey(method)) {
      refuse(id, Blocks.only(RpcStatus.UNIMPLEMENTED, "no method " + method), whole);
      return false;
    }
    var call = new Call(out.open(id), method, MAX_REQUEST);
    synchronized (open) {
      if (open.size() < MOST) {
        open.put(id, call);
        coming.incrementAndGet();
      } else {
        call = null;
      }
    }
    if (call == null) reset(id, ErrorCode.REFUSED_STREAM);
    else if (whole) complete(call);
    return call != null;
  }

  private void reset(int id, ErrorCode code) throws IOException {
    out.write(Frames.number(Frame.RST_STREAM, id, code.ordinal()));
  }

  /** Answers without a call, and wants no more of the stream (RFC 9113 §8.1). */
  private void refuse(int id, byte[] block, boolean whole) throws IOException {
    out.write(Frames.headers(id, block, true));
    if (!whole) reset(id, ErrorCode.NO_ERROR);
  }

  private Optional<Call> find(int id) {
    synchronized (open) {
      return Optional.ofNullable(open.get(id));
    }
  }

  /** A piece of a request; what comes for a stream that has ended is dropped. */
  void data(Frame frame, boolean whole) throws IOException {
    Optional<Call> found = find(frame.stream());
    if (found.isEmpty()) return;
    Call call = found.get();
    if (call.state != Call.State.COMING) {
      breakOff(frame.stream(), ErrorCode.STREAM_CLOSED);
      return;
    }
    try {
      call.request.add(frame.payload());
      if (waiting() > MAX_WAITING)
        throw new GrpcException(RpcStatus.RESOURCE_EXHAUSTED, "too much waits to be answered");
    } catch (GrpcException e) {
      drop(call);
      refuse(frame.stream(), Blocks.only(e.status(), e.words()), whole);
      return;
    }
    if (whole) complete(call);
    else if (frame.size() > 0)
      out.write(Frames.number(Frame.WINDOW_UPDATE, frame.stream(), frame.size()));
  }

  private long waiting() {
    synchronized (open) {
      return open.values().stream()
          .filter(call -> call.state != Call.State.RUNNING)
          .mapToLong(Call::size)
          .sum();
    }
  }

  /** Fields after a request: its end, whatever they say. */
  void trailers(int id, boolean whole) throws IOException {
    Optional<Call> call = find(id);
    if (call.isEmpty()) return;
    if (call.get().state != Call.State.COMING) breakOff(id, ErrorCode.STREAM_CLOSED);
    else if (!whole) breakOff(id, ErrorCode.PROTOCOL_ERROR);
    else complete(call.get());
  }

  private void complete(Call call) throws IOException {
    Optional<byte[]> message = call.request.next();
    if (message.isEmpty() || call.request.size() > 0) {
      drop(call);
      String words = message.isEmpty() ? "a request without a message" : "more than one message";
      refuse(call.stream.id(), Blocks.only(RpcStatus.INTERNAL, words), true);
      return;
    }
    synchronized (open) {
      call.message = message.get();
      call.state = Call.State.HELD;
      coming.decrementAndGet();
      if (!gate.isShut()) start(call);
    }
  }

  private void drop(Call call) {
    synchronized (open) {
      open.remove(call.stream.id());
      if (call.state == Call.State.COMING) coming.decrementAndGet();
    }
  }

  /** The peer wants no answer; a handler that is at it finds out when it sends one. */
  void cancel(int id) {
    Optional<Call> call = find(id);
    if (call.isEmpty()) return;
    out.cancel(call.get().stream);
    synchronized (open) {
      if (call.get().state != Call.State.RUNNING) drop(call.get());
    }
  }

  /** Ends a stream that its peer has broken. */
  void breakOff(int id, ErrorCode code) throws IOException {
    cancel(id);
    reset(id, code);
  }

  void credit(int id, int bytes) throws IOException {
    Optional<Call> call = find(id);
    if (call.isPresent() && !out.credit(call.get().stream, bytes))
      breakOff(id, ErrorCode.FLOW_CONTROL_ERROR);
  }

  void initialWindow(int bytes) throws Http2Exception {
    synchronized (open) {
      out.initialWindow(bytes, open.values().stream().map(call -> call.stream).toList());
    }
  }

  /** Begins with what was held. */
  void startHeld() {
    synchronized (open) {
      for (Call call : open.values()) if (call.state == Call.State.HELD) start(call);
    }
  }

  private void start(Call call) {
    call.state = Call.State.RUNNING;
    running.incrementAndGet();
    Thread.ofVirtual().name("grpc-call").start(() -> run(call));
  }

  private void run(Call call) {
    try {
      answer(call);
    } finally {
      drop(call);
      running.decrementAndGet();
    }
  }

  private void answer(Call call) {
    var reply = new Reply(out, call.stream);
    try {
      GrpcServer.Handler handler = handlers.get(call.method);
      if (handler == null)
        throw new GrpcException(RpcStatus.UNIMPLEMENTED, "no method " + call.method);
      handler.answer(call.message, reply);
      reply.end(RpcStatus.OK, "");
    } catch (GrpcException e) {
      reply.end(e.status(), e.words());
    } catch (Exception e) {
      LOG.log(System.Logger.Level.ERROR, "method=" + call.method + " outcome=fault", e);
      reply.end(RpcStatus.INTERNAL, e.toString());
    }
  }

  /** Requests that have come and nobody has begun with. */
  List<GrpcServer.Open> held() {
    var held = new ArrayList<GrpcServer.Open>();
    synchronized (open) {
      for (Call call : open.values())
        held.add(
            new GrpcServer.Open(
                call.stream.id(), out.window(call.stream), call.method, call.message));
    }
    return held;
  }
}
