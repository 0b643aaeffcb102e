package dev.theca.broker.audit;

import dev.theca.broker.store.Row;
import dev.theca.broker.token.EcdsaSigning;
import dev.theca.broker.token.Thumbprint;
import dev.theca.wire.jose.B64;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.sql.SQLException;
import java.util.Optional;

/**
 * From which record on a key signs the heads, and the consent of the key before it.
 *
 * @param seq the record that announces the key
 * @param previous the hash of the record before that one
 * @param signature ES256 of the key before over key, place and the word {@code theca-audit-key};
 *     empty for the first key, which has none before it
 */
record KeyChange(Jwk key, long seq, String previous, String signature) {
  static final String KIND = "audit-key";
  static final String COLUMNS = "jwk, seq, previous, signature";

  String id() {
    return Thumbprint.of(key);
  }

  static KeyChange first(Jwk key) {
    return new KeyChange(key, 1, AuditRecord.NONE, "");
  }

  static KeyChange signed(Jwk key, long seq, String previous, PrivateKey before) {
    byte[] raw = EcdsaSigning.sign(before, statement(key, seq, previous));
    return new KeyChange(key, seq, previous, B64.url(raw));
  }

  boolean agreedBy(PublicKey before) {
    return B64.fromUrl(signature)
        .filter(raw -> EcdsaSigning.verify(before, statement(key, seq, previous), raw))
        .isPresent();
  }

  private static byte[] statement(Jwk key, long seq, String previous) {
    return Json.canonical(
        JsonObject.builder()
            .put("key", key.publicJson())
            .put("previous", previous)
            .put("seq", seq)
            .put("type", "theca-audit-key")
            .build());
  }

  static KeyChange read(Row row) throws SQLException {
    var jwk = Json.object(row.text(1).getBytes(StandardCharsets.UTF_8)).then(Jwk::parse).orThrow();
    return new KeyChange(jwk, row.number(2), row.text(3), row.text(4));
  }

  /** The detail of the announcing record, and the entry in an export's header. */
  JsonObject json() {
    return JsonObject.builder()
        .put("jwk", key.publicJson())
        .put("previous", previous)
        .put("seq", seq)
        .put("signature", signature)
        .build();
  }

  static Optional<KeyChange> of(JsonObject json) {
    var jwk = json.object("jwk").map(Jwk::parse).filter(o -> o.isGranted()).map(o -> o.orThrow());
    var seq = json.integer("seq");
    var previous = json.string("previous");
    var signature = json.string("signature");
    if (jwk.isEmpty() || seq.isEmpty() || previous.isEmpty() || signature.isEmpty())
      return Optional.empty();
    boolean p256 = "P-256".equals(jwk.get().publicJson().string("crv").orElse(""));
    return p256
        ? Optional.of(new KeyChange(jwk.get(), seq.get(), previous.get(), signature.get()))
        : Optional.empty();
  }
}
