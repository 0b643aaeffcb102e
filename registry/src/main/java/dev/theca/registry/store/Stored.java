package dev.theca.registry.store;

import dev.theca.wire.Digest;

/** A manifest as it was pushed. */
public record Stored(byte[] bytes, Digest digest, String mediaType) {
  @Override
  public boolean equals(Object other) {
    return other instanceof Stored s && s.digest.equals(digest) && s.mediaType.equals(mediaType);
  }

  @Override
  public int hashCode() {
    return digest.hashCode();
  }

  @Override
  public String toString() {
    return mediaType + " " + digest;
  }
}
