package dev.theca.wire.rpc;

/** How a call of gRPC or ttRPC ended (google.rpc.Code); the number is the ordinal. */
public enum RpcStatus {
  OK,
  CANCELLED,
  UNKNOWN,
  INVALID_ARGUMENT,
  DEADLINE_EXCEEDED,
  NOT_FOUND,
  ALREADY_EXISTS,
  PERMISSION_DENIED,
  RESOURCE_EXHAUSTED,
  FAILED_PRECONDITION,
  ABORTED,
  OUT_OF_RANGE,
  UNIMPLEMENTED,
  INTERNAL,
  UNAVAILABLE,
  DATA_LOSS,
  UNAUTHENTICATED;

  /** Of a number; one that nobody knows is {@link #UNKNOWN}. */
  public static RpcStatus of(int code) {
    return code >= 0 && code < values().length ? values()[code] : UNKNOWN;
  }
}
