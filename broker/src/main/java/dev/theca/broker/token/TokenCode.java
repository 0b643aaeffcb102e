package dev.theca.broker.token;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;

/** Why an attestation token is not believed. */
enum TokenCode implements Code {
  TOKEN_TOO_LARGE,
  TOKEN_MALFORMED,
  TOKEN_ENCRYPTED,
  TOKEN_CRITICAL,
  TOKEN_ALGORITHM,
  TOKEN_KEY_UNKNOWN,
  TOKEN_CERTIFICATE,
  TOKEN_SIGNATURE,
  TOKEN_EXPIRED,
  TOKEN_NOT_YET_VALID,
  TOKEN_ISSUER,
  TOKEN_AUDIENCE,
  TOKEN_REVOKED,
  TOKEN_TEE_KEY,
  TOKEN_ROTATION_EARLY;

  @Override
  public String id() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }

  <T> Outcome<T> refused(String expected, String found, String next) {
    return Outcome.refused(this, "attestation token", expected, found, next);
  }

  /** A text of the sender as a message may show it. */
  static String shown(String text) {
    String cut = text.length() > 80 ? text.substring(0, 80) + "..." : text;
    return "'" + cut.replaceAll("[^ -~]", "?") + "'";
  }
}
