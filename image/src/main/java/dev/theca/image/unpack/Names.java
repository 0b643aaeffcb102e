package dev.theca.image.unpack;

import dev.theca.image.tar.Malformed;
import java.util.Arrays;

/** Many short byte strings in pages, each with its length before it. They are never forgotten. */
final class Names {
  private static final int LOG = 16;
  private static final int PAGE = 1 << LOG;

  private final int maxBytes;
  private byte[][] pages = {new byte[PAGE]};
  private int page;
  private int used;
  private long total;

  Names(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Where the string is kept; at most 4,096 bytes. */
  int add(byte[] name) throws Malformed.Exceeded {
    total += name.length + 2;
    if (total > maxBytes)
      throw new Malformed.Exceeded("names and link targets of more than " + maxBytes + " bytes");
    if (used + 2 + name.length > PAGE) {
      if (++page == pages.length) pages = Arrays.copyOf(pages, pages.length * 2);
      pages[page] = new byte[PAGE];
      used = 0;
    }
    int at = page << LOG | used;
    pages[page][used] = (byte) (name.length >> 8);
    pages[page][used + 1] = (byte) name.length;
    System.arraycopy(name, 0, pages[page], used + 2, name.length);
    used += 2 + name.length;
    return at;
  }

  byte[] get(int at) {
    byte[] in = pages[at >>> LOG];
    int from = at & PAGE - 1;
    return Arrays.copyOfRange(in, from + 2, from + 2 + length(in, from));
  }

  boolean same(int at, byte[] name) {
    byte[] in = pages[at >>> LOG];
    int from = at & PAGE - 1;
    return length(in, from) == name.length
        && Arrays.equals(in, from + 2, from + 2 + name.length, name, 0, name.length);
  }

  private static int length(byte[] in, int from) {
    return (in[from] & 0xFF) << 8 | in[from + 1] & 0xFF;
  }
}
