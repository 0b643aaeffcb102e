package dev.theca.sealfs.tree;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A file name or the name of an attribute: bytes, as the kernel sees them. */
public record Name(byte[] bytes) {
  public static Name of(String text) {
    return new Name(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Name name && Arrays.equals(bytes, name.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
