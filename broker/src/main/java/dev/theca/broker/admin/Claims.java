package dev.theca.broker.admin;

import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a token's claims say, in the types of RFC 7519. */
final class Claims {
  private static final int MAX_ITEMS = 1000;
  private static final BigDecimal LAST_SECOND = BigDecimal.valueOf(253402300799L);

  private Claims() {}

  /** A NumericDate, which may have a fraction (RFC 7519, section 2). */
  static Optional<Instant> time(JsonObject claims, String name) {
    if (!(claims.members().get(name) instanceof dev.theca.wire.json.JsonNumber number)
        || number.literal().length() > 24
        || number.literal().indexOf('e') >= 0
        || number.literal().indexOf('E') >= 0) return Optional.empty();
    var seconds = number.toBigDecimal();
    if (seconds.signum() < 0 || seconds.compareTo(LAST_SECOND) > 0) return Optional.empty();
    return Optional.of(Instant.ofEpochMilli(seconds.movePointRight(3).longValue()));
  }

  /** One text or a list of texts, as {@code aud} is; anything else is none. */
  static List<String> texts(JsonValue value) {
    return switch (value) {
      case JsonString(String text) -> List.of(text);
      case JsonArray(List<JsonValue> items) when items.size() <= MAX_ITEMS ->
          items.stream()
              .flatMap(i -> i instanceof JsonString(String text) ? Stream.of(text) : Stream.of())
              .toList();
      default -> List.of();
    };
  }

  /**
   * The value at a dotted path ({@code realm_access.roles}) or, with a slash first, at a JSON
   * pointer (RFC 6901), for names that hold dots.
   */
  static Optional<JsonValue> at(JsonObject claims, String path) {
    boolean pointer = path.startsWith("/");
    JsonValue value = claims;
    for (String part : pointer ? path.substring(1).split("/", -1) : path.split("\\.", -1)) {
      String name = pointer ? part.replace("~1", "/").replace("~0", "~") : part;
      if (!(value instanceof JsonObject object) || object.get(name).isEmpty())
        return Optional.empty();
      value = object.get(name).get();
    }
    return Optional.of(value);
  }
}
