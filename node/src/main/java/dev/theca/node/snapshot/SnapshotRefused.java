package dev.theca.node.snapshot;

import dev.theca.wire.rpc.RpcStatus;

/** An answer that is not OK, with the status and the last words that containerd expects. */
final class SnapshotRefused extends Exception {
  private static final long serialVersionUID = 1L;

  private final RpcStatus status;
  private final String words;

  private SnapshotRefused(RpcStatus status, String words) {
    super(words, null, false, false);
    this.status = status;
    this.words = words;
  }

  static SnapshotRefused missing(String name) {
    return new SnapshotRefused(
        RpcStatus.NOT_FOUND, "snapshot " + name + " does not exist: not found");
  }

  static SnapshotRefused exists(String name) {
    return new SnapshotRefused(RpcStatus.ALREADY_EXISTS, "snapshot " + name + ": already exists");
  }

  static SnapshotRefused state(String words) {
    return new SnapshotRefused(RpcStatus.FAILED_PRECONDITION, words + ": failed precondition");
  }

  static SnapshotRefused invalid(String words) {
    return new SnapshotRefused(RpcStatus.INVALID_ARGUMENT, words + ": invalid argument");
  }

  RpcStatus status() {
    return status;
  }

  String words() {
    return words;
  }
}
