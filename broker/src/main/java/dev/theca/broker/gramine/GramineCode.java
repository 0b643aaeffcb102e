package dev.theca.broker.gramine;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import java.util.Locale;

/** Why a client of Gramine's secret provisioning got nothing. */
enum GramineCode implements Code {
  NOT_AN_ENCLAVE,
  BAD_PROVISIONING_REQUEST,
  SECRET_MISSING,
  SECRET_UNFIT,
  BAD_GRAMINE_SETTINGS;

  @Override
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  <T> Outcome<T> refuse(String what, String expected, String found) {
    return Outcome.refused(this, what, expected, found, "see the documentation of the listener");
  }
}
