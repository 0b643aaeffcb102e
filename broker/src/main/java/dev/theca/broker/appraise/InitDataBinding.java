package dev.theca.broker.appraise;

import dev.theca.broker.appraise.Attester.InitDataGiven;
import dev.theca.evidence.EvidenceType;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonNull;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.toml.Toml;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;

/**
 * Init data as a verifier takes it: the digest that a TEE's field must show, and the claims that
 * the text becomes (init data specification of Confidential Containers).
 *
 * @param claims the {@code [data]} table; null where only the digest was given
 */
record InitDataBinding(byte[] digest, JsonValue claims) {
  private static final int MAX = 512 << 10;
  private static final String POLICY = "policy.rego";
  private static final String POLICY_DATA = "policy_data := {";

  static Outcome<InitDataBinding> of(EvidenceType type, InitDataGiven given) {
    return switch (given) {
      case InitDataGiven.DigestOnly(byte[] digest) ->
          fitted(type, digest).map(d -> new InitDataBinding(d, new JsonNull()));
      case InitDataGiven.Text(String toml) -> text(type, toml);
    };
  }

  private static Outcome<InitDataBinding> text(EvidenceType type, String text) {
    byte[] raw = text.getBytes(StandardCharsets.UTF_8);
    if (raw.length > MAX) return bad("at most " + MAX + " bytes", raw.length + " bytes");
    return Toml.parse(text)
        .then(
            toml -> {
              String algorithm =
                  switch (toml.string("algorithm").orElse("").toLowerCase(Locale.ROOT)) {
                    case "sha256", "sha-256" -> "sha256";
                    case "sha384", "sha-384" -> "sha384";
                    case "sha512", "sha-512" -> "sha512";
                    default -> "";
                  };
              if (algorithm.isEmpty())
                return bad("algorithm sha256, sha384 or sha512", "none of them");
              var data = toml.object("data");
              if (data.isEmpty()
                  || !data.get().members().values().stream().allMatch(JsonString.class::isInstance))
                return bad("a table [data] of texts", "another");
              return fitted(type, Digest.hasher(algorithm).digest(raw))
                  .map(digest -> new InitDataBinding(digest, claims(data.get())));
            });
  }

  /** Each field has its size: longer digests are cut to it, shorter ones are padded. */
  private static Outcome<byte[]> fitted(EvidenceType type, byte[] digest) {
    if (digest.length == 0 || digest.length > 64)
      return bad("a digest of 1 to 64 bytes", digest.length + " bytes");
    int field =
        switch (type) {
          case SNP -> 32;
          case TDX -> 48;
          case TPM, AZ_SNP_VTPM, AZ_TDX_VTPM -> {
            if (digest.length != 32) yield 0;
            yield 32;
          }
          default -> 64;
        };
    if (field == 0)
      return bad(
          "a SHA-256 digest, which is what a TPM's register can be extended with",
          digest.length + " bytes");
    return Outcome.granted(digest.length > field ? Arrays.copyOf(digest, field) : digest);
  }

  /** Files that are TOML become objects; the agent's policy gives its data. Never fails. */
  private static JsonObject claims(JsonObject data) {
    var claims = new LinkedHashMap<String, JsonValue>(data.members());
    for (String file : new String[] {"cdh.toml", "aa.toml"})
      data.string(file)
          .ifPresent(
              text -> {
                if (Toml.parse(text) instanceof Outcome.Granted<JsonObject>(var toml))
                  claims.put(file, toml);
              });
    data.string(POLICY)
        .ifPresent(
            text -> {
              int at = text.indexOf(POLICY_DATA);
              if (at < 0) return;
              String json = text.substring(at + POLICY_DATA.length() - 1);
              if (Json.object(json.getBytes(StandardCharsets.UTF_8))
                  instanceof Outcome.Granted<JsonObject>(var object)) {
                claims.remove(POLICY);
                claims.put("agent_policy_claims", object);
              }
            });
    return new JsonObject(claims);
  }

  private static <T> Outcome<T> bad(String expected, String found) {
    return Outcome.refused(
        AppraiseCode.BAD_INIT_DATA, "init data", expected, found, "correct the init data");
  }
}
