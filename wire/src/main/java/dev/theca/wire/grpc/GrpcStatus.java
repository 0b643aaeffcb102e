package dev.theca.wire.grpc;

/** How a call ended (google.rpc.Code); the number is the ordinal. */
public enum GrpcStatus {
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

  static GrpcStatus of(String number) {
    if (!number.matches("[0-9]{1,2}")) return UNKNOWN;
    int code = Integer.parseInt(number);
    return code < values().length ? values()[code] : UNKNOWN;
  }
}
