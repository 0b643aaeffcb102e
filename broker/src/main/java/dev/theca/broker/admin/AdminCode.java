package dev.theca.broker.admin;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;

/** Why an administrator is not let in, or not let do it. */
enum AdminCode implements Code {
  MISSING(Admins.MISSING),
  INVALID(Admins.INVALID),
  DENIED(Admins.DENIED),
  /** The configuration of administration cannot be used. */
  SETTINGS("admin-settings"),
  /** A public key, or a set of them, cannot be read. */
  KEY("admin-key"),
  /** An API token cannot be made, found or revoked as asked. */
  TOKEN("admin-token");

  private final String id;

  AdminCode(String id) {
    this.id = id;
  }

  @Override
  public String id() {
    return id;
  }

  <T> Outcome<T> refuse(String what, String expected, String found, String next) {
    return Outcome.refused(this, what, expected, found, next);
  }
}
