package dev.theca.wire.cbor;

import java.util.List;
import java.util.Optional;

/**
 * A CBOR data item (RFC 8949), restricted to what our formats use: no floats, no indefinite
 * lengths.
 */
public sealed interface CborValue {
  /** An integer of major type 0 or 1 that fits 64 bits signed. */
  record CborInt(long value) implements CborValue {}

  /** A byte string; the array belongs to the value and must not be changed. */
  record CborBytes(byte[] value) implements CborValue {
    @Override
    public boolean equals(Object other) {
      return other instanceof CborBytes(byte[] theirs) && java.util.Arrays.equals(value, theirs);
    }

    @Override
    public int hashCode() {
      return java.util.Arrays.hashCode(value);
    }
  }

  record CborText(String value) implements CborValue {}

  record CborArray(List<CborValue> items) implements CborValue {
    public CborArray {
      items = List.copyOf(items);
    }
  }

  /** One entry of a map. */
  record Entry(CborValue key, CborValue value) {}

  /** A map; {@link Cbor#encode} sorts the entries, a decoded one is sorted. */
  record CborMap(List<Entry> entries) implements CborValue {
    public CborMap {
      entries = List.copyOf(entries);
    }

    public Optional<CborValue> get(long key) {
      return get(new CborInt(key));
    }

    public Optional<CborValue> get(CborValue key) {
      return entries.stream()
          .filter(entry -> entry.key().equals(key))
          .map(Entry::value)
          .findFirst();
    }
  }

  record CborBool(boolean value) implements CborValue {}

  record CborNull() implements CborValue {}

  /** A tagged item. */
  record CborTag(long tag, CborValue item) implements CborValue {}
}
