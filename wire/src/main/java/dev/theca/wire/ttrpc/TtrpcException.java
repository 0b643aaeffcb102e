package dev.theca.wire.ttrpc;

import dev.theca.wire.rpc.RpcStatus;
import java.util.List;

/**
 * A call that was answered with a status other than OK. {@code details} are protobuf Any messages:
 * type name and value. A handler throws it to give that answer.
 */
public final class TtrpcException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** One detail: the type's full name (no "type.googleapis.com/"), and its bytes. */
  public record Detail(String type, byte[] value) {}

  private final RpcStatus status;
  private final transient List<Detail> details;

  public TtrpcException(RpcStatus status, String message) {
    this(status, message, List.of());
  }

  public TtrpcException(RpcStatus status, String message, List<Detail> details) {
    super(message);
    this.status = status;
    this.details = List.copyOf(details);
  }

  public RpcStatus status() {
    return status;
  }

  public List<Detail> details() {
    return details;
  }
}
