package dev.theca.wire.http2;

/** Why a stream or a connection ends (RFC 9113 §7); the number is the ordinal. */
public enum ErrorCode {
  NO_ERROR,
  PROTOCOL_ERROR,
  INTERNAL_ERROR,
  FLOW_CONTROL_ERROR,
  SETTINGS_TIMEOUT,
  STREAM_CLOSED,
  FRAME_SIZE_ERROR,
  REFUSED_STREAM,
  CANCEL,
  COMPRESSION_ERROR,
  CONNECT_ERROR,
  ENHANCE_YOUR_CALM,
  INADEQUATE_SECURITY,
  HTTP_1_1_REQUIRED;

  /** Unknown numbers count as {@link #INTERNAL_ERROR}, as the RFC allows. */
  public static ErrorCode of(int number) {
    return number >= 0 && number < values().length ? values()[number] : INTERNAL_ERROR;
  }
}
