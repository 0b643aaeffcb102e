package dev.theca.wire.ttrpc;

/** Status codes of gRPC, which ttRPC shares (google.rpc.Code). */
public enum TtrpcStatus {
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

  static TtrpcStatus of(int code) {
    return code >= 0 && code < values().length ? values()[code] : UNKNOWN;
  }
}
