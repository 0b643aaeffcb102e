package dev.theca.image.remote;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import java.util.Locale;

/** Why a registry, its configuration or its credentials are refused. */
public enum RemoteCode implements Code {
  /** The registry wants other credentials. */
  IMAGE_REGISTRY_DENIED,
  /** The registry says that there is no such thing. */
  IMAGE_REGISTRY_MISSING,
  /** The registry answered what the distribution specification does not know, or lied. */
  IMAGE_REGISTRY_ANSWER,
  /** TLS with the registry cannot be trusted, or would be left. */
  IMAGE_REGISTRY_TLS,
  /** The registries configuration forbids the place. */
  IMAGE_REGISTRY_BLOCKED,
  /** The proxy between here and the registry says no. */
  IMAGE_PROXY,
  /** A registries configuration that cannot be read. */
  BAD_REGISTRIES_CONF,
  /** Credentials that cannot be read. */
  BAD_AUTH_FILE,
  /** A program would have to be started for credentials, and that is not allowed here. */
  IMAGE_CREDENTIAL_HELPER;

  @Override
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  <T> Outcome<T> no(String what, String expected, String found, String next) {
    return Outcome.refused(this, what, expected, found, next);
  }
}
