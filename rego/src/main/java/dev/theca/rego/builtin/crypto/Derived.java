package dev.theca.rego.builtin.crypto;

import java.security.SecureRandom;

/**
 * Numbers that look like chance and come from a key and a message alone, for signatures that need
 * them: without the key nobody can tell them, and two messages never share them (the idea of RFC
 * 6979, with HMAC-SHA-512 in counter mode).
 */
final class Derived extends SecureRandom {
  private static final long serialVersionUID = 1;

  private final byte[] key;
  private int count;

  Derived(byte[] secret, byte[] message) {
    super(null, null); // no seed is drawn
    key = Hash.SHA512.mac(secret, message);
  }

  @Override
  public void nextBytes(byte[] bytes) {
    for (int at = 0; at < bytes.length; count++) {
      byte[] counter = {
        (byte) (count >> 24), (byte) (count >> 16), (byte) (count >> 8), (byte) count
      };
      byte[] block = Hash.SHA512.mac(key, counter);
      int part = Math.min(block.length, bytes.length - at);
      System.arraycopy(block, 0, bytes, at, part);
      at += part;
    }
  }

  @Override
  public String getAlgorithm() {
    return "derived";
  }
}
