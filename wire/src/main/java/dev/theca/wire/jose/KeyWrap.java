package dev.theca.wire.jose;

import dev.theca.wire.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;

/**
 * How a content key travels (RFC 7518 section 4): ECDH-ES+A256KW, RSA-OAEP-256, and RSA-OAEP as
 * ocicrypt writes it.
 */
final class KeyWrap {
  static final String ECDH = "ECDH-ES+A256KW";
  static final String OAEP_256 = "RSA-OAEP-256";
  static final String OAEP_1 = "RSA-OAEP";

  private KeyWrap() {}

  /** A wrapped content key, and the ephemeral public key it needs (EC only). */
  record Wrapped(String alg, byte[] encryptedKey, Optional<JsonObject> epk) {}

  static Wrapped wrap(Jwk recipient, String alg, byte[] contentKey)
      throws GeneralSecurityException {
    if (!recipient.isEc()) {
      return new Wrapped(
          alg, oaep(alg, Cipher.ENCRYPT_MODE, recipient.publicKey(), contentKey), Optional.empty());
    }
    Jwk ephemeral = Jwk.generate(recipient.curve().crv);
    byte[] kek = agree(ephemeral, recipient.publicKey(), new byte[0], new byte[0]);
    try {
      var cipher = Cipher.getInstance("AESWrap");
      cipher.init(Cipher.WRAP_MODE, new SecretKeySpec(kek, "AES"));
      return new Wrapped(
          ECDH,
          cipher.wrap(new SecretKeySpec(contentKey, "AES")),
          Optional.of(ephemeral.publicJson()));
    } finally {
      Arrays.fill(kek, (byte) 0);
    }
  }

  /** The content key; a wrong key or altered bytes are a {@link GeneralSecurityException}. */
  static byte[] unwrap(Jwk own, String alg, byte[] encryptedKey, JsonObject header)
      throws GeneralSecurityException {
    if (!own.isEc())
      return oaep(alg, Cipher.DECRYPT_MODE, own.privateKey().orElseThrow(), encryptedKey);
    if (!alg.equals(ECDH))
      throw new GeneralSecurityException("alg " + alg + " is not for an EC key");
    var epk =
        header
            .object("epk")
            .map(Jwk::parse)
            .flatMap(o -> o.isGranted() ? Optional.of(o.orThrow()) : Optional.empty());
    if (epk.isEmpty() || !epk.get().isEc() || epk.get().curve() != own.curve()) {
      throw new GeneralSecurityException("no ephemeral key on the curve of the recipient");
    }
    byte[] kek = agree(own, epk.get().publicKey(), party(header, "apu"), party(header, "apv"));
    try {
      var cipher = Cipher.getInstance("AESWrap");
      cipher.init(Cipher.UNWRAP_MODE, new SecretKeySpec(kek, "AES"));
      return cipher.unwrap(encryptedKey, "AES", Cipher.SECRET_KEY).getEncoded();
    } finally {
      Arrays.fill(kek, (byte) 0);
    }
  }

  private static byte[] party(JsonObject header, String name) {
    return header.string(name).flatMap(B64::fromUrl).orElse(new byte[0]);
  }

  /** Concat KDF, one round of SHA-256 (RFC 7518 section 4.6.2). */
  private static byte[] agree(Jwk own, PublicKey peer, byte[] apu, byte[] apv)
      throws GeneralSecurityException {
    var agreement = KeyAgreement.getInstance("ECDH");
    agreement.init(own.privateKey().orElseThrow());
    agreement.doPhase((ECPublicKey) peer, true);
    byte[] z = agreement.generateSecret();
    var info = new ByteArrayOutputStream();
    for (byte[] part : new byte[][] {ECDH.getBytes(StandardCharsets.US_ASCII), apu, apv}) {
      info.writeBytes(ByteBuffer.allocate(4).putInt(part.length).array());
      info.writeBytes(part);
    }
    info.writeBytes(new byte[] {0, 0, 1, 0}); // 256 bits
    var hash = MessageDigest.getInstance("SHA-256");
    hash.update(new byte[] {0, 0, 0, 1});
    hash.update(z);
    hash.update(info.toByteArray());
    Arrays.fill(z, (byte) 0);
    return hash.digest();
  }

  /**
   * The default MGF1 hash of the JDK is SHA-1 whatever the name says, so the parameters are spelled
   * out.
   */
  private static byte[] oaep(String alg, int mode, java.security.Key key, byte[] data)
      throws GeneralSecurityException {
    var parameters =
        switch (alg) {
          case OAEP_256 ->
              new OAEPParameterSpec(
                  "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT);
          case OAEP_1 ->
              new OAEPParameterSpec(
                  "SHA-1", "MGF1", MGF1ParameterSpec.SHA1, PSource.PSpecified.DEFAULT);
          default -> throw new GeneralSecurityException("alg " + alg + " is not for an RSA key");
        };
    var cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
    cipher.init(mode, key, parameters);
    return cipher.doFinal(data);
  }
}
