package dev.theca.wire.grpc;

import dev.theca.wire.rpc.RpcStatus;

/** A call that did not end with OK: its status, and words. */
public final class GrpcException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final RpcStatus status;
  private final String words;

  public GrpcException(RpcStatus status, String words) {
    super(status + ": " + words);
    this.status = status;
    this.words = words;
  }

  public GrpcException(RpcStatus status, String words, Throwable cause) {
    super(status + ": " + words, cause);
    this.status = status;
    this.words = words;
  }

  public RpcStatus status() {
    return status;
  }

  /** What the other side said; may be empty. */
  public String words() {
    return words;
  }
}
