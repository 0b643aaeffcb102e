package dev.theca.wire.jose;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * JSON Web Encryption (RFC 7516), content always A256GCM. Written in two forms: flattened with
 * everything in the protected header, as KBS answers are, and general with a header per recipient,
 * as ocicrypt key packets are. The protected header of a KBS answer is written by hand in the order
 * alg, enc, epk with sorted inner members: clients in the field serialise it again to form the AAD
 * (KBS protocol 0.4.0, "Response").
 */
public final class Jwe {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int MAX_BYTES = 4 << 20;
  private static final int MAX_RECIPIENTS = 64;

  private Jwe() {}

  /** A KBS answer for one recipient: ECDH-ES+A256KW for EC keys, RSA-OAEP-256 for RSA keys. */
  public static JsonObject forKbs(Jwk recipient, byte[] plaintext) {
    return sealed(
        plaintext,
        contentKey -> {
          var wrapped =
              KeyWrap.wrap(
                  recipient, recipient.isEc() ? KeyWrap.ECDH : KeyWrap.OAEP_256, contentKey);
          var header =
              "{\"alg\":\""
                  + wrapped.alg()
                  + "\",\"enc\":\"A256GCM\""
                  + wrapped.epk().map(Jwe::epkText).orElse("")
                  + "}";
          return new Head(
              header,
              JsonObject.builder(),
              b -> b.put("encrypted_key", B64.url(wrapped.encryptedKey())));
        });
  }

  private static String epkText(JsonObject epk) {
    return ",\"epk\":" + new String(Json.canonical(epk), StandardCharsets.UTF_8);
  }

  /**
   * A key packet of ocicrypt: ECDH-ES+A256KW for EC keys, RSA-OAEP (SHA-1, what its tools read) for
   * RSA keys.
   */
  public static JsonObject forOcicrypt(List<Jwk> recipients, byte[] plaintext) {
    return sealed(
        plaintext,
        contentKey -> {
          var entries = new ArrayList<JsonValue>();
          for (Jwk recipient : recipients) {
            var wrapped =
                KeyWrap.wrap(
                    recipient, recipient.isEc() ? KeyWrap.ECDH : KeyWrap.OAEP_1, contentKey);
            var header = JsonObject.builder().put("alg", wrapped.alg());
            wrapped.epk().ifPresent(epk -> header.put("epk", epk));
            entries.add(
                JsonObject.builder()
                    .put("header", header.build())
                    .put("encrypted_key", B64.url(wrapped.encryptedKey()))
                    .build());
          }
          return new Head(
              "{\"enc\":\"A256GCM\"}",
              JsonObject.builder(),
              b -> b.put("recipients", new JsonArray(entries)));
        });
  }

  private record Head(
      String protectedHeader,
      JsonObject.Builder json,
      java.util.function.Consumer<JsonObject.Builder> keys) {}

  private interface Heading {
    Head with(byte[] contentKey) throws GeneralSecurityException;
  }

  private static JsonObject sealed(byte[] plaintext, Heading heading) {
    byte[] contentKey = new byte[32];
    byte[] iv = new byte[12];
    RANDOM.nextBytes(contentKey);
    RANDOM.nextBytes(iv);
    try {
      Head head = heading.with(contentKey);
      String encoded = B64.url(head.protectedHeader().getBytes(StandardCharsets.UTF_8));
      byte[] out = gcm(Cipher.ENCRYPT_MODE, contentKey, iv, encoded, plaintext);
      var json = head.json().put("protected", encoded);
      head.keys().accept(json);
      return json.put("iv", B64.url(iv))
          .put("ciphertext", B64.url(Arrays.copyOf(out, out.length - 16)))
          .put("tag", B64.url(Arrays.copyOfRange(out, out.length - 16, out.length)))
          .build();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK cannot encrypt", e);
    } finally {
      Arrays.fill(contentKey, (byte) 0);
    }
  }

