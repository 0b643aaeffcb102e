package dev.theca.node.cgroup;

import dev.theca.wire.proto.ProtoWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** io.containerd.cgroups.v2.Metrics (node.md 21), from one folder. */
final class MetricsV2 {
  private static final List<String> CPU =
      List.of(
          "usage_usec", "user_usec", "system_usec", "nr_periods", "nr_throttled", "throttled_usec");

  /** Lines of {@code memory.stat} for the fields 1, 2, 3 ... of MemoryStat. */
  private static final List<String> MEMORY =
      List.of(
          "anon",
          "file",
          "kernel_stack",
          "slab",
          "sock",
          "shmem",
          "file_mapped",
          "file_dirty",
          "file_writeback",
          "anon_thp",
          "inactive_anon",
          "active_anon",
          "inactive_file",
          "active_file",
          "unevictable",
          "slab_reclaimable",
          "slab_unreclaimable",
          "pgfault",
          "pgmajfault",
          "workingset_refault",
          "workingset_activate",
          "workingset_nodereclaim",
          "pgrefill",
          "pgscan",
          "pgsteal",
          "pgactivate",
          "pgdeactivate",
          "pglazyfree",
          "pglazyfreed",
          "thp_fault_alloc",
          "thp_collapse_alloc");

  /** From the field 32 on: files with one number. */
  private static final List<String> LEVELS =
      List.of(
          "memory.current",
          "memory.max",
          "memory.swap.current",
          "memory.swap.max",
          "memory.peak",
          "memory.swap.peak");

  private static final int FIRST_LEVEL = 32;
  private static final List<String> EVENTS = List.of("low", "high", "max", "oom", "oom_kill");
  private static final List<String> HUGE = List.of("current", "max");

  private MetricsV2() {}

  static ProtoWriter of(Path folder) {
    var metrics =
        new ProtoWriter()
            .message(1, pids(folder))
            .message(2, cpu(folder))
            .message(4, memory(folder));
    if (Files.exists(folder.resolve("rdma.current")))
      metrics.message(5, SharedMessages.rdma(folder));
    metrics.message(6, io(folder));
    SharedMessages.hugePages(folder, metrics, 7, HUGE);
    return metrics.message(
        8, SharedMessages.fields(KernelText.pairs(folder.resolve("memory.events")), EVENTS));
  }

  private static ProtoWriter pids(Path folder) {
    return new ProtoWriter()
        .varint(1, KernelText.number(folder.resolve("pids.current")))
        .varint(2, KernelText.number(folder.resolve("pids.max")));
  }

  private static ProtoWriter cpu(Path folder) {
    var message = SharedMessages.fields(KernelText.pairs(folder.resolve("cpu.stat")), CPU);
    pressure(folder.resolve("cpu.pressure"), 7, message);
    return message;
  }

  private static ProtoWriter memory(Path folder) {
    var message = SharedMessages.fields(stat(folder), MEMORY);
    for (int i = 0; i < LEVELS.size(); i++)
      message.varint(FIRST_LEVEL + i, KernelText.number(folder.resolve(LEVELS.get(i))));
    pressure(folder.resolve("memory.pressure"), 38, message);
    return message;
  }

  /** Since Linux 5.9 what was one line for all memory is two, for anonymous and file memory. */
  private static Map<String, Long> stat(Path folder) {
    var stat = new HashMap<>(KernelText.pairs(folder.resolve("memory.stat")));
    for (String name : List.of("workingset_refault", "workingset_activate")) {
      long parts = stat.getOrDefault(name + "_anon", 0L) + stat.getOrDefault(name + "_file", 0L);
      stat.putIfAbsent(name, parts);
    }
    return stat;
  }

  private static ProtoWriter io(Path folder) {
    var message = new ProtoWriter();
    for (var line : KernelText.nested(folder.resolve("io.stat"))) {
      String[] device = line.key().split(":", -1);
      if (device.length != 2) continue;
      message.message(
          1,
          new ProtoWriter()
              .varint(1, KernelText.number(device[0]))
              .varint(2, KernelText.number(device[1]))
              .varint(3, line.number("rbytes"))
              .varint(4, line.number("wbytes"))
              .varint(5, line.number("rios"))
              .varint(6, line.number("wios")));
    }
    pressure(folder.resolve("io.pressure"), 2, message);
    return message;
  }

  /** PSIStats; nothing when the kernel does not keep them. */
  private static void pressure(Path file, int field, ProtoWriter message) {
    var lines = KernelText.nested(file);
    if (lines.isEmpty()) return;
    var stats = new ProtoWriter();
    for (var line : lines) {
      if (line.key().equals("some")) stats.message(1, data(line));
      if (line.key().equals("full")) stats.message(2, data(line));
    }
    message.message(field, stats);
  }

  private static ProtoWriter data(KernelText.Nested line) {
    return new ProtoWriter()
        .real(1, line.real("avg10"))
        .real(2, line.real("avg60"))
        .real(3, line.real("avg300"))
        .varint(4, line.number("total"));
  }
}
