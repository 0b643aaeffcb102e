package dev.theca.forge;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;

/** P-256 keys and signatures, as everything Intel-shaped uses them. */
public final class Signer {
  private Signer() {}

  public static KeyPair newKey() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks P-256", e);
    }
  }

  /** r and s, 32 bytes each, big-endian. */
  public static byte[] raw(KeyPair key, byte[] message) {
    return sign("SHA256withECDSAinP1363Format", key, message);
  }

  static byte[] der(KeyPair key, byte[] message) {
    return sign("SHA256withECDSA", key, message);
  }

  static KeyPair newEd25519() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks Ed25519", e);
    }
  }

  static byte[] ed25519(KeyPair key, byte[] message) {
    return sign("Ed25519", key, message);
  }

  private static byte[] sign(String name, KeyPair key, byte[] message) {
    try {
      var signature = Signature.getInstance(name);
      signature.initSign(key.getPrivate());
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK cannot sign", e);
    }
  }

  /** x and y, 32 bytes each, big-endian. */
  public static byte[] point(KeyPair key) {
    var w = ((ECPublicKey) key.getPublic()).getW();
    byte[] out = new byte[64];
    copy(w.getAffineX().toByteArray(), out, 32);
    copy(w.getAffineY().toByteArray(), out, 64);
    return out;
  }

  private static void copy(byte[] number, byte[] out, int end) {
    int length = Math.min(32, number.length);
    System.arraycopy(number, number.length - length, out, end - length, length);
  }
}
