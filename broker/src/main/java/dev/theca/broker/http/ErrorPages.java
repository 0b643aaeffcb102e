package dev.theca.broker.http;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.DirectHandlers;

/** What the HTTP server itself refuses (request line, header, framing), said in our JSON. */
final class ErrorPages {
  private ErrorPages() {}

  static DirectHandlers all() {
    var handlers = DirectHandlers.builder();
    for (var type : DirectHandler.EventType.values()) handlers.addHandler(type, ErrorPages::page);
    return handlers.build();
  }

  private static DirectHandler.TransportResponse page(
      DirectHandler.TransportRequest request,
      DirectHandler.EventType type,
      io.helidon.http.Status status,
      io.helidon.http.ServerResponseHeaders headers,
      String message) {
    var answer =
        switch (status.code()) {
          case 413 -> Problems.of(413, "the body is larger than what is accepted");
          case 503 -> Problems.busy();
          default -> Problems.of(status.code(), words(status.code()));
        };
    var page = DirectHandler.TransportResponse.builder().status(status).headers(headers);
    page.header(HeaderNames.CONTENT_TYPE, answer.contentType());
    answer.headers().forEach((name, value) -> page.header(HeaderNames.create(name), value));
    return page.entity(answer.body()).keepAlive(false).build();
  }

  private static String words(int status) {
    return switch (status) {
      case 400 -> "the request is not well-formed HTTP, or its header is too large";
      case 431 -> "the header is larger than what is accepted";
      case 414 -> "the request target is longer than what is accepted";
      case 501 -> "this transfer encoding is not served";
      case 505 -> "HTTP/1.1 and HTTP/2 are served";
      default -> status >= 500 ? "a fault in the HTTP server" : "the request is refused";
    };
  }
}
