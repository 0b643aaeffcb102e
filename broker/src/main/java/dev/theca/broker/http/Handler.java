package dev.theca.broker.http;

/** Answers requests; a {@code StoreDown} becomes 503, any other exception 500. */
@FunctionalInterface
public interface Handler {
  Answer handle(Request request);
}
