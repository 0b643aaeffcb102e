package dev.theca.broker.http;

import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What operators ask, on a listener of its own: {@code /metrics}, {@code /healthz} (the process
 * lives), {@code /readyz} (it can serve: database, signer). Tells numbers, never names of secrets.
 */
public final class Management implements Handler {
  private final Supplier<String> metrics;
  private final BooleanSupplier ready;

  public Management(Supplier<String> metrics, BooleanSupplier ready) {
    this.metrics = metrics;
    this.ready = ready;
  }

  @Override
  public Answer handle(Request request) {
    return switch (request.path()) {
      case "/metrics", "/readyz", "/healthz" ->
          request.method().equals("GET")
              ? answer(request.path())
              : Problems.of(405, "GET is served").with("Allow", "GET");
      default -> Problems.of(404, "/metrics, /healthz and /readyz are served here");
    };
  }

  private Answer answer(String path) {
    return switch (path) {
      case "/metrics" -> // Prometheus text format 0.0.4
          Answer.bytes(
              "text/plain; version=0.0.4; charset=utf-8",
              metrics.get().getBytes(StandardCharsets.UTF_8));
      case "/readyz" ->
          isReady() ? Answer.empty() : Problems.of(503, "not ready").with("Retry-After", "2");
      default -> Answer.empty();
    };
  }

  private boolean isReady() {
    try {
      return ready.getAsBoolean();
    } catch (dev.theca.broker.store.StoreDown e) {
      return false;
    }
  }
}
