package dev.theca.broker.resource;

import dev.theca.wire.secret.Secret;

/** A version that is given, with its value; closing it zeroes the value. */
public record ResourceValue(VersionInfo info, Secret value) implements AutoCloseable {
  @Override
  public void close() {
    value.close();
  }
}
