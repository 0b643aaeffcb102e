package dev.theca.wire.grpc;

/** A call that did not end with OK: its status, and words. */
public final class GrpcException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final GrpcStatus status;
  private final String words;

  public GrpcException(GrpcStatus status, String words) {
    super(status + ": " + words);
    this.status = status;
    this.words = words;
  }

  public GrpcException(GrpcStatus status, String words, Throwable cause) {
    super(status + ": " + words, cause);
    this.status = status;
    this.words = words;
  }

  public GrpcStatus status() {
    return status;
  }

  /** What the other side said; may be empty. */
  public String words() {
    return words;
  }
}
