package dev.theca.image.crypt;

import dev.theca.wire.Outcome;
import dev.theca.wire.der.Der;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.secret.Secret;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Optional;

/**
 * RSA and EC keys as people keep them: PEM (PKCS#1, PKCS#8, SPKI, SEC 1, certificates), DER of the
 * same, JWK; private keys with a password when they need one. A certificate is a key with a name
 * here: neither its dates nor its issuer are judged.
 */
public final class KeyFile {
  static final int MAX_BYTES = 256 << 10;

  private KeyFile() {}

  /** The first public key of a file. */
  public static Outcome<Jwk> publicKey(byte[] file) {
    if (file.length > MAX_BYTES) return bad("at most " + MAX_BYTES + " bytes", file.length + "");
    if (isJwk(file)) return Json.object(file).then(Jwk::parse).then(KeyFile::publicHalf);
    for (PemBlock block : PemBlock.read(file)) {
      var key = publicDer(block.der());
      block.erase();
      if (key.isPresent()) return Jwk.of(key.get());
    }
    return publicDer(file).map(Jwk::of).orElseGet(() -> bad("a public key or certificate", "none"));
  }

  private static Outcome<Jwk> publicHalf(Jwk key) {
    return key.privateKey().isPresent()
        ? bad("a public key", "a private one, which no sender should have")
        : Outcome.granted(key);
  }

  private static Optional<PublicKey> publicDer(byte[] der) {
    byte[] rsa =
        Der.sequence(
            Der.sequence(Der.oid("1.2.840.113549.1.1.1"), new byte[] {5, 0}), Der.bits(der));
    for (String algorithm : new String[] {"RSA", "EC"}) {
      for (byte[] spki : new byte[][] {der, rsa}) {
        try {
          return Optional.of(
              KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(spki)));
        } catch (GeneralSecurityException | RuntimeException e) {
          continue; // another form
        }
      }
    }
    try {
      return Optional.of(
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der))
              .getPublicKey());
    } catch (GeneralSecurityException | RuntimeException e) {
      return Optional.empty();
    }
  }

  /** The first private key of a file; {@code password} is empty (0 bytes) when none is given. */
  public static Outcome<Jwk> privateKey(Secret file, Secret password) {
    if (file.sizeBytes() > MAX_BYTES)
      return bad("at most " + MAX_BYTES + " bytes", file.sizeBytes() + "");
    return file.lend(bytes -> privateKey(bytes, password));
  }

  private static Outcome<Jwk> privateKey(byte[] file, Secret password) {
    if (isJwk(file))
      return Json.object(file)
          .then(Jwk::parse)
          .then(
              key ->
                  key.privateKey().isPresent()
                      ? Outcome.granted(key)
                      : bad("a private key", "a public one"));
    for (PemBlock block : PemBlock.read(file)) {
      try {
        if (block.label().endsWith("PRIVATE KEY")) return block(block, password);
      } finally {
        block.erase();
      }
    }
    return der(file, password);
  }

  private static Outcome<Jwk> block(PemBlock block, Secret password) {
    if (!KeyPassword.encrypted(block)) return der(block.der(), password);
    if (password.sizeBytes() == 0) return needsPassword();
    byte[] plain = {};
    try {
      plain = KeyPassword.traditional(block, password);
      return Outcome.granted(Jwk.of(PrivateKeyDer.read(plain)));
    } catch (GeneralSecurityException | RuntimeException e) {
      return wrongPassword();
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  private static Outcome<Jwk> der(byte[] der, Secret password) {
    try {
      return Outcome.granted(Jwk.of(PrivateKeyDer.read(der)));
    } catch (GeneralSecurityException | RuntimeException e) {
      if (!isEncryptedPkcs8(der)) return bad("a private RSA or EC key", "none");
    }
    if (password.sizeBytes() == 0) return needsPassword();
    byte[] plain = {};
    try {
      plain = KeyPassword.pkcs8(der, password);
      return Outcome.granted(Jwk.of(PrivateKeyDer.read(plain)));
    } catch (GeneralSecurityException | RuntimeException e) {
      return wrongPassword();
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  private static boolean isEncryptedPkcs8(byte[] der) {
    try {
      return new javax.crypto.EncryptedPrivateKeyInfo(der).getEncryptedData().length > 0;
    } catch (java.io.IOException | RuntimeException e) {
      return false;
    }
  }

  private static boolean isJwk(byte[] file) {
    for (byte b : file) if (b > ' ' || b < 0) return b == '{';
    return false;
  }

  private static Outcome<Jwk> needsPassword() {
    return bad("its password", "none given");
  }

  private static Outcome<Jwk> wrongPassword() {
    return bad("the password that opens it", "another, or a broken file");
  }

  private static <T> Outcome<T> bad(String expected, String found) {
    return CryptCode.KEY_FILE.refuse(
        "key file",
        expected,
        found,
        "give an RSA key of 2048 to 8192 bits or an EC key on P-256, P-384 or P-521, as PEM, DER or"
            + " JWK");
  }
}
