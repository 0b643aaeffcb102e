package dev.theca.image;

import dev.theca.wire.Code;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.jose.Jwe;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Cipher;

/**
 * Keys of encrypted layers as ocicrypt annotations carry them: the private options (key, nonce,
 * digest) wrapped by JWE for its recipients, the public options (cipher, HMAC) in the clear.
 */
final class LayerKeys {
  static final String JWE = "org.opencontainers.image.enc.keys.jwe";
  static final String PUBLIC = "org.opencontainers.image.enc.pubopts";

  /** What opens one layer. */
  record Opener(Secret key, byte[] nonce, byte[] hmac, String plainDigest)
      implements AutoCloseable {
    @Override
    public void close() {
      key.close();
    }
  }

  /** An encrypted layer and its annotations. */
  record SealedLayer(byte[] ciphertext, Map<String, String> annotations) {}

  private LayerKeys() {}

  static Outcome<Opener> unwrap(Descriptor layer, List<Jwk> keys) {
    String packets = layer.annotations().getOrDefault(JWE, "");
    var publicOptions = object(layer.annotations().getOrDefault(PUBLIC, ""));
    if (packets.isEmpty() || publicOptions.isEmpty())
      return refused(
          "JWE key packets and public options in its annotations", "neither, or another key wrap");
    if (!publicOptions.get().string("cipher").orElse("").equals(LayerCipher.NAME))
      return refused("cipher " + LayerCipher.NAME, "another");
    var hmac = base64(publicOptions.get().string("hmac").orElse(""));
    if (hmac.length != 32) return refused("an HMAC of 32 bytes", hmac.length + " bytes");
    for (String packet : packets.split(",")) {
      var jwe = object(packet);
      if (jwe.isEmpty()) continue;
      for (Jwk key : keys) {
        if (Jwe.open(jwe.get(), key) instanceof Outcome.Granted<Secret>(var options)) {
          try (options) {
            return options.lend(bytes -> Json.object(bytes)).then(json -> opener(json, hmac));
          }
        }
      }
    }
    return refused(
        "a key packet for one of the " + keys.size() + " keys that policy grants",
        "packets for others");
  }

  private static Outcome<Opener> opener(JsonObject options, byte[] hmac) {
    byte[] key = base64(options.string("symkey").orElse(""));
    byte[] nonce =
        base64(options.object("cipheroptions").flatMap(o -> o.string("nonce")).orElse(""));
    if (key.length != 32 || nonce.length != 16)
      return refused("a key of 32 and a nonce of 16 bytes", "others");
    return Outcome.granted(
        new Opener(Secret.moveFrom(key), nonce, hmac, options.string("digest").orElse("")));
  }

  /** Encrypts a layer for recipients, in memory. */
  static SealedLayer seal(byte[] plain, List<Jwk> recipients) {
    var random = new SecureRandom();
    byte[] key = new byte[32];
    byte[] nonce = new byte[16];
    random.nextBytes(key);
    random.nextBytes(nonce);
    try {
      byte[] out = LayerCipher.cipher(key, nonce, Cipher.ENCRYPT_MODE).doFinal(plain);
      byte[] hmac = LayerCipher.mac(key).doFinal(out);
      byte[] options =
          Json.write(
              JsonObject.builder()
                  .put("symkey", Base64.getEncoder().encodeToString(key))
                  .put("digest", Digest.sha256(plain).toString())
                  .put(
                      "cipheroptions",
                      JsonObject.builder()
                          .put("nonce", Base64.getEncoder().encodeToString(nonce))
                          .build())
                  .build());
      var publicOptions =
          JsonObject.builder()
              .put("cipher", LayerCipher.NAME)
              .put("hmac", Base64.getEncoder().encodeToString(hmac))
              .put("cipheroptions", JsonObject.builder().build())
              .build();
      var annotations = new LinkedHashMap<String, String>();
      annotations.put(
          JWE,
          Base64.getEncoder().encodeToString(Json.write(Jwe.forOcicrypt(recipients, options))));
      annotations.put(PUBLIC, Base64.getEncoder().encodeToString(Json.write(publicOptions)));
      Arrays.fill(options, (byte) 0);
      return new SealedLayer(out, annotations);
    } catch (java.security.GeneralSecurityException e) {
      throw new ImageException("the JDK cannot encrypt", e);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private static java.util.Optional<JsonObject> object(String base64) {
    return Json.object(base64(base64)) instanceof Outcome.Granted<JsonObject>(var json)
        ? java.util.Optional.of(json)
        : java.util.Optional.empty();
  }

  private static byte[] base64(String text) {
    try {
      return Base64.getDecoder().decode(text.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  private static <T> Outcome<T> refused(String expected, String found) {
    return Outcome.refused(
        Code.of("image-key"),
        "encrypted layer",
        expected,
        found,
        "seal the image for the key that the policy names");
  }
}
