package dev.theca.broker.setup;

import dev.theca.wire.Code;

/** Why a broker does not start. */
public enum SetupCode implements Code {
  /** A key of the configuration is wrong. */
  BROKER_CONFIGURATION,
  /** Something that the configuration names cannot be had now. */
  BROKER_UNAVAILABLE;

  @Override
  public String id() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }
}
