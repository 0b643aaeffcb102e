package dev.theca.image.zstd;

import dev.theca.image.tar.Malformed;

/** What sequences are made of, with its codes (RFC 8878 sections 3.1.1.3.2.1.1 and .2.2). */
enum SequenceKind {
  LITERALS(
      "literals length",
      9,
      6,
      new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
      new int[] {1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
      new int[] {
        4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1,
        1, -1, -1, -1, -1
      }),
  OFFSETS(
      "offset",
      8,
      5,
      new int[] {},
      new int[] {},
      new int[] {
        1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1
      }),
  MATCHES(
      "match length",
      9,
      6,
      new int[] {
        3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27,
        28, 29, 30, 31, 32, 33, 34
      },
      new int[] {1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
      new int[] {
        1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1
      });

  private static final int OFFSET_CODES = 32;

  private final String shown;
  private final int maxLog;
  private final long[] bases;
  private final int[] extras;
  private final SequenceTable standard;

  /**
   * @param plain the values of the codes that have no bits of their own
   * @param wide the bits of the codes behind them, whose values follow each other
   */
  SequenceKind(String shown, int maxLog, int log, int[] plain, int[] wide, int[] counts) {
    this.shown = shown;
    this.maxLog = maxLog;
    int codes = plain.length == 0 ? OFFSET_CODES : plain.length + wide.length;
    this.bases = new long[codes];
    this.extras = new int[codes];
    for (int i = 0; i < codes; i++) {
      if (plain.length == 0) {
        extras[i] = i;
        bases[i] = 1L << i;
      } else if (i < plain.length) {
        bases[i] = plain[i];
      } else {
        extras[i] = wide[i - plain.length];
        bases[i] = bases[i - 1] + (1L << extras[i - 1]);
      }
    }
    try {
      this.standard = SequenceTable.of(Counts.given(counts, log), this);
    } catch (Malformed e) {
      throw new IllegalStateException("a table of RFC 8878 is wrong here", e);
    }
  }

  String shown() {
    return shown;
  }

  int maxLog() {
    return maxLog;
  }

  int symbols() {
    return bases.length;
  }

  long base(int symbol) {
    return bases[symbol];
  }

  int extra(int symbol) {
    return extras[symbol];
  }

  /** The table that both sides know. */
  SequenceTable standard() {
    return standard;
  }
}
