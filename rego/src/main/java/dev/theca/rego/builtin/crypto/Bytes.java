package dev.theca.rego.builtin.crypto;

import java.util.Arrays;

/** Bytes that are equal when their content is; the array is not to be changed. */
record Bytes(byte[] array) {
  int size() {
    return array.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes(byte[] it) && Arrays.equals(array, it);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(array);
  }

  @Override
  public String toString() {
    return array.length + " bytes";
  }
}
