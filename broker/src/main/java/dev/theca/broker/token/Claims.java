package dev.theca.broker.token;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The registered claims of a token (RFC 7519, section 4.1) against the clock and the settings. */
final class Claims {
  /** What the reference grants to clocks of other issuers. */
  private static final long LEEWAY_SECONDS = 60;

  private static final BigDecimal LAST = BigDecimal.valueOf(253_402_300_799L); // the year 9999

  private Claims() {}

  /** Own tokens have no leeway: the replicas' clock is the one that made them. */
  static Outcome<JsonObject> check(
      JsonObject claims, boolean own, List<String> issuers, List<String> audiences, Instant now) {
    var expiry = seconds(claims, "exp");
    if (expiry.isEmpty())
      return TokenCode.TOKEN_EXPIRED.refused("a time of expiry (exp)", "none", "attest again");
    if (now.getEpochSecond() >= expiry.get())
      return TokenCode.TOKEN_EXPIRED.refused(
          "one that has not expired",
          "one that ended at " + Instant.ofEpochSecond(expiry.get()),
          "attest again");
    long latest = now.getEpochSecond() + (own ? 0 : LEEWAY_SECONDS);
    for (String name : own ? List.of("nbf") : List.of("nbf", "iat")) {
      if (claims.get(name).isEmpty()) continue;
      var begin = seconds(claims, name);
      if (begin.isEmpty() || begin.get() > latest)
        return TokenCode.TOKEN_NOT_YET_VALID.refused(
            "one that is valid already (" + name + ")",
            begin.map(s -> Instant.ofEpochSecond(s).toString()).orElse("no time"),
            "compare the clocks");
    }
    String issuer = claims.string("iss").orElse("");
    if (!issuers.isEmpty() && !issuers.contains(issuer))
      return TokenCode.TOKEN_ISSUER.refused(
          "issuer " + String.join(" or ", issuers),
          TokenCode.shown(issuer),
          "attest with the issuer that is configured");
    if (!audiences.isEmpty() && audience(claims).stream().noneMatch(audiences::contains))
      return TokenCode.TOKEN_AUDIENCE.refused(
          "audience " + String.join(" or ", audiences),
          TokenCode.shown(String.join(" ", audience(claims))),
          "ask for a token for this broker");
    return Outcome.granted(claims);
  }

  private static List<String> audience(JsonObject claims) {
    return switch (claims.get("aud").orElse(new JsonString(""))) {
      case JsonString(String one) -> List.of(one);
      case JsonArray _ -> claims.strings("aud").orElse(List.of());
      default -> List.of();
    };
  }

  /** A NumericDate, which may have a fraction; none for what is no time of this age. */
  static Optional<Long> seconds(JsonObject claims, String name) {
    if (!(claims.get(name).orElse(new JsonString("")) instanceof JsonNumber number)
        || number.literal().length() > 32) return Optional.empty();
    var value = number.toBigDecimal();
    if (value.signum() < 0 || value.compareTo(LAST) > 0) return Optional.empty();
    return Optional.of(value.setScale(0, RoundingMode.FLOOR).longValueExact());
  }
}
