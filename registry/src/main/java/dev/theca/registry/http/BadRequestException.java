package dev.theca.registry.http;

import java.io.IOException;

/** What arrived is no request that is served here; the connection ends with this status. */
public final class BadRequestException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String words;

  public BadRequestException(int status, String message) {
    super(message);
    this.status = status;
    this.words = message;
  }

  /** What is wrong, for the peer. */
  String words() {
    return words;
  }

  public int status() {
    return status;
  }
}
