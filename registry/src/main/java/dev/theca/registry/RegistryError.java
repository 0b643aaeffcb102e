package dev.theca.registry;

import dev.theca.registry.http.HttpExchange;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;

/** The error codes of the distribution specification 1.1 ("Error Codes"), with their status. */
enum RegistryError {
  BLOB_UNKNOWN(404),
  BLOB_UPLOAD_INVALID(400),
  BLOB_UPLOAD_UNKNOWN(404),
  DIGEST_INVALID(400),
  MANIFEST_BLOB_UNKNOWN(404),
  MANIFEST_INVALID(400),
  MANIFEST_UNKNOWN(404),
  NAME_INVALID(400),
  NAME_UNKNOWN(404),
  SIZE_INVALID(400),
  UNAUTHORIZED(401),
  DENIED(403),
  UNSUPPORTED(405),
  TOOMANYREQUESTS(429);

  private final int status;

  RegistryError(int status) {
    this.status = status;
  }

  void answer(HttpExchange exchange, String message) throws IOException {
    answer(exchange, status, message);
  }

  void answer(HttpExchange exchange, int otherStatus, String message) throws IOException {
    var error = JsonObject.builder().put("code", name()).put("message", message).build();
    var body = JsonObject.builder().put("errors", JsonArray.of(error)).build();
    byte[] bytes = Json.write(body);
    exchange.with("Content-Type", "application/json");
    if (exchange.head().method().equals("HEAD")) exchange.answerHead(otherStatus, bytes.length);
    else exchange.answer(otherStatus, bytes);
  }
}
