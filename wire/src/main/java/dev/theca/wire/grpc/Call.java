package dev.theca.wire.grpc;

import dev.theca.wire.http2.FrameOut;

/** One call of a connection; its state is guarded by the session's table of calls. */
final class Call {
  enum State {
    /** The request has not come whole. */
    COMING,
    /** It has come while the server rests. */
    HELD,
    RUNNING
  }

  final FrameOut.Stream stream;
  final String method;
  final Messages request;
  State state = State.COMING;
  byte[] message = {};

  Call(FrameOut.Stream stream, String method, int maxRequest) {
    this.stream = stream;
    this.method = method;
    this.request = new Messages(maxRequest);
  }

  int size() {
    return state == State.COMING ? request.size() : message.length;
  }
}
