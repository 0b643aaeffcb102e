package dev.theca.wire.http2;

import java.io.IOException;

/** The peer broke the protocol in a way that ends the connection (RFC 9113 §5.4.1). */
public final class Http2Exception extends IOException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  public Http2Exception(ErrorCode code, String message) {
    super(message);
    this.code = code;
  }

  static Http2Exception protocol(String message) {
    return new Http2Exception(ErrorCode.PROTOCOL_ERROR, message);
  }

  public ErrorCode code() {
    return code;
  }
}
