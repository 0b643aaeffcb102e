package dev.theca.node.task;

import dev.theca.linux.ProcessEnd;
import dev.theca.wire.proto.ProtoWriter;
import java.time.Instant;

/** How and when a process of a container ended: exit code, or 128 + signal. */
public record Exit(int status, Instant at) {
  static final int KILLED = 137;

  /** Of a process that never ran. */
  static final int NEVER_RAN = 255;

  /** Go's zero time, 0001-01-01: what the stock shim says of a process that has not ended. */
  private static final long NEVER_SECONDS = -62_135_596_800L;

  /** A Timestamp that means: not yet. Without one, clients of containerd show 1970. */
  static ProtoWriter never() {
    return new ProtoWriter().varint(1, NEVER_SECONDS);
  }

  static Exit of(ProcessEnd end) {
    return new Exit(end.status(), end.at());
  }

  static Exit now(int status) {
    return new Exit(status, Instant.now());
  }

  /** A Timestamp. */
  ProtoWriter time() {
    return new ProtoWriter().varint(1, at.getEpochSecond()).varint(2, at.getNano());
  }
}
