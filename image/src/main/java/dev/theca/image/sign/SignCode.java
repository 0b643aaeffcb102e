package dev.theca.image.sign;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;

/** Why an image, a signature or a policy was not accepted. */
public enum SignCode implements Code {
  /** The policy itself is malformed, or asks for what does not exist here. */
  POLICY("image-policy"),
  /** The policy rejects the image whatever its signatures are. */
  REJECTED("image-rejected"),
  /** No signature counts; the reasons after it name each that was looked at. */
  UNSIGNED("image-unsigned"),
  /** A signature is malformed or does not verify. */
  SIGNATURE("image-signature"),
  /** A key cannot be read or used. */
  KEY("image-signature-key"),
  /** What was signed is about another image, or is malformed. */
  CLAIM("image-signature-claim"),
  /** The signature names another repository or tag than the policy asks for. */
  NAME("image-signature-name"),
  /** The signer's certificate does not hold. */
  CERTIFICATE("image-signer-certificate"),
  /** The signer is not who the policy names. */
  SIGNER("image-signer"),
  /** The transparency log's entry, promise, proof or checkpoint does not hold. */
  LOG("image-log-entry"),
  /** A timestamp does not hold, or no time is proved at all. */
  TIME("image-signature-time"),
  /** The trusted root is malformed. */
  ROOT("image-trusted-root"),
  /** This process has no OpenPGP. */
  NO_OPENPGP("image-openpgp-absent");

  private final String id;

  SignCode(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }

  <T> Outcome<T> refused(String what, String expected, String found, String next) {
    return Outcome.refused(this, what, expected, found, next);
  }

  /** Text of a stranger, short and without control characters. */
  static String shown(String text) {
    String cut = text.length() > 200 ? text.substring(0, 200) + "..." : text;
    return "'" + cut.replaceAll("\\p{C}", "?") + "'";
  }
}
