package dev.theca.broker.api;

import dev.theca.broker.http.Answer;
import dev.theca.broker.kbs.Answers;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.Limits;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;

/** Bodies of administrators' requests, and outcomes as answers. */
final class Bodies {
  static final Code BAD = Code.of("bad-request");
  private static final Limits LIMITS = Limits.DEFAULT.withBytes(8 << 20);

  private Bodies() {}

  static Outcome<JsonObject> json(Route.Call call) {
    return Json.object(call.request().body(), LIMITS);
  }

  /** A member in base64url, padded or not, as text; the field sends policies so. */
  static Outcome<String> base64Text(JsonObject json, String member) {
    return json.requireString(member)
        .then(
            text -> {
              try {
                byte[] raw = Base64.getUrlDecoder().decode(text.strip());
                return Outcome.granted(new String(raw, StandardCharsets.UTF_8));
              } catch (IllegalArgumentException e) {
                return bad("member '" + member + "'", "base64url", "other text");
              }
            });
  }

  /** A time in the query or a body; {@code otherwise} for an empty text. */
  static Outcome<Instant> time(String what, String text, Instant otherwise) {
    if (text.isEmpty()) return Outcome.granted(otherwise);
    try {
      return Outcome.granted(Instant.parse(text));
    } catch (DateTimeException e) {
      return bad(what, "a time such as 2026-12-31T00:00:00Z", "another text");
    }
  }

  /** A whole number in the query. */
  static Outcome<Long> number(String what, String text, long otherwise) {
    if (text.isEmpty()) return Outcome.granted(otherwise);
    return text.matches("[0-9]{1,15}")
        ? Outcome.granted(Long.parseLong(text))
        : bad(what, "a whole number", "another text");
  }

  /** How many entries a list may have: what the query says, between 1 and {@code most}. */
  static Outcome<Integer> limit(Route.Call call, int otherwise, int most) {
    return number("limit", call.query("limit"), otherwise).map(n -> Math.clamp(n, 1, most));
  }

  static <T> Outcome<T> bad(String what, String expected, String found) {
    return Outcome.refused(BAD, what, expected, found, "correct the request");
  }

  /** The answer to a grant; a refusal with the status that fits its code. */
  static <T> Answer answer(String variant, Outcome<T> outcome, Function<T, Answer> granted) {
    return switch (outcome) {
      case Outcome.Granted<T>(var value) -> granted.apply(value);
      case Outcome.Refused<T>(var why) -> Answers.refused(status(why), variant, why);
    };
  }

  private static int status(List<Refusal> why) {
    String code = why.getFirst().code().id();
    // what is missing there is a rule in the policy that was sent
    if (code.equals("policy-rule-missing")) return 400;
    if (code.equals("resource-expired") || code.equals("resource-revoked")) return 404;
    if (code.endsWith("-unknown") || code.endsWith("-missing")) return 404;
    if (code.endsWith("-denied")) return 403;
    if (code.endsWith("-moved") || code.endsWith("-conflict")) return 409;
    return code.endsWith("-exceeded") ? 413 : 400;
  }
}
