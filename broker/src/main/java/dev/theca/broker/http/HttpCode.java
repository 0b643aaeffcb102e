package dev.theca.broker.http;

import dev.theca.wire.Code;

/** Why a front does not start. */
enum HttpCode implements Code {
  BAD_LISTEN_ADDRESS("bad-listen-address"),
  PLAIN_HTTP_REFUSED("plain-http-refused"),
  BAD_TLS_FILES("bad-tls-files"),
  BAD_TLS_SETTINGS("bad-tls-settings");

  private final String id;

  HttpCode(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }
}
