package dev.theca.image.unpack;

import java.util.Arrays;

/** A growing array of numbers in pages, so that growth copies nothing large. */
final class IntPages {
  private static final int LOG = 12;
  private static final int PAGE = 1 << LOG;

  private int[][] pages = new int[8][];

  int get(int i) {
    return pages[i >>> LOG][i & PAGE - 1];
  }

  void set(int i, int value) {
    int page = i >>> LOG;
    if (page >= pages.length) pages = Arrays.copyOf(pages, Math.max(page + 1, pages.length * 2));
    if (pages[page] == null) pages[page] = new int[PAGE];
    pages[page][i & PAGE - 1] = value;
  }
}
