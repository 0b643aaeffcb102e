package dev.theca.linux;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Ranges of user or group ids, as {@code uid_map} has them (user_namespaces(7)): {@code size} ids
 * from {@code container} on appear as those from {@code host} on. Numbers are unsigned 32 bit, and
 * no range reaches beyond them.
 */
public record IdMap(List<Range> ranges) {
  private static final long LIMIT = 1L << 32;

  /** The kernel takes no more in one map. */
  private static final int MAX = 340;

  private static final Pattern FORM = Pattern.compile("([0-9]{1,10}):([0-9]{1,10}):([0-9]{1,10})");

  /** One range. */
  public record Range(long container, long host, long size) {
    public Range {
      if (container < 0 || host < 0 || size < 1 || container + size > LIMIT || host + size > LIMIT)
        throw new IllegalArgumentException(
            "ids " + container + ":" + host + ":" + size + " are out of range");
    }
  }

  public IdMap {
    ranges = List.copyOf(ranges);
    if (ranges.isEmpty() || ranges.size() > MAX)
      throw new IllegalArgumentException(ranges.size() + " ranges of ids, expected 1 to " + MAX);
  }

  /** Reads {@code container:host:size[,...]}; IllegalArgumentException says what is wrong. */
  public static IdMap parse(String text) {
    var ranges = new ArrayList<Range>();
    for (String part : text.split(",", MAX + 2)) {
      var form = FORM.matcher(part);
      if (!form.matches())
        throw new IllegalArgumentException(
            "ids \"" + part + "\", expected container:host:size in numbers");
      ranges.add(
          new Range(
              Long.parseLong(form.group(1)),
              Long.parseLong(form.group(2)),
              Long.parseLong(form.group(3))));
    }
    return new IdMap(ranges);
  }

  /** The lines that the kernel takes. */
  String lines() {
    return ranges.stream()
        .map(range -> range.container() + " " + range.host() + " " + range.size() + "\n")
        .collect(Collectors.joining());
  }

  @Override
  public String toString() {
    return ranges.stream()
        .map(range -> range.container() + ":" + range.host() + ":" + range.size())
        .collect(Collectors.joining(","));
  }
}
