package dev.theca.registry;

import dev.theca.registry.auth.Gate;
import dev.theca.registry.auth.Tokens;
import dev.theca.registry.http.HttpExchange;
import dev.theca.wire.json.Json;
import java.io.IOException;
import java.util.List;

/** {@code /token}: short tokens for passwords (Docker's "Token Authentication Specification"). */
final class TokenApi {
  static final String PATH = "/token";

  private final Gate gate;
  private final Tokens tokens;

  TokenApi(Gate gate, Tokens tokens) {
    this.gate = gate;
    this.tokens = tokens;
  }

  void answer(HttpExchange exchange) throws IOException {
    if (!exchange.head().method().equals("GET")) { // clients of OAuth2 fall back to GET
      Api.unsupported(exchange, "GET");
      return;
    }
    var caller = gate.buyer(exchange.head().field("authorization"));
    if (caller.isEmpty()) {
      exchange.with("WWW-Authenticate", "Basic realm=\"" + tokens.service() + "\"");
      RegistryError.UNAUTHORIZED.answer(exchange, "the user or the password is wrong");
      return;
    }
    var scopes = exchange.head().query().getOrDefault("scope", List.of());
    var body = tokens.issue(caller.get().name(), Gate.within(caller.get(), scopes));
    exchange
        .with("Content-Type", "application/json")
        .with("Cache-Control", "no-store")
        .answer(200, Json.write(body));
  }
}
