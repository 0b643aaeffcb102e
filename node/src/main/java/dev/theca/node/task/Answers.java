package dev.theca.node.task;

import dev.theca.wire.Outcome;
import dev.theca.wire.ttrpc.TtrpcException;
import dev.theca.wire.ttrpc.TtrpcStatus;

/** The answers that are not OK, in the classes that containerd distinguishes. */
final class Answers {
  static final byte[] EMPTY = new byte[0];

  private Answers() {}

  static TtrpcException error(TtrpcStatus status, String words) {
    return new TtrpcException(status, words);
  }

  static TtrpcException unknown(String words) {
    return error(TtrpcStatus.UNKNOWN, words);
  }

  static TtrpcException precondition(String words) {
    return error(TtrpcStatus.FAILED_PRECONDITION, words);
  }

  static TtrpcException missing(String what) {
    return error(TtrpcStatus.NOT_FOUND, what + ": not found");
  }

  /** A refusal reaches the runtime's caller word for word. */
  static <T> T granted(Outcome<T> outcome) {
    return switch (outcome) {
      case Outcome.Granted<T>(var value) -> value;
      case Outcome.Refused<T>(var reasons) -> throw precondition(reasons.getFirst().toString());
    };
  }
}
