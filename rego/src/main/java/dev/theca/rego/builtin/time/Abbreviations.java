package dev.theca.rego.builtin.time;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What the IANA database calls an offset of a zone ("CET"); Java has names of its own that differ.
 *
 * <p>The resource {@code zones.txt} was made from the compiled database (2025b, public domain): a
 * line has the zones that share it and then, era by era, {@code offset=abbreviation}; {@code
 * @second} begins an era. Left out are names that only repeat the offset, such as {@code -03}.
 */
final class Abbreviations {
  private Abbreviations() {}

  /** Read once, when the first policy asks for a name. */
  private static final class Table {
    static final Map<String, String> LINES = read();

    private static Map<String, String> read() {
      try (var in = Objects.requireNonNull(Table.class.getResourceAsStream("zones.txt"))) {
        var lines = new HashMap<String, String>();
        for (String line : new String(in.readAllBytes(), StandardCharsets.US_ASCII).split("\n")) {
          int space = line.indexOf(' ');
          for (String zone : line.substring(0, space).split(","))
            lines.put(zone, line.substring(space + 1));
        }
        return Map.copyOf(lines);
      } catch (IOException e) {
        throw new UncheckedIOException("the names of zones cannot be read from the module", e);
      }
    }
  }

  /** The abbreviation, or the offset in hours (and minutes) where there is none. */
  static String of(String zone, long second, int offset) {
    var eras = new TreeMap<Long, Map<String, String>>();
    var era = new HashMap<String, String>();
    eras.put(Long.MIN_VALUE, era);
    for (String word : Table.LINES.getOrDefault(zone, "").split(" ")) {
      int equals = word.indexOf('=');
      if (word.startsWith("@"))
        eras.put(Long.parseLong(word.substring(1)), era = new HashMap<String, String>());
      else if (equals > 0) era.put(word.substring(0, equals), word.substring(equals + 1));
    }
    String name = eras.floorEntry(second).getValue().get(Integer.toString(offset));
    return name != null ? name : numeric(offset);
  }

  private static String numeric(int offset) {
    var out = new StringBuilder(offset < 0 ? "-" : "+");
    int minutes = Math.abs(offset) / 60;
    Digits.pad(out, minutes / 60, 2);
    if (minutes % 60 != 0) Digits.pad(out, minutes % 60, 2);
    return out.toString();
  }
}
