package dev.theca.broker.audit;

import dev.theca.broker.store.Row;
import dev.theca.broker.token.EcdsaSigning;
import dev.theca.wire.jose.B64;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.sql.SQLException;
import java.util.Optional;

/**
 * A signature over the chain up to and with one record.
 *
 * @param signature ES256 over the canonical JSON of the other members and the word {@code
 *     theca-audit-head}, in base64url
 */
record SignedHead(long seq, String hash, long time, String keyId, String signature) {
  static final String COLUMNS = "seq, hash, time, key_id, signature";

  static SignedHead sign(long seq, String hash, long time, String keyId, PrivateKey key) {
    return new SignedHead(
        seq, hash, time, keyId, B64.url(EcdsaSigning.sign(key, statement(seq, hash, time, keyId))));
  }

  boolean holdsUnder(PublicKey key) {
    return B64.fromUrl(signature)
        .filter(raw -> EcdsaSigning.verify(key, statement(seq, hash, time, keyId), raw))
        .isPresent();
  }

  private static byte[] statement(long seq, String hash, long time, String keyId) {
    return Json.canonical(
        JsonObject.builder()
            .put("hash", hash)
            .put("key", keyId)
            .put("seq", seq)
            .put("time", time)
            .put("type", "theca-audit-head")
            .build());
  }

  static SignedHead read(Row row) throws SQLException {
    return new SignedHead(row.number(1), row.text(2), row.number(3), row.text(4), row.text(5));
  }

  JsonObject json() {
    return JsonObject.builder()
        .put("hash", hash)
        .put("key", keyId)
        .put("seq", seq)
        .put("signature", signature)
        .put("time", time)
        .build();
  }

  static Optional<SignedHead> of(JsonObject json) {
    var seq = json.integer("seq");
    var hash = json.string("hash");
    var time = json.integer("time");
    var key = json.string("key");
    var signature = json.string("signature");
    if (seq.isEmpty() || hash.isEmpty() || time.isEmpty() || key.isEmpty() || signature.isEmpty())
      return Optional.empty();
    return Optional.of(
        new SignedHead(seq.get(), hash.get(), time.get(), key.get(), signature.get()));
  }
}
