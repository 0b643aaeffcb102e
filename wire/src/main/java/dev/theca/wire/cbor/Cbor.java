package dev.theca.wire.cbor;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.cbor.CborValue.CborArray;
import dev.theca.wire.cbor.CborValue.CborBool;
import dev.theca.wire.cbor.CborValue.CborBytes;
import dev.theca.wire.cbor.CborValue.CborInt;
import dev.theca.wire.cbor.CborValue.CborMap;
import dev.theca.wire.cbor.CborValue.CborNull;
import dev.theca.wire.cbor.CborValue.CborTag;
import dev.theca.wire.cbor.CborValue.CborText;
import dev.theca.wire.cbor.CborValue.Entry;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Core deterministic CBOR (RFC 8949 section 4.2.1): shortest integers, definite lengths, map keys
 * sorted by their bytes and unique. One value has one encoding, and only that one is read: {@code
 * encode(decode(b))} equals {@code b}. Never throws on bad input.
 */
public final class Cbor {
  static final int MAX_DEPTH = 16;
  private static final int MAX_BYTES = 16 << 20;

  private Cbor() {}

  public static Outcome<CborValue> decode(byte[] data) {
    return decode(data, MAX_BYTES);
  }

  /** Decodes one item that fills the input, of at most {@code maxBytes}. */
  public static Outcome<CborValue> decode(byte[] data, int maxBytes) {
    if (data.length > maxBytes)
      return refused("at most " + maxBytes + " bytes", data.length + " bytes");
    try {
      var decoder = new CborDecoder(data);
      CborValue value = decoder.item(0);
      decoder.end();
      return Outcome.granted(value);
    } catch (CborDecoder.Malformed e) {
      return refused("deterministic CBOR", String.valueOf(e.getMessage()));
    }
  }

  /**
   * Decodes what others wrote: as {@link #decode}, but map keys may stand in any order, and arrays
   * and maps may be of indefinite length. Verify signatures over the bytes that came, never over a
   * new encoding.
   */
  public static Outcome<CborValue> decodeAnyOrder(byte[] data, int maxBytes) {
    if (data.length > maxBytes)
      return refused("at most " + maxBytes + " bytes", data.length + " bytes");
    try {
      var decoder = new CborDecoder(data, true);
      CborValue value = decoder.item(0);
      decoder.end();
      return Outcome.granted(value);
    } catch (CborDecoder.Malformed e) {
      return refused("CBOR without duplicates", String.valueOf(e.getMessage()));
    }
  }

  public static byte[] encode(CborValue value) {
    var out = new ByteArrayOutputStream();
    write(out, value);
    return out.toByteArray();
  }

  /**
   * An integer-keyed map from key, value, key, value, ... where a value is a CborValue, Long,
   * Integer, String, byte[] or Boolean.
   */
  public static CborMap map(Object... keysAndValues) {
    var entries = new ArrayList<Entry>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      entries.add(new Entry(of(keysAndValues[i]), of(keysAndValues[i + 1])));
    }
    return new CborMap(entries);
  }

  public static CborArray array(List<?> items) {
    return new CborArray(items.stream().map(Cbor::of).toList());
  }

  public static CborValue of(Object value) {
    return switch (value) {
      case CborValue cbor -> cbor;
      case Long number -> new CborInt(number);
      case Integer number -> new CborInt(number);
      case String text -> new CborText(text);
      case byte[] bytes -> new CborBytes(bytes);
      case Boolean flag -> new CborBool(flag);
      default -> throw new IllegalArgumentException("no CBOR for " + value.getClass());
    };
  }

  private static void write(ByteArrayOutputStream out, CborValue value) {
    switch (value) {
      case CborInt(long n) -> {
        if (n >= 0) head(out, 0, n);
        else head(out, 1, -1 - n);
      }
      case CborBytes(byte[] bytes) -> {
        head(out, 2, bytes.length);
        out.writeBytes(bytes);
      }
      case CborText(String text) -> {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        head(out, 3, bytes.length);
        out.writeBytes(bytes);
      }
      case CborArray(List<CborValue> items) -> {
        head(out, 4, items.size());
        for (CborValue item : items) write(out, item);
      }
      case CborMap(List<Entry> entries) -> map(out, entries);
      case CborTag(long tag, CborValue item) -> {
        head(out, 6, tag);
        write(out, item);
      }
      case CborBool(boolean flag) -> out.write(flag ? 0xF5 : 0xF4);
      case CborNull n -> out.write(0xF6);
    }
  }

  private static void map(ByteArrayOutputStream out, List<Entry> entries) {
    var encoded = new ArrayList<byte[][]>();
    for (Entry entry : entries)
      encoded.add(new byte[][] {encode(entry.key()), encode(entry.value())});
    encoded.sort((a, b) -> Arrays.compareUnsigned(a[0], b[0]));
    head(out, 5, encoded.size());
    byte[] last = null;
    for (byte[][] pair : encoded) {
      if (last != null && Arrays.equals(last, pair[0]))
        throw new IllegalArgumentException("a map key twice");
      last = pair[0];
      out.writeBytes(pair[0]);
      out.writeBytes(pair[1]);
    }
  }

  private static void head(ByteArrayOutputStream out, int major, long n) {
    int top = major << 5;
    if (n < 24) {
      out.write(top | (int) n);
    } else if (n <= 0xFF) {
      out.write(top | 24);
      out.write((int) n);
    } else if (n <= 0xFFFF) {
      out.write(top | 25);
      big(out, n, 2);
    } else if (n <= 0xFFFF_FFFFL) {
      out.write(top | 26);
      big(out, n, 4);
    } else {
      out.write(top | 27);
      big(out, n, 8);
    }
  }

  private static void big(ByteArrayOutputStream out, long n, int bytes) {
    for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) out.write((int) (n >>> shift));
  }

  private static <T> Outcome<T> refused(String expected, String found) {
    return Outcome.refused(
        Code.of("bad-cbor"),
        "CBOR item",
        expected,
        found,
        "send the item in its one deterministic form");
  }
}
