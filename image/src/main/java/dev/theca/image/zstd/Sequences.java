package dev.theca.image.zstd;

import dev.theca.image.tar.Malformed;
import org.jspecify.annotations.Nullable;

/** The sequences section of a block, decoded and carried out (RFC 8878 sections 3.1.1.3.2, .4). */
final class Sequences {
  private static final int LONG_COUNT = 0x7F00;

  private @Nullable SequenceTable literalLengths;
  private @Nullable SequenceTable offsets;
  private @Nullable SequenceTable matchLengths;
  private int recent1;
  private int recent2;
  private int recent3;
  private int at;

  /** A new frame. */
  void reset() {
    literalLengths = offsets = matchLengths = null;
    recent1 = 1;
    recent2 = 4;
    recent3 = 8;
  }

  /** Writes a block behind what was written; where it ends. */
  int run(byte[] in, int from, int limit, Literals literals, Window window, int maxBytes)
      throws Malformed {
    if (from >= limit) throw cutOff();
    int count = count(in, from, limit);
    int written = window.end;
    if (count > 0) {
      tables(in, limit);
      written = execute(in, at, limit, count, literals, window, maxBytes);
    } else if (at != limit) {
      throw new Malformed("bytes behind no sequences");
    }
    int left = literals.end - literals.from;
    if (written + left > window.end + maxBytes) throw tooLong();
    System.arraycopy(literals.bytes, literals.from, window.bytes, written, left);
    return written + left;
  }

  private int count(byte[] in, int from, int limit) throws Malformed {
    int first = in[from] & 0xFF;
    int bytes = first < 128 ? 1 : first < 255 ? 2 : 3;
    at = from + bytes;
    if (at > limit) throw cutOff();
    if (bytes == 1) return first;
    int second = in[from + 1] & 0xFF;
    return bytes == 2
        ? (first - 128 << 8) + second
        : second + ((in[from + 2] & 0xFF) << 8) + LONG_COUNT;
  }

  private void tables(byte[] in, int limit) throws Malformed {
    if (at >= limit) throw cutOff();
    int modes = in[at++];
    if ((modes & 3) != 0) throw new Malformed("sequences of an unknown mode");
    literalLengths = table(SequenceKind.LITERALS, modes >> 6 & 3, in, limit, literalLengths);
    offsets = table(SequenceKind.OFFSETS, modes >> 4 & 3, in, limit, offsets);
    matchLengths = table(SequenceKind.MATCHES, modes >> 2 & 3, in, limit, matchLengths);
  }

  private SequenceTable table(
      SequenceKind kind, int mode, byte[] in, int limit, @Nullable SequenceTable last)
      throws Malformed {
    if (mode == 0) return kind.standard();
    if (mode == 1) {
      if (at >= limit) throw cutOff();
      return SequenceTable.repeated(in[at++] & 0xFF, kind);
    }
    if (mode == 2) {
      var counts = Counts.read(in, at, limit, kind.symbols(), kind.maxLog());
      at = counts.end;
      return SequenceTable.of(counts, kind);
    }
    if (last == null) throw new Malformed("sequences of a table that never came");
    return last;
  }

  /** The hot loop of all: everything that it uses is a local variable. */
  private int execute(
      byte[] in, int from, int limit, int count, Literals literals, Window window, int maxBytes)
      throws Malformed {
    var lengthTable = table(literalLengths);
    var offsetTable = table(offsets);
    var matchTable = table(matchLengths);
    long[] lengthPlaces = lengthTable.places;
    long[] offsetPlaces = offsetTable.places;
    long[] matchPlaces = matchTable.places;
    int start = 8 * from;
    int place = Bits.end(in, from, limit);
    long bits = Bits.below(in, place);
    int length = Bits.top(bits, lengthTable.log);
    bits <<= lengthTable.log;
    int offset = Bits.top(bits, offsetTable.log);
    bits <<= offsetTable.log;
    int match = Bits.top(bits, matchTable.log);
    place -= lengthTable.log + offsetTable.log + matchTable.log;
    byte[] out = window.bytes;
    byte[] plain = literals.bytes;
    int next = literals.from;
    int literalsEnd = literals.end;
    int to = window.end;
    int last = to + maxBytes;
    int reach = window.size;
    int one = recent1;
    int two = recent2;
    int three = recent3;
    while (true) {
      if (place < start) throw cutOff();
      long lengthPlace = lengthPlaces[length];
      long offsetPlace = offsetPlaces[offset];
      long matchPlace = matchPlaces[match];
      // At most 31 and 16 bits, then at most 16, 9, 9 and 8: each time less than one load has.
      bits = Bits.below(in, place);
      int offsetBits = (int) offsetPlace & 0xFF;
      int matchBits = (int) matchPlace & 0xFF;
      int lengthBits = (int) lengthPlace & 0xFF;
      long value = (offsetPlace >>> 32) + (bits >>> 1 >>> 63 - offsetBits);
      bits <<= offsetBits;
      int matchLength = (int) (matchPlace >>> 32) + (int) (bits >>> 1 >>> 63 - matchBits);
      place -= offsetBits + matchBits;
      bits = Bits.below(in, place);
      int literalLength = (int) (lengthPlace >>> 32) + (int) (bits >>> 1 >>> 63 - lengthBits);
      bits <<= lengthBits;
      place -= lengthBits;

      if (value > 3) {
        three = two;
        two = one;
        value -= 3;
        one = (int) Math.min(value, Integer.MAX_VALUE);
      } else {
        if (literalLength == 0) value++;
        if (value == 2) {
          int found = two;
          two = one;
          one = found;
        } else if (value > 2) {
          int found = value == 3 ? three : one - 1;
          three = two;
          two = one;
          one = found;
        }
      }

      if (literalLength > literalsEnd - next || to + literalLength + matchLength > last)
        throw tooLong();
      Copies.literals(plain, next, out, to, literalLength);
      next += literalLength;
      to += literalLength;
      if (one <= 0 || one > Math.min(reach, to))
        throw new Malformed("an offset that reaches too far");
      Copies.match(out, to, one, matchLength);
      to += matchLength;

      if (--count == 0) break;
      int stateBits = (int) (lengthPlace >>> 8) & 0xFF;
      length = ((int) (lengthPlace >>> 16) & 0xFFFF) + (int) (bits >>> 1 >>> 63 - stateBits);
      bits <<= stateBits;
      place -= stateBits;
      stateBits = (int) (matchPlace >>> 8) & 0xFF;
      match = ((int) (matchPlace >>> 16) & 0xFFFF) + (int) (bits >>> 1 >>> 63 - stateBits);
      bits <<= stateBits;
      place -= stateBits;
      stateBits = (int) (offsetPlace >>> 8) & 0xFF;
      offset = ((int) (offsetPlace >>> 16) & 0xFFFF) + (int) (bits >>> 1 >>> 63 - stateBits);
      place -= stateBits;
    }
    if (place != start) throw new Malformed("sequences that are longer or shorter than said");
    recent1 = one;
    recent2 = two;
    recent3 = three;
    literals.from = next;
    return to;
  }

  private static SequenceTable table(@Nullable SequenceTable table) throws Malformed {
    if (table == null) throw cutOff();
    return table;
  }

  private static Malformed cutOff() {
    return new Malformed("sequences that are cut off");
  }

  private static Malformed tooLong() {
    return new Malformed("a block of more bytes than a block may have");
  }
}
