package dev.theca.node.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Figures compared with the kernel's own files. */
@Timeout(120)
class RealMetricsTest {
  private static long number(Path file) throws IOException {
    return Long.parseLong(Files.readString(file).strip());
  }

  /** Figures from a moment in which the kernel did not settle its account of memory. */
  private static Message steady(Cgroup cgroup, Path usage) throws IOException {
    while (true) {
      long before = number(usage);
      var metrics = Message.of(cgroup.metrics().orElseThrow(), "io.containerd.cgroups.v1.Metrics");
      if (number(usage) == before && metrics.at(4).at(33).number(2) == before) return metrics;
    }
  }

  @Test
  void figures_of_version_1_are_those_of_the_files() throws Exception {
    try (var groups = RealGroups.ofVersion1()) {
      Path memory = groups.limited("", 64 << 20);
      Path cpuacct = groups.make("cpuacct", "");
      Path pids = groups.make("pids", "");
      Files.writeString(pids.resolve("pids.max"), "55");
      Path file = Files.createTempFile("theca-test", ".gone");
      try {
        var running =
            groups.run(
                "head -c 3000000 /dev/zero > " + file + "; rm " + file + "; exec sleep 1000",
                memory,
                cpuacct,
                pids);
        while (Files.exists(file)) Thread.sleep(10);
        while (!Files.readString(Path.of("/proc/" + groups.lastPid() + "/comm"))
            .startsWith("sleep")) Thread.sleep(10);
        var cgroup = Cgroup.of(groups.lastPid()).orElseThrow();
        assertThat(cgroup.folders()).containsEntry("memory", memory).containsEntry("pids", pids);
        var metrics = steady(cgroup, memory.resolve("memory.usage_in_bytes"));
        assertThat(metrics.at(2).number(1)).isEqualTo(1);
        assertThat(metrics.at(2).number(2)).isEqualTo(55);
        assertThat(metrics.at(3).at(1).number(1))
            .isPositive()
            .isLessThanOrEqualTo(number(cpuacct.resolve("cpuacct.usage")));
        assertThat(metrics.at(3).at(1).packed(4)).isNotEmpty();
        assertThat(metrics.at(4).at(33).number(1)).isEqualTo(64 << 20);
        assertThat(metrics.at(4).at(33).number(2)).isPositive();
        assertThat(metrics.at(4).at(33).number(3))
            .isEqualTo(number(memory.resolve("memory.max_usage_in_bytes")));
        assertThat(metrics.at(4).number(16)).as("hierarchical limit").isEqualTo(64 << 20);
        assertThat(running).isNotDone();
      } finally {
        Files.deleteIfExists(file);
      }
    }
  }

  @Test
  void a_group_outlives_its_process_until_it_is_removed() throws Exception {
    try (var groups = RealGroups.ofVersion1()) {
      Path memory = groups.make("memory", "");
      var running = groups.run("exec sleep 1000", memory);
      while (!Files.readString(memory.resolve("cgroup.procs")).contains("" + groups.lastPid()))
        Thread.sleep(10);
      var cgroup = Cgroup.of(groups.lastPid()).orElseThrow();
      try (var child = dev.theca.linux.ChildProcess.hold(groups.lastPid())) {
        child.signal(15);
      }
      assertThat(running.get(30, TimeUnit.SECONDS).status()).isEqualTo(143);
      assertThat(cgroup.metrics()).isPresent();
      groups.remove();
      assertThat(cgroup.exists()).isFalse();
      assertThat(cgroup.metrics()).isEmpty();
    }
  }

  @Test
  void processor_time_of_version_2_is_that_of_the_file() throws Exception {
    try (var groups = RealGroups.ofHybrid()) {
      Path group = groups.make("unified", "");
      var end = groups.run("i=0; while [ $i -lt 2000 ]; do i=$((i+1)); done", group);
      assertThat(end.get(60, TimeUnit.SECONDS).status()).isZero();
      var tree = new CgroupTree(RealGroups.BASE.resolve("unified"), true);
      var cgroup = tree.parse("0::/" + groups.name() + "\n");
      Path file = group.resolve("cpu.stat");
      String before;
      Message metrics;
      do { // the last microseconds of a process are counted when it is gone
        before = Files.readString(file);
        metrics = Message.of(cgroup.metrics().orElseThrow(), "io.containerd.cgroups.v2.Metrics");
      } while (!Files.readString(file).equals(before));
      var line = KernelText.pairs(before);
      assertThat(metrics.at(2).number(1)).isPositive().isEqualTo(line.get("usage_usec"));
      assertThat(cgroup.oomKills()).as("the memory controller is elsewhere").isEmpty();
    }
  }
}
