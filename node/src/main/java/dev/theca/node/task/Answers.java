package dev.theca.node.task;

import dev.theca.wire.Outcome;
import dev.theca.wire.rpc.RpcStatus;
import dev.theca.wire.ttrpc.TtrpcException;

/** The answers that are not OK, in the classes that containerd distinguishes. */
final class Answers {
  static final byte[] EMPTY = new byte[0];

  private Answers() {}

  static TtrpcException error(RpcStatus status, String words) {
    return new TtrpcException(status, words);
  }

  static TtrpcException unknown(String words) {
    return error(RpcStatus.UNKNOWN, words);
  }

  static TtrpcException precondition(String words) {
    return error(RpcStatus.FAILED_PRECONDITION, words);
  }

  static TtrpcException missing(String what) {
    return error(RpcStatus.NOT_FOUND, what + ": not found");
  }

  /** A refusal reaches the runtime's caller word for word. */
  static <T> T granted(Outcome<T> outcome) {
    return switch (outcome) {
      case Outcome.Granted<T>(var value) -> value;
      case Outcome.Refused<T>(var reasons) -> throw precondition(reasons.getFirst().toString());
    };
  }
}
