package dev.theca.broker.setup;

import dev.theca.wire.Code;

/** Why a broker does not start. */
public enum SetupCode implements Code {
  /** A key of the configuration is wrong. */
  BROKER_CONFIGURATION;

  @Override
  public String id() {
    return "broker-configuration";
  }
}
