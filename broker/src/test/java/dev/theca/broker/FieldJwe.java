package dev.theca.broker;

import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.spec.MGF1ParameterSpec;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;

/**
 * Opens an answer as kbs-protocol.md, section 5, describes it, with the JDK alone and nothing of
 * ours but JSON and keys: a second opinion on what clients of the field do.
 */
final class FieldJwe {
  private FieldJwe() {}

  private static byte[] from(JsonObject json, String member) {
    return Base64.getUrlDecoder().decode(json.string(member).orElseThrow());
  }

  static String open(JsonObject response, Jwk key, String aad) throws GeneralSecurityException {
    var header = Json.object(from(response, "protected")).orThrow();
    byte[] wrapped = from(response, "encrypted_key");
    byte[] content =
        switch (header.string("alg").orElseThrow()) {
          case "ECDH-ES+A256KW" ->
              unwrapped(agreed(header.object("epk").orElseThrow(), key), wrapped);
          case "RSA-OAEP-256" -> oaep(key, wrapped);
          default -> throw new GeneralSecurityException("another alg");
        };
    if (!header.string("enc").orElseThrow().equals("A256GCM"))
      throw new GeneralSecurityException("another enc");
    var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        Cipher.DECRYPT_MODE,
        new SecretKeySpec(content, "AES"),
        new GCMParameterSpec(128, from(response, "iv")));
    cipher.updateAAD(aad.getBytes(StandardCharsets.US_ASCII));
    byte[] text = from(response, "ciphertext");
    byte[] tag = from(response, "tag");
    byte[] all = ByteBuffer.allocate(text.length + tag.length).put(text).put(tag).array();
    return new String(cipher.doFinal(all), StandardCharsets.UTF_8);
  }

  /** Concat KDF of one round (NIST SP 800-56A, section 5.8.1; RFC 7518, section 4.6.2). */
  private static byte[] agreed(JsonObject epk, Jwk key) throws GeneralSecurityException {
    var agreement = KeyAgreement.getInstance("ECDH");
    agreement.init(key.privateKey().orElseThrow());
    agreement.doPhase(Jwk.parse(epk).orThrow().publicKey(), true);
    byte[] alg = "ECDH-ES+A256KW".getBytes(StandardCharsets.US_ASCII);
    byte[] z = agreement.generateSecret();
    var info = ByteBuffer.allocate(4 + z.length + 4 + alg.length + 12);
    info.putInt(1).put(z).putInt(alg.length).put(alg).putInt(0).putInt(0).putInt(256);
    return MessageDigest.getInstance("SHA-256").digest(info.array());
  }

  private static byte[] unwrapped(byte[] kek, byte[] wrapped) throws GeneralSecurityException {
    var cipher = Cipher.getInstance("AESWrap");
    cipher.init(Cipher.UNWRAP_MODE, new SecretKeySpec(kek, "AES"));
    return cipher.unwrap(wrapped, "AES", Cipher.SECRET_KEY).getEncoded();
  }

  private static byte[] oaep(Jwk key, byte[] wrapped) throws GeneralSecurityException {
    var cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
    cipher.init(
        Cipher.DECRYPT_MODE,
        key.privateKey().orElseThrow(),
        new OAEPParameterSpec(
            "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT));
    return cipher.doFinal(wrapped);
  }
}
