package dev.theca.broker.token;

import dev.theca.wire.Outcome;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.JsonObject;
import java.security.PublicKey;
import java.util.List;

/**
 * A public key with the algorithms it may verify.
 *
 * @param own whether it is this broker's
 */
record TrustedKey(PublicKey key, List<String> algorithms, boolean own) {
  static TrustedKey own(HeldKey held) {
    return new TrustedKey(held.key(), List.of("ES256"), true);
  }

  /** A key of another issuer; {@code alg}, where the JWK has it, must fit the key. */
  static Outcome<TrustedKey> foreign(JsonObject jwk) {
    return Jwk.parse(jwk)
        .then(
            parsed -> {
              var fitting = Algorithms.of(parsed.publicKey());
              var named = jwk.string("alg");
              if (named.isPresent() && !fitting.contains(named.get()))
                return TokenCode.TOKEN_ALGORITHM.refused(
                    "a key with one of " + String.join(", ", fitting),
                    "a key with alg " + TokenCode.shown(named.get()),
                    "correct the key of the issuer");
              var allowed = named.map(List::of).orElse(fitting.subList(0, 1));
              return Outcome.granted(
                  new TrustedKey(EcdsaSigning.prepared(parsed.publicKey()), allowed, false));
            });
  }
}
