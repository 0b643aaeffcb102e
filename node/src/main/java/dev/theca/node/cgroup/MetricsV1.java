package dev.theca.node.cgroup;

import dev.theca.wire.proto.ProtoWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * io.containerd.cgroups.v1.Metrics (node.md 21). Figures of the network are not a control group's,
 * and the counts of sleeping and running tasks come by another door of the kernel: both are left
 * out, as the reference shim does.
 */
final class MetricsV1 {
  /** {@code cpuacct.stat} counts in hundredths of a second (USER_HZ). */
  private static final long NANOS_PER_TICK = 10_000_000L;

  /** Lines of {@code memory.stat} for the fields 1, 2, 3 ... of MemoryStat. */
  private static final List<String> MEMORY =
      List.of(
          "cache",
          "rss",
          "rss_huge",
          "mapped_file",
          "dirty",
          "writeback",
          "pgpgin",
          "pgpgout",
          "pgfault",
          "pgmajfault",
          "inactive_anon",
          "active_anon",
          "inactive_file",
          "active_file",
          "unevictable",
          "hierarchical_memory_limit",
          "hierarchical_memsw_limit",
          "total_cache",
          "total_rss",
          "total_rss_huge",
          "total_mapped_file",
          "total_dirty",
          "total_writeback",
          "total_pgpgin",
          "total_pgpgout",
          "total_pgfault",
          "total_pgmajfault",
          "total_inactive_anon",
          "total_active_anon",
          "total_inactive_file",
          "total_active_file",
          "total_unevictable");

  private MetricsV1() {}

  static ProtoWriter of(Cgroup group) {
    var metrics = new ProtoWriter();
    group.folder("hugetlb").ifPresent(folder -> SharedMessages.hugePages(folder, metrics, 1, HUGE));
    group.folder("pids").ifPresent(folder -> metrics.message(2, pids(folder)));
    if (group.folder("cpuacct").isPresent() || group.folder("cpu").isPresent())
      metrics.message(3, cpu(group));
    group.folder("memory").ifPresent(folder -> metrics.message(4, memory(folder)));
    group.folder("blkio").ifPresent(folder -> metrics.message(5, BlockIo.of(folder)));
    group.folder("rdma").ifPresent(folder -> metrics.message(6, SharedMessages.rdma(folder)));
    group.folder("memory").ifPresent(folder -> metrics.message(9, oom(folder)));
    return metrics;
  }

  private static final List<String> HUGE =
      List.of("usage_in_bytes", "max_usage_in_bytes", "failcnt");

  private static ProtoWriter pids(Path folder) {
    long limit = KernelText.number(folder.resolve("pids.max"));
    return new ProtoWriter()
        .varint(1, KernelText.number(folder.resolve("pids.current")))
        .varint(2, limit == KernelText.MAX ? 0 : limit);
  }

  private static ProtoWriter cpu(Cgroup group) {
    var cpu = new ProtoWriter();
    group.folder("cpuacct").ifPresent(folder -> cpu.message(1, usage(folder)));
    group.folder("cpu").ifPresent(folder -> cpu.message(2, throttling(folder)));
    return cpu;
  }

  private static ProtoWriter usage(Path folder) {
    Map<String, Long> stat = KernelText.pairs(folder.resolve("cpuacct.stat"));
    return new ProtoWriter()
        .varint(1, KernelText.number(folder.resolve("cpuacct.usage")))
        .varint(2, stat.getOrDefault("system", 0L) * NANOS_PER_TICK)
        .varint(3, stat.getOrDefault("user", 0L) * NANOS_PER_TICK)
        .packed(
            4,
            KernelText.words(folder.resolve("cpuacct.usage_percpu")).stream()
                .map(KernelText::number)
                .toList());
  }

  private static ProtoWriter throttling(Path folder) {
    Map<String, Long> stat = KernelText.pairs(folder.resolve("cpu.stat"));
    return new ProtoWriter()
        .varint(1, stat.getOrDefault("nr_periods", 0L))
        .varint(2, stat.getOrDefault("nr_throttled", 0L))
        .varint(3, stat.getOrDefault("throttled_time", 0L));
  }

  private static ProtoWriter memory(Path folder) {
    return SharedMessages.fields(KernelText.pairs(folder.resolve("memory.stat")), MEMORY)
        .message(33, entry(folder, "memory."))
        .message(34, entry(folder, "memory.memsw."))
        .message(35, entry(folder, "memory.kmem."))
        .message(36, entry(folder, "memory.kmem.tcp."));
  }

  private static ProtoWriter entry(Path folder, String prefix) {
    return new ProtoWriter()
        .varint(1, KernelText.number(folder.resolve(prefix + "limit_in_bytes")))
        .varint(2, KernelText.number(folder.resolve(prefix + "usage_in_bytes")))
        .varint(3, KernelText.number(folder.resolve(prefix + "max_usage_in_bytes")))
        .varint(4, KernelText.number(folder.resolve(prefix + "failcnt")));
  }

  private static ProtoWriter oom(Path folder) {
    return SharedMessages.fields(
        KernelText.pairs(folder.resolve("memory.oom_control")),
        List.of("oom_kill_disable", "under_oom", "oom_kill"));
  }
}
