package dev.theca.cli.seal;

import dev.theca.wire.jose.Jwk;
import java.util.Base64;

/** Signing keys for tests. */
final class KeyPairs {
  private KeyPairs() {}

  static String pem() {
    byte[] der = Jwk.generate("P-256").privateKey().orElseThrow().getEncoded();
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END PRIVATE KEY-----\n";
  }
}
