package dev.theca.node.cgroup;

import dev.theca.wire.proto.ProtoWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * BlkIOStat of version 1. Which scheduler serves a disk decides who counts: the scheduler itself
 * (files of CFQ have no prefix, those of BFQ have), else the layer that limits.
 */
final class BlockIo {
  private static final List<String> COUNTERS =
      List.of(
          "io_service_bytes_recursive",
          "io_serviced_recursive",
          "io_queued_recursive",
          "io_service_time_recursive",
          "io_wait_time_recursive",
          "io_merged_recursive",
          "time_recursive",
          "sectors_recursive");
  private static final List<String> COUNTING = List.of("blkio.", "blkio.bfq.", "blkio.throttle.");
  private static final Path PARTITIONS = Path.of("/proc/partitions");

  private BlockIo() {}

  /** One line: {@code MAJOR:MINOR [operation] value}. */
  record Entry(long major, long minor, String operation, long value) {
    static Optional<Entry> parse(String line) {
      var words = KernelText.words(line);
      if (words.size() < 2 || words.size() > 3) return Optional.empty();
      String[] device = words.getFirst().split(":", -1);
      if (device.length != 2 || !digits(device[0]) || !digits(device[1])) return Optional.empty();
      if (!digits(words.getLast())) return Optional.empty();
      return Optional.of(
          new Entry(
              KernelText.number(device[0]),
              KernelText.number(device[1]),
              words.size() == 3 ? words.get(1) : "",
              KernelText.number(words.getLast())));
    }

    private static boolean digits(String word) {
      return word.matches("[0-9]{1,20}");
    }
  }

  static ProtoWriter of(Path folder) {
    Map<String, String> names = names(KernelText.text(PARTITIONS));
    var message = new ProtoWriter();
    for (int i = 0; i < COUNTERS.size(); i++) {
      int field = i + 1;
      for (Entry entry : entries(folder, COUNTERS.get(i)))
        message.message(field, entry(entry, names));
    }
    return message;
  }

  private static List<Entry> entries(Path folder, String counter) {
    for (String prefix : COUNTING) {
      Path file = folder.resolve(prefix + counter);
      if (!Files.exists(file)) continue; // most are not there, and an exception costs more
      var found = parse(KernelText.text(file));
      if (!found.isEmpty()) return found;
    }
    return List.of();
  }

  /** The line of the total names no device and is left out. */
  static List<Entry> parse(String text) {
    return text.lines().map(Entry::parse).flatMap(Optional::stream).toList();
  }

  private static ProtoWriter entry(Entry entry, Map<String, String> names) {
    return new ProtoWriter()
        .string(1, entry.operation())
        .string(2, names.getOrDefault(entry.major() + ":" + entry.minor(), ""))
        .varint(3, entry.major())
        .varint(4, entry.minor())
        .varint(5, entry.value());
  }

  /** Device files by number, from {@code /proc/partitions}: {@code major minor blocks name}. */
  static Map<String, String> names(String partitions) {
    var names = new HashMap<String, String>();
    for (String line : partitions.split("\n", -1)) {
      var words = KernelText.words(line);
      if (words.size() == 4 && words.getFirst().matches("[0-9]+"))
        names.put(words.get(0) + ":" + words.get(1), "/dev/" + words.get(3));
    }
    return names;
  }
}
