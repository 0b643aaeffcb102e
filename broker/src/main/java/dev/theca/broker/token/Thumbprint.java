package dev.theca.broker.token;

import dev.theca.wire.jose.B64;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The thumbprint of a key, SHA-256 over its required members in lexical order (RFC 7638). */
public final class Thumbprint {
  private Thumbprint() {}

  public static String of(Jwk key) {
    return B64.url(sha256(Json.canonical(key.publicJson())));
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the JDK lacks SHA-256", e);
    }
  }
}
