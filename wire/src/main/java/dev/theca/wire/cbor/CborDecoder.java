package dev.theca.wire.cbor;

import dev.theca.wire.cbor.CborValue.CborArray;
import dev.theca.wire.cbor.CborValue.CborBool;
import dev.theca.wire.cbor.CborValue.CborBytes;
import dev.theca.wire.cbor.CborValue.CborInt;
import dev.theca.wire.cbor.CborValue.CborMap;
import dev.theca.wire.cbor.CborValue.CborNull;
import dev.theca.wire.cbor.CborValue.CborTag;
import dev.theca.wire.cbor.CborValue.CborText;
import dev.theca.wire.cbor.CborValue.Entry;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;

/**
 * The reading half of {@link Cbor}; lengths are checked against what is left before anything is
 * allocated.
 */
final class CborDecoder {
  /** Not one deterministic item; the message names the byte. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String message) {
      super(message);
    }
  }

  private final byte[] data;
  private int at;

  /** Whether map keys may stand in any order, never twice, and arrays and maps be open-ended. */
  private final boolean anyOrder;

  CborDecoder(byte[] data) {
    this(data, false);
  }

  CborDecoder(byte[] data, boolean anyOrder) {
    this.data = data;
    this.anyOrder = anyOrder;
  }

  void end() throws Malformed {
    if (at != data.length) throw new Malformed((data.length - at) + " bytes after the item");
  }

  CborValue item(int depth) throws Malformed {
    if (depth > Cbor.MAX_DEPTH)
      throw new Malformed("nesting deeper than " + Cbor.MAX_DEPTH + " at byte " + at);
    int start = at;
    int first = next();
    int info = first & 0x1F;
    if (first >> 5 == 7) return simple(info, start);
    if (anyOrder && (first == 0x9F || first == 0xBF)) return open(first == 0xBF, depth);
    long n = argument(info, start);
    return switch (first >> 5) {
      case 0 -> new CborInt(positive(n, start));
      case 1 -> new CborInt(-1 - positive(n, start));
      case 2 -> new CborBytes(take(n, start));
      case 3 -> new CborText(text(take(n, start), start));
      case 4 -> array(n, depth, start);
      case 5 -> map(n, depth, start);
      default -> new CborTag(positive(n, start), item(depth + 1));
    };
  }

  private CborValue array(long n, int depth, int start) throws Malformed {
    fits(n, start);
    var items = new ArrayList<CborValue>();
    for (long i = 0; i < n; i++) items.add(item(depth + 1));
    return new CborArray(items);
  }

  private CborValue map(long n, int depth, int start) throws Malformed {
    fits(n, start);
    if (anyOrder) return unsorted(n, depth);
    var entries = new ArrayList<Entry>();
    int lastFrom = 0;
    int lastTo = 0;
    for (long i = 0; i < n; i++) {
      int from = at;
      CborValue key = item(depth + 1);
      int to = at;
      if (i > 0 && Arrays.compareUnsigned(data, lastFrom, lastTo, data, from, to) >= 0) {
        throw new Malformed("map keys unsorted or repeated at byte " + from);
      }
      lastFrom = from;
      lastTo = to;
      entries.add(new Entry(key, item(depth + 1)));
    }
    return new CborMap(entries);
  }

  /** An array or map of indefinite length, up to its break. */
  private CborValue open(boolean map, int depth) throws Malformed {
    var items = new ArrayList<CborValue>();
    while (at < data.length && data[at] != (byte) 0xFF) items.add(item(depth + 1));
    next(); // the break, or the end of the input, which is refused
    if (!map) return new CborArray(items);
    if (items.size() % 2 != 0) throw new Malformed("a map key without a value before byte " + at);
    var entries = new ArrayList<Entry>();
    var seen = new HashSet<CborValue>();
    for (int i = 0; i < items.size(); i += 2) {
      if (!seen.add(items.get(i))) throw new Malformed("a map key twice before byte " + at);
      entries.add(new Entry(items.get(i), items.get(i + 1)));
    }
    return new CborMap(entries);
  }

  private CborValue unsorted(long n, int depth) throws Malformed {
    var entries = new ArrayList<Entry>();
    var seen = new HashSet<CborValue>();
    for (long i = 0; i < n; i++) {
      int from = at;
      CborValue key = item(depth + 1);
      if (!seen.add(key)) throw new Malformed("a map key twice at byte " + from);
      entries.add(new Entry(key, item(depth + 1)));
    }
    return new CborMap(entries);
  }

  private CborValue simple(int info, int start) throws Malformed {
    return switch (info) {
      case 20 -> new CborBool(false);
      case 21 -> new CborBool(true);
      case 22 -> new CborNull();
      default ->
          throw new Malformed("a float or simple value that no format here uses, at byte " + start);
    };
  }

  private long argument(int info, int start) throws Malformed {
    if (info < 24) return info;
    int bytes =
        switch (info) {
          case 24 -> 1;
          case 25 -> 2;
          case 26 -> 4;
          case 27 -> 8;
          default -> throw new Malformed("an indefinite or reserved length at byte " + start);
        };
    if (data.length - at < bytes) throw new Malformed("cut off at byte " + data.length);
    long n = 0;
    for (int i = 0; i < bytes; i++) n = n << 8 | data[at++] & 0xFF;
    long least = bytes == 1 ? 24 : 1L << (bytes * 4);
    if (Long.compareUnsigned(n, least) < 0)
      throw new Malformed("a number in more bytes than it needs at byte " + start);
    return n;
  }

  private long positive(long n, int start) throws Malformed {
    if (n < 0) throw new Malformed("a number beyond 63 bits at byte " + start);
    return n;
  }

  private void fits(long n, int start) throws Malformed {
    if (n < 0 || n > data.length - at)
      throw new Malformed(
          "a length of " + n + " at byte " + start + ", " + (data.length - at) + " bytes left");
  }

  private byte[] take(long n, int start) throws Malformed {
    fits(n, start);
    at += (int) n;
    return Arrays.copyOfRange(data, at - (int) n, at);
  }

  private static String text(byte[] bytes, int start) throws Malformed {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new Malformed("text that is no UTF-8 at byte " + start);
    }
  }

  private int next() throws Malformed {
    if (at >= data.length) throw new Malformed("cut off at byte " + at);
    return data[at++] & 0xFF;
  }
}
