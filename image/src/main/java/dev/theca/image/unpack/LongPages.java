package dev.theca.image.unpack;

import java.util.Arrays;

/** A growing array of numbers in pages, so that growth copies nothing large. */
final class LongPages {
  private static final int LOG = 12;
  private static final int PAGE = 1 << LOG;

  private long[][] pages = new long[8][];

  long get(int i) {
    return pages[i >>> LOG][i & PAGE - 1];
  }

  void set(int i, long value) {
    int page = i >>> LOG;
    if (page >= pages.length) pages = Arrays.copyOf(pages, Math.max(page + 1, pages.length * 2));
    if (pages[page] == null) pages[page] = new long[PAGE];
    pages[page][i & PAGE - 1] = value;
  }
}
