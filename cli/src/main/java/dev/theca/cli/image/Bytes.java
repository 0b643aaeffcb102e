package dev.theca.cli.image;

import java.util.Locale;

/** Sizes for people, in the units of IEC 80000-13. */
public final class Bytes {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

  private Bytes() {}

  public static String of(long bytes) {
    double size = bytes;
    int unit = 0;
    while (size >= 1024 && unit + 1 < UNITS.length) {
      size /= 1024;
      unit++;
    }
    return unit == 0
        ? bytes + " B"
        : String.format(Locale.ROOT, size < 10 ? "%.1f %s" : "%.0f %s", size, UNITS[unit]);
  }
}
