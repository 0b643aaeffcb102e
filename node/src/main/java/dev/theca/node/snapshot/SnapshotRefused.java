package dev.theca.node.snapshot;

import io.grpc.Status;

/** An answer that is not OK, with the status that containerd expects for it. */
final class SnapshotRefused extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Status status;

  private SnapshotRefused(Status status) {
    super(status.getDescription());
    this.status = status;
  }

  static SnapshotRefused missing(String name) {
    return new SnapshotRefused(
        Status.NOT_FOUND.withDescription("snapshot " + name + ": not found"));
  }

  static SnapshotRefused exists(String name) {
    return new SnapshotRefused(
        Status.ALREADY_EXISTS.withDescription("snapshot " + name + ": already exists"));
  }

  static SnapshotRefused state(String words) {
    return new SnapshotRefused(Status.FAILED_PRECONDITION.withDescription(words));
  }

  Status status() {
    return status;
  }
}
