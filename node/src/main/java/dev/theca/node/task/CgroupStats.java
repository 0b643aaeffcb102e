package dev.theca.node.task;

import dev.theca.wire.proto.ProtoWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A container's consumption, from its control group: version 1 with one tree a controller, or
 * version 2 with one for all. A file that is missing leaves its value out.
 */
final class CgroupStats {
  private static final Path ROOT = Path.of("/sys/fs/cgroup");
  private static final String V1 = "io.containerd.cgroups.v1.Metrics";
  private static final String V2 = "io.containerd.cgroups.v2.Metrics";

  private CgroupStats() {}

  /** The Any that StatsResponse carries; empty when the process has no group any more. */
  static Optional<ProtoWriter> of(long pid) {
    try {
      var paths = new HashMap<String, String>();
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/cgroup"))) {
        String[] parts = line.split(":", 3);
        for (String controller : parts[1].split(",")) paths.put(controller, parts[2]);
      }
      boolean unified = Files.exists(ROOT.resolve("cgroup.controllers"));
      return Optional.of(
          any(unified ? V2 : V1, unified ? v2(paths.getOrDefault("", "/")) : v1(paths)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static ProtoWriter any(String type, ProtoWriter value) {
    return new ProtoWriter().string(1, type).bytes(2, value.toBytes());
  }

  private static ProtoWriter v1(Map<String, String> paths) {
    Path cpu = folder(paths, "cpuacct");
    Path memory = folder(paths, "memory");
    Path pids = folder(paths, "pids");
    var stat = pairs(memory.resolve("memory.stat"));
    var usage =
        new ProtoWriter()
            .varint(1, number(memory.resolve("memory.limit_in_bytes")))
            .varint(2, number(memory.resolve("memory.usage_in_bytes")))
            .varint(3, number(memory.resolve("memory.max_usage_in_bytes")))
            .varint(4, number(memory.resolve("memory.failcnt")));
    var memoryStat =
        new ProtoWriter()
            .varint(1, value(stat, "cache"))
            .varint(2, value(stat, "rss"))
            .varint(9, value(stat, "pgfault"))
            .varint(10, value(stat, "pgmajfault"))
            .varint(13, value(stat, "inactive_file"))
            .varint(18, value(stat, "total_cache"))
            .varint(19, value(stat, "total_rss"))
            .varint(26, value(stat, "total_pgfault"))
            .varint(27, value(stat, "total_pgmajfault"))
            .varint(30, value(stat, "total_inactive_file"))
            .message(33, usage);
    var cpuUsage = new ProtoWriter().varint(1, number(cpu.resolve("cpuacct.usage")));
    return new ProtoWriter()
        .message(
            2,
            new ProtoWriter()
                .varint(1, number(pids.resolve("pids.current")))
                .varint(2, number(pids.resolve("pids.max"))))
        .message(3, new ProtoWriter().message(1, cpuUsage))
        .message(4, memoryStat);
  }

  private static Path folder(Map<String, String> paths, String controller) {
    return ROOT.resolve(controller).resolve("." + paths.getOrDefault(controller, "/"));
  }

  private static ProtoWriter v2(String path) {
    Path group = ROOT.resolve("." + path);
    var cpu = pairs(group.resolve("cpu.stat"));
    var stat = pairs(group.resolve("memory.stat"));
    var memory =
        new ProtoWriter()
            .varint(1, value(stat, "anon"))
            .varint(2, value(stat, "file"))
            .varint(11, value(stat, "inactive_anon"))
            .varint(13, value(stat, "inactive_file"))
            .varint(18, value(stat, "pgfault"))
            .varint(19, value(stat, "pgmajfault"))
            .varint(32, number(group.resolve("memory.current")))
            .varint(33, number(group.resolve("memory.max")));
    return new ProtoWriter()
        .message(
            1,
            new ProtoWriter()
                .varint(1, number(group.resolve("pids.current")))
                .varint(2, number(group.resolve("pids.max"))))
        .message(
            2,
            new ProtoWriter()
                .varint(1, value(cpu, "usage_usec"))
                .varint(2, value(cpu, "user_usec"))
                .varint(3, value(cpu, "system_usec")))
        .message(4, memory);
  }

  private static long value(Map<String, Long> pairs, String name) {
    return pairs.getOrDefault(name, 0L);
  }

  private static Map<String, Long> pairs(Path file) {
    var pairs = new HashMap<String, Long>();
    try {
      for (String line : Files.readAllLines(file)) {
        String[] parts = line.split(" ");
        if (parts.length == 2) pairs.put(parts[0], parse(parts[1]));
      }
    } catch (IOException e) {
      return Map.of();
    }
    return pairs;
  }

  private static long number(Path file) {
    try {
      return parse(Files.readString(file).trim());
    } catch (IOException e) {
      return 0;
    }
  }

  private static long parse(String text) {
    try {
      return text.equals("max") ? -1L : Long.parseUnsignedLong(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
