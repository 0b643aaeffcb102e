package dev.theca.broker.http;

import io.helidon.webserver.CloseConnectionException;

/** Ends a connection whose client is still sending a body that nobody wants. */
final class Unread extends CloseConnectionException {
  private static final long serialVersionUID = 1;

  Unread() {
    super("an unread body");
  }
}
