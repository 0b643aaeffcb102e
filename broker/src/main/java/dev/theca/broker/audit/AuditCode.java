package dev.theca.broker.audit;

import dev.theca.wire.Code;

/** Why an export of the trail is not believed. */
enum AuditCode implements Code {
  AUDIT_MALFORMED,
  AUDIT_CHANGED,
  AUDIT_ORDER,
  AUDIT_CHAIN,
  AUDIT_TRUNCATED,
  AUDIT_UNSIGNED,
  AUDIT_SIGNATURE,
  AUDIT_KEY,
  AUDIT_HEAD;

  @Override
  public String id() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }
}
