package dev.theca.image.crypt;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.util.Map;
import java.util.Optional;

/** What everybody may read about an encrypted layer (ocicrypt, {@code pubopts}). */
record PublicOptions(byte[] hmac, Optional<byte[]> nonce) {
  private static final int MAX_CHARS = 16 << 10;

  static Outcome<PublicOptions> of(Map<String, String> annotations) {
    String text = annotations.getOrDefault(Annotations.PUBLIC_OPTIONS, "");
    if (text.length() > MAX_CHARS)
      return bad("at most " + MAX_CHARS + " characters", text.length() + "");
    var bytes = StrictBase64.decode(text).filter(b -> b.length > 0);
    if (bytes.isEmpty())
      return bad("base64 in annotation " + Annotations.PUBLIC_OPTIONS, "none, or other text");
    return Json.object(bytes.get()).then(PublicOptions::read);
  }

  private static Outcome<PublicOptions> read(JsonObject json) {
    if (!json.string("cipher").orElse("").equals(LayerCipher.NAME))
      return bad("cipher " + LayerCipher.NAME, "another");
    var hmac = json.string("hmac").flatMap(text -> StrictBase64.decode(text, 32));
    if (hmac.isEmpty()) return bad("an hmac of 32 bytes", "another");
    var nonce = json.object("cipheroptions").flatMap(o -> o.get("nonce"));
    if (nonce.isEmpty()) return Outcome.granted(new PublicOptions(hmac.get(), Optional.empty()));
    var value = PrivateOptions.nonce(json);
    return value.isEmpty()
        ? bad("a nonce of 16 bytes, or none", "another")
        : Outcome.granted(new PublicOptions(hmac.get(), value));
  }

  static String write(byte[] hmac) {
    var json =
        JsonObject.builder()
            .put("cipher", LayerCipher.NAME)
            .put("hmac", StrictBase64.encode(hmac))
            .put("cipheroptions", JsonObject.builder().build())
            .build();
    return StrictBase64.encode(Json.write(json));
  }

  private static <T> Outcome<T> bad(String expected, String found) {
    return CryptCode.BAD_OPTIONS.refuse(
        "public options of the encrypted layer", expected, found, "seal the image again");
  }
}