  /**
   * Opens a flattened or general JWE for the holder of {@code own}: every recipient is tried; alg
   * and epk may stand in the protected, the shared or the recipient's header. Altered bytes and
   * wrong keys are one and the same refusal.
   */
  public static Outcome<Secret> open(JsonObject jwe, Jwk own) {
    if (own.privateKey().isEmpty())
      throw new IllegalArgumentException("opening needs a private key");
    var encoded = jwe.string("protected");
    var header = encoded.flatMap(B64::fromUrl).flatMap(Jwe::object);
    var iv = jwe.string("iv").flatMap(B64::fromUrl);
    var ciphertext = jwe.string("ciphertext").flatMap(B64::fromUrl);
    var tag = jwe.string("tag").flatMap(B64::fromUrl);
    if (header.isEmpty() || iv.isEmpty() || ciphertext.isEmpty() || tag.isEmpty()) {
      return refused("members protected, iv, ciphertext and tag in base64url", "others");
    }
    if (tag.get().length != 16 || iv.get().length != 12 || ciphertext.get().length > MAX_BYTES) {
      return refused("an iv of 12 bytes, a tag of 16, at most 4 MiB", "other sizes");
    }
    var recipients = recipients(jwe);
    if (recipients.size() > MAX_RECIPIENTS)
      return refused("at most " + MAX_RECIPIENTS + " recipients", recipients.size() + "");
    byte[] sealedText = Arrays.copyOf(ciphertext.get(), ciphertext.get().length + 16);
    System.arraycopy(tag.get(), 0, sealedText, ciphertext.get().length, 16);
    for (JsonObject recipient : recipients) {
      var merged = merged(header.get(), jwe.object("unprotected"), recipient.object("header"));
      if (!merged.string("enc").orElse("").equals("A256GCM")
          || merged.get("zip").isPresent()
          || merged.get("crit").isPresent()) continue;
      var encryptedKey = recipient.string("encrypted_key").flatMap(B64::fromUrl);
      if (encryptedKey.isEmpty()) continue;
      var opened =
          tryOpen(own, merged, encryptedKey.get(), iv.get(), encoded.orElseThrow(), sealedText);
      if (opened.isPresent()) return Outcome.granted(opened.get());
    }
    return refused("a message for this key, unaltered", "another key's, or altered bytes");
  }

  private static Optional<Secret> tryOpen(
      Jwk own, JsonObject header, byte[] encryptedKey, byte[] iv, String aad, byte[] text) {
    byte[] contentKey = {};
    try {
      contentKey = KeyWrap.unwrap(own, header.string("alg").orElse(""), encryptedKey, header);
      if (contentKey.length != 32) return Optional.empty();
      return Optional.of(Secret.moveFrom(gcm(Cipher.DECRYPT_MODE, contentKey, iv, aad, text)));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return Optional.empty();
    } finally {
      Arrays.fill(contentKey, (byte) 0);
    }
  }

  private static List<JsonObject> recipients(JsonObject jwe) {
    var list = jwe.array("recipients");
    if (list.isEmpty()) return List.of(jwe);
    return list.get().stream()
        .filter(JsonObject.class::isInstance)
        .map(JsonObject.class::cast)
        .toList();
  }

  private static JsonObject merged(
      JsonObject first, Optional<JsonObject> second, Optional<JsonObject> third) {
    var all = new java.util.LinkedHashMap<>(first.members());
    second.ifPresent(o -> o.members().forEach(all::putIfAbsent));
    third.ifPresent(o -> o.members().forEach(all::putIfAbsent));
    return new JsonObject(all);
  }

  private static Optional<JsonObject> object(byte[] bytes) {
    return Json.object(bytes) instanceof Outcome.Granted<JsonObject>(var json)
        ? Optional.of(json)
        : Optional.empty();
  }

  private static byte[] gcm(int mode, byte[] key, byte[] iv, String aad, byte[] data)
      throws GeneralSecurityException {
    var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, iv));
    cipher.updateAAD(aad.getBytes(StandardCharsets.US_ASCII));
    return cipher.doFinal(data);
  }

  private static <T> Outcome<T> refused(String expected, String found) {
    return Outcome.refused(
        Code.of("bad-jwe"),
        "encrypted message (JWE)",
        expected,
        found,
        "ask the sender for a new one");
  }
}
