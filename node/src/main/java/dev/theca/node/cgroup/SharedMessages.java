package dev.theca.node.cgroup;

import dev.theca.wire.proto.ProtoWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Messages that both versions have. */
final class SharedMessages {
  private static final String HUGETLB = "hugetlb.";
  private static final long UNLIMITED_U32 = 0xFFFF_FFFFL;

  private SharedMessages() {}

  /** Named numbers as the fields 1, 2, 3 ... */
  static ProtoWriter fields(Map<String, Long> pairs, List<String> names) {
    var message = new ProtoWriter();
    for (int i = 0; i < names.size(); i++)
      message.varint(i + 1, pairs.getOrDefault(names.get(i), 0L));
    return message;
  }

  /**
   * Huge pages of each size: the files {@code hugetlb.SIZE.NAME} as the fields 1, 2, ..., then the
   * size itself.
   */
  static void hugePages(Path folder, ProtoWriter metrics, int field, List<String> names) {
    String ending = "." + names.getFirst();
    try (Stream<Path> files = Files.list(folder)) {
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith(HUGETLB) && name.endsWith(ending))
          .filter(name -> !name.contains(".rsvd.")) // reservations are another count
          .sorted()
          .map(name -> name.substring(HUGETLB.length(), name.length() - ending.length()))
          .forEach(size -> metrics.message(field, hugePage(folder, size, names)));
    } catch (IOException | UncheckedIOException e) {
      return; // the group went while we looked
    }
  }

  private static ProtoWriter hugePage(Path folder, String size, List<String> names) {
    var message = new ProtoWriter();
    for (int i = 0; i < names.size(); i++)
      message.varint(i + 1, KernelText.number(folder.resolve(HUGETLB + size + "." + names.get(i))));
    return message.string(names.size() + 1, size);
  }

  static ProtoWriter rdma(Path folder) {
    var message = new ProtoWriter();
    rdma(folder.resolve("rdma.current"), 1, message);
    rdma(folder.resolve("rdma.max"), 2, message);
    return message;
  }

  private static void rdma(Path file, int field, ProtoWriter message) {
    for (var line : KernelText.nested(file)) {
      message.message(
          field,
          new ProtoWriter()
              .string(1, line.key())
              .varint(2, line.number("hca_handle") & UNLIMITED_U32)
              .varint(3, line.number("hca_object") & UNLIMITED_U32));
    }
  }
}
