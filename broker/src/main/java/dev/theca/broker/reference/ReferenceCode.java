package dev.theca.broker.reference;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;

/** Why reference values are not taken. */
enum ReferenceCode implements Code {
  /** The message has another shape. */
  MESSAGE("reference-message"),
  /** Nobody reads payloads of this type. */
  EXTRACTOR("reference-extractor"),
  /** The payload is not what its type promises. */
  PAYLOAD("reference-payload"),
  /** No provenance, and it is required. */
  UNSIGNED("reference-unsigned"),
  /** The provenance does not hold. */
  SIGNATURE("reference-signature"),
  /** The key may not say this name. */
  SCOPE("reference-scope"),
  /** An older message than the one in force. */
  ROLLBACK("reference-rollback"),
  /** The message or its key is past its time, or of the future. */
  TIME("reference-time"),
  /** Values that cannot be added to what is there. */
  APPEND("reference-append"),
  /** No value of this name. */
  UNKNOWN("reference-unknown"),
  /** The configuration cannot be used. */
  SETTINGS("reference-settings");

  private final String id;

  ReferenceCode(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }

  <T> Outcome<T> refuse(String what, String expected, String found, String next) {
    return Outcome.refused(this, what, expected, found, next);
  }

  /** Foreign text, quoted, short, without control characters. */
  static String shown(String text) {
    String cut = text.length() > 100 ? text.substring(0, 100) + "..." : text;
    return "'" + cut.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Cs}]", "?") + "'";
  }
}
