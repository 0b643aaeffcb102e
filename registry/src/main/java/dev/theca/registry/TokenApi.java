package dev.theca.registry;

import dev.theca.registry.auth.Gate;
import dev.theca.registry.auth.Gate.Caller;
import dev.theca.registry.auth.Tokens;
import dev.theca.registry.http.HttpExchange;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * {@code /token}: short tokens for passwords. GET as Docker's "Token Authentication Specification"
 * has it, and POST with a form as its "OAuth2" one does (RFC 6749 section 4.3), which containerd
 * tries first.
 */
final class TokenApi {
  static final String PATH = "/token";
  private static final String FORM = "application/x-www-form-urlencoded";

  private final Gate gate;
  private final Tokens tokens;

  TokenApi(Gate gate, Tokens tokens) {
    this.gate = gate;
    this.tokens = tokens;
  }

  /** The name of the user that asked, or nothing. */
  String answer(HttpExchange exchange) throws IOException {
    switch (exchange.head().method()) {
      case "GET" -> {
        return byField(exchange);
      }
      case "POST" -> {
        return byForm(exchange);
      }
      default -> Api.unsupported(exchange, "GET, POST");
    }
    return "";
  }

  private String byField(HttpExchange exchange) throws IOException {
    switch (gate.buyer(exchange.head().field("authorization"), exchange.peer())) {
      case Gate.Answer.Known(var caller) -> {
        var scopes = exchange.head().query().getOrDefault("scope", List.of());
        var rights = Gate.within(caller, scopes);
        return sold(exchange, caller, tokens.issue(caller.name(), rights));
      }
      case Gate.Answer.TooOften _ -> Api.tooOften(exchange);
      case Gate.Answer.Unknown _ -> {
        exchange.with("WWW-Authenticate", "Basic realm=\"" + tokens.service() + "\"");
        RegistryError.UNAUTHORIZED.answer(exchange, "the user or the password is wrong");
      }
    }
    return "";
  }

  private String byForm(HttpExchange exchange) throws IOException {
    String type = exchange.head().field("content-type").orElse("").toLowerCase(Locale.ROOT);
    Optional<FormBody> read =
        type.split(";")[0].strip().equals(FORM) ? FormBody.read(exchange.body()) : Optional.empty();
    if (read.isEmpty()) return refused(exchange, "invalid_request", "a form is wanted");
    try (var form = read.get();
        var password = form.secret("password")) {
      // no refresh tokens are given out here, so nobody can have one
      if (!form.text("grant_type").equals("password"))
        return refused(exchange, "unsupported_grant_type", "only grant_type=password");
      switch (gate.named(form.text("username"), password, exchange.peer())) {
        case Gate.Answer.Known(var caller) -> {
          String scope = form.text("scope");
          var rights = Gate.within(caller, List.of(scope));
          return sold(exchange, caller, tokens.issue(caller.name(), rights));
        }
        case Gate.Answer.TooOften _ -> Api.tooOften(exchange);
        case Gate.Answer.Unknown _ -> {
          return refused(exchange, "invalid_grant", "the user or the password is wrong");
        }
      }
      return "";
    }
  }

  private static String sold(HttpExchange exchange, Caller caller, JsonObject token)
      throws IOException {
    exchange
        .with("Content-Type", "application/json")
        .with("Cache-Control", "no-store")
        .answer(200, Json.write(token));
    return caller.name();
  }

  /** RFC 6749 section 5.2. */
  private static String refused(HttpExchange exchange, String error, String words)
      throws IOException {
    var body = JsonObject.builder().put("error", error).put("error_description", words).build();
    exchange
        .with("Content-Type", "application/json")
        .with("Cache-Control", "no-store")
        .answer(400, Json.write(body));
    return "";
  }
}
