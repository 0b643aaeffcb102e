package dev.theca.node.snapshot;

import io.grpc.Status;

/** An answer that is not OK, with the status and the last words that containerd expects. */
final class SnapshotRefused extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Status status;

  private SnapshotRefused(Status status, String words) {
    super(words, null, false, false);
    this.status = status.withDescription(words);
  }

  static SnapshotRefused missing(String name) {
    return new SnapshotRefused(Status.NOT_FOUND, "snapshot " + name + " does not exist: not found");
  }

  static SnapshotRefused exists(String name) {
    return new SnapshotRefused(Status.ALREADY_EXISTS, "snapshot " + name + ": already exists");
  }

  static SnapshotRefused state(String words) {
    return new SnapshotRefused(Status.FAILED_PRECONDITION, words + ": failed precondition");
  }

  static SnapshotRefused invalid(String words) {
    return new SnapshotRefused(Status.INVALID_ARGUMENT, words + ": invalid argument");
  }

  Status status() {
    return status;
  }
}
