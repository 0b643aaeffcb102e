package dev.theca.registry;

import java.util.Optional;
import java.util.regex.Pattern;

/** A part of a blob, first and last byte included (RFC 9110 section 14). */
record ByteRange(long first, long last) {
  private static final Pattern RANGE = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");
  private static final Pattern CONTENT = Pattern.compile("(?:bytes )?([0-9]{1,18})-([0-9]{1,18})");

  /** What of a Range field can be answered. */
  sealed interface Asked {
    /** No range, several, or another unit: the whole is answered. */
    record Whole() implements Asked {}

    record Part(ByteRange range) implements Asked {}

    /** None of it exists. */
    record Nothing() implements Asked {}
  }

  long length() {
    return last - first + 1;
  }

  static Asked asked(String field, long size) {
    var m = RANGE.matcher(field.strip());
    if (!m.matches() || m.group(1).isEmpty() && m.group(2).isEmpty()) return new Asked.Whole();
    if (m.group(1).isEmpty()) {
      long suffix = Math.min(size, Long.parseLong(m.group(2)));
      return suffix == 0
          ? new Asked.Nothing()
          : new Asked.Part(new ByteRange(size - suffix, size - 1));
    }
    long first = Long.parseLong(m.group(1));
    long last = m.group(2).isEmpty() ? size - 1 : Long.parseLong(m.group(2));
    if (!m.group(2).isEmpty() && last < first) return new Asked.Whole();
    if (first >= size) return new Asked.Nothing();
    return new Asked.Part(new ByteRange(first, Math.min(last, size - 1)));
  }

  /** The place of a chunk, {@code FIRST-LAST} (distribution-spec, "Pushing a blob in chunks"). */
  static Optional<ByteRange> ofChunk(String contentRange) {
    var m = CONTENT.matcher(contentRange.strip());
    if (!m.matches()) return Optional.empty();
    var range = new ByteRange(Long.parseLong(m.group(1)), Long.parseLong(m.group(2)));
    return range.last < range.first ? Optional.empty() : Optional.of(range);
  }
}
