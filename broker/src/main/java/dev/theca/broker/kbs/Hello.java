package dev.theca.broker.kbs;

import dev.theca.broker.http.Answer;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.json.Limits;
import dev.theca.wire.kbs.Kbs;
import java.util.List;
import java.util.Locale;

/**
 * The body of POST /auth (KBS protocol 0.4.0, Request).
 *
 * @param hash the one that the report data is made with: SHA-384, as everywhere, unless the client
 *     says that it cannot
 * @param answer the challenge's {@code extra-params}
 */
record Hello(String tee, String hash, JsonValue answer) {
  private static final Limits LIMITS = new Limits(16 << 10, 8, 4 << 10, 64);
  private static final List<String> BEST = List.of("sha384", "sha512", "sha256");

  static Outcome<Hello> parse(byte[] body, Challenges challenges) {
    return Json.object(body, LIMITS).then(json -> read(json, challenges)).then(Outcome::granted);
  }

  private static Outcome<Hello> read(JsonObject json, Challenges challenges) {
    String version = json.string("version").orElse("");
    if (version.isEmpty()) return bad("member 'version'", "\"" + Kbs.VERSION + "\"", "none");
    if (!version.equals(Kbs.VERSION))
      return Outcome.refused(
          KbsCode.KBS_VERSION,
          "version of the protocol",
          Kbs.VERSION,
          clean(version),
          "use a client of protocol " + Kbs.VERSION);
    var extra = json.get("extra-params");
    if (extra.isEmpty()) return bad("member 'extra-params'", "any value, such as \"\"", "none");
    String tee = json.string("tee").orElse("");
    if (tee.equals("se")) return secureExecution();
    if (!challenges.knows(tee))
      return Outcome.refused(
          KbsCode.TEE_UNSUPPORTED,
          "TEE",
          "one that is verified here",
          "'" + clean(tee) + "'",
          "attest from a TEE of the list in the documentation");
    var supported =
        extra.get() instanceof JsonObject object
            ? object.strings("supported-hash-algorithms")
            : java.util.Optional.<List<String>>empty();
    if (supported.isEmpty()) return Outcome.granted(new Hello(tee, "sha384", new JsonString("")));
    var theirs =
        supported.get().stream()
            .map(name -> name.toLowerCase(Locale.ROOT).replace("-", ""))
            .toList();
    for (String hash : BEST)
      if (theirs.contains(hash)) return Outcome.granted(new Hello(tee, hash, selection(hash)));
    return Outcome.refused(
        KbsCode.HASH_UNSUPPORTED,
        "hash algorithms of the client",
        "one of " + BEST,
        clean(String.join(" ", theirs)),
        "use a client that can make one of them");
  }

  /** Its nonce would be a request to the machine's firmware, wrapped for one host. */
  static <T> Outcome<T> secureExecution() {
    return Outcome.refused(
        KbsCode.TEE_UNSUPPORTED,
        "TEE",
        "one that is verified here",
        "'se' (IBM Secure Execution), whose challenges are not made here: nothing verifies the"
            + " documents of host keys",
        "attest from another TEE; SCOPE.md has what is not supported");
  }

  /** Clients take SHA-384 without being told. */
  private static JsonValue selection(String hash) {
    return hash.equals("sha384")
        ? new JsonString("")
        : JsonObject.builder().put("selected-hash-algorithm", hash).build();
  }

  /** The words that clients of the field print. */
  static Answer oldVersion(List<Refusal> why) {
    return Answer.error(
        401,
        "AttestationError",
        "Attestation error: RCAR handshake Auth failed: KBS Client Protocol Version Mismatch: expect ="
            + Kbs.VERSION
            + " while the request is "
            + why.getFirst().found());
  }

  private static String clean(String text) {
    String plain = text.replaceAll("[^0-9a-zA-Z.+ _-]", "?");
    return plain.length() > 64 ? plain.substring(0, 64) : plain;
  }

  private static <T> Outcome<T> bad(String what, String expected, String found) {
    return Outcome.refused(
        KbsCode.KBS_REQUEST, what, expected, found, "send a Request of KBS protocol 0.4.0");
  }
}
