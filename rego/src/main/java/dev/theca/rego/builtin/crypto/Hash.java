package dev.theca.rego.builtin.crypto;

import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;

/** The digests below signatures. */
enum Hash {
  SHA256("SHA-256", 32),
  SHA384("SHA-384", 48),
  SHA512("SHA-512", 64);

  private final String jdk;
  private final int bytes;

  Hash(String jdk, int bytes) {
    this.jdk = jdk;
    this.bytes = bytes;
  }

  /** The digest that the number in an algorithm's name means, such as that of RS384. */
  static Hash ofAlgorithm(String algorithm) {
    return algorithm.endsWith("384") ? SHA384 : algorithm.endsWith("512") ? SHA512 : SHA256;
  }

  int bytes() {
    return bytes;
  }

  byte[] digest(byte[] data) {
    return Jdk.digest(jdk, data);
  }

  byte[] mac(byte[] key, byte[] data) {
    return Jdk.mac("Hmac" + name(), key, data);
  }

  PSSParameterSpec pss(int salt) {
    return new PSSParameterSpec(jdk, "MGF1", new MGF1ParameterSpec(jdk), salt, 1);
  }
}
