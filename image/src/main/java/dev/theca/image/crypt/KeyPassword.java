package dev.theca.image.crypt;

import dev.theca.wire.secret.Secret;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** Takes the password off a private key: PKCS#8 (RFC 8018), and OpenSSL's older PEM encryption. */
final class KeyPassword {
  private static final String DEK_INFO = "DEK-Info:";

  private KeyPassword() {}

  /** The PrivateKeyInfo inside an EncryptedPrivateKeyInfo (RFC 5958). */
  static byte[] pkcs8(byte[] der, Secret password) throws GeneralSecurityException {
    char[] chars = password.lend(KeyPassword::chars);
    try {
      var info = new EncryptedPrivateKeyInfo(der);
      // the parameters know the whole name of a PBES2 scheme, the OID is only "PBES2"
      var scheme = info.getAlgParameters();
      String name = scheme == null ? info.getAlgName() : scheme.toString();
      if (!name.startsWith("PBE")) name = info.getAlgName();
      var key = SecretKeyFactory.getInstance(name).generateSecret(new PBEKeySpec(chars));
      var cipher = Cipher.getInstance(name);
      cipher.init(Cipher.DECRYPT_MODE, key, scheme);
      return cipher.doFinal(info.getEncryptedData());
    } catch (java.io.IOException | RuntimeException e) {
      throw new GeneralSecurityException("no encrypted PKCS#8 key", e);
    } finally {
      Arrays.fill(chars, '\0');
    }
  }

  private static char[] chars(byte[] utf8) {
    CharBuffer decoded = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(utf8));
    char[] chars = new char[decoded.remaining()];
    decoded.get(chars);
    Arrays.fill(decoded.array(), '\0');
    return chars;
  }

  static boolean encrypted(PemBlock block) {
    return block.headers().stream().anyMatch(h -> h.startsWith(DEK_INFO));
  }

  /**
   * {@code DEK-Info: AES-256-CBC,<iv>}: the key is MD5 over password and salt, once
   * (PEM_do_header(3)).
   */
  static byte[] traditional(PemBlock block, Secret password) throws GeneralSecurityException {
    String[] info = dekInfo(block.headers());
    byte[] iv;
    try {
      iv = HexFormat.of().parseHex(info[1]);
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("DEK-Info without an IV", e);
    }
    int keyBytes =
        switch (info[0]) {
          case "AES-128-CBC" -> 16;
          case "AES-192-CBC", "DES-EDE3-CBC" -> 24;
          case "AES-256-CBC" -> 32;
          default -> throw new GeneralSecurityException("an unknown PEM cipher");
        };
    boolean des = info[0].startsWith("DES");
    if (iv.length != (des ? 8 : 16)) throw new GeneralSecurityException("an IV of another size");
    byte[] key = password.<byte[], GeneralSecurityException>lend(p -> derive(p, iv, keyBytes));
    try {
      var cipher = Cipher.getInstance(des ? "DESede/CBC/PKCS5Padding" : "AES/CBC/PKCS5Padding");
      AlgorithmParameterSpec start = new IvParameterSpec(iv);
      cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, des ? "DESede" : "AES"), start);
      return cipher.doFinal(block.der());
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private static String[] dekInfo(List<String> headers) throws GeneralSecurityException {
    for (String header : headers) {
      if (!header.startsWith(DEK_INFO)) continue;
      String[] parts = header.substring(DEK_INFO.length()).strip().split(",", -1);
      if (parts.length == 2) return parts;
    }
    throw new GeneralSecurityException("no DEK-Info");
  }

  /** EVP_BytesToKey(3) with one iteration; the salt is the first eight bytes of the IV. */
  private static byte[] derive(byte[] password, byte[] iv, int keyBytes)
      throws GeneralSecurityException {
    byte[] key = new byte[keyBytes];
    byte[] block = {};
    var md5 = MessageDigest.getInstance("MD5");
    for (int at = 0; at < keyBytes; at += 16) {
      md5.update(block);
      md5.update(password);
      md5.update(iv, 0, 8);
      block = md5.digest();
      System.arraycopy(block, 0, key, at, Math.min(16, keyBytes - at));
    }
    Arrays.fill(block, (byte) 0);
    return key;
  }
}
