package dev.theca.registry.http;

import java.io.IOException;

/** Answers requests, each exactly once. */
@FunctionalInterface
public interface HttpHandler {
  void handle(HttpExchange exchange) throws IOException;
}
