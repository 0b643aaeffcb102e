package dev.theca.image.zstd;

import dev.theca.image.tar.Malformed;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Streams of bits that are read from their end (RFC 8878 section 4.1). A place in one is a number
 * of bits from the start of the array, so that nothing has to be refilled: {@link #below} is one
 * load. Arrays have {@link #SLACK} bytes before and behind what is read, and a reader that goes too
 * far meets them, which {@code place < start} tells it, and never another array.
 */
final class Bits {
  /** More than one step of any reader takes, and more than a copy in words writes too far. */
  static final int SLACK = 32;

  static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private Bits() {}

  /** The 56 bits or more below the place, the nearest one at the top. */
  static long below(byte[] bytes, int place) {
    return (long) LONG.get(bytes, (place >>> 3) - 7) << 8 - (place & 7);
  }

  /** The topmost bits, of which there may be none. */
  static int top(long bits, int count) {
    return (int) (bits >>> 1 >>> 63 - count);
  }

  /** Where a stream's last bit is: below the highest one of its last byte, which only marks it. */
  static int end(byte[] bytes, int from, int end) throws Malformed {
    if (end <= from) throw new Malformed("a stream of bits without bytes");
    int last = bytes[end - 1] & 0xFF;
    if (last == 0) throw new Malformed("a stream of bits without an end");
    return 8 * end - 1 - (Integer.numberOfLeadingZeros(last) - 24);
  }

  /** The highest bit that is set, for numbers above zero. */
  static int highest(int number) {
    return 31 - Integer.numberOfLeadingZeros(number);
  }
}
