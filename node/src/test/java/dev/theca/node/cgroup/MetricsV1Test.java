package dev.theca.node.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Version 1, on files as the kernel writes them. */
class MetricsV1Test {
  private static final String TYPE = "io.containerd.cgroups.v1.Metrics";

  /** node.md 21, MemoryStat, fields 1 to 32, by the names that the kernel has for them. */
  private static final String FIELDS =
      "cache rss rss_huge mapped_file dirty writeback pgpgin pgpgout pgfault pgmajfault"
          + " inactive_anon active_anon inactive_file active_file unevictable"
          + " hierarchical_memory_limit hierarchical_memsw_limit total_cache total_rss"
          + " total_rss_huge total_mapped_file total_dirty total_writeback total_pgpgin"
          + " total_pgpgout total_pgfault total_pgmajfault total_inactive_anon total_active_anon"
          + " total_inactive_file total_active_file total_unevictable";

  @TempDir Path base;
  private Cgroup cgroup;

  @BeforeEach
  void groups() throws IOException {
    for (String controller : new String[] {"memory", "cpu", "cpuacct", "pids", "blkio", "hugetlb"})
      FakedGroup.in(base, controller + "/c1");
    cgroup = new CgroupTree(base, false).parse(lines("/c1"));
  }

  private static String lines(String path) {
    return "6:hugetlb:P\n5:blkio:P\n4:memory:P\n3:cpuacct:P\n2:cpu:P\n1:pids:P\n0::/\n"
        .replace("P", path);
  }

  private FakedGroup in(String controller) {
    return new FakedGroup(base.resolve(controller).resolve("c1"));
  }

  private Message metrics() {
    return Message.of(cgroup.metrics().orElseThrow(), TYPE);
  }

  @Test
  void every_line_of_memory_stat_has_its_field() throws IOException {
    var lines = new StringBuilder();
    String[] names = FIELDS.split(" ");
    for (int i = names.length; i >= 1; i--) lines.append(names[i - 1] + " " + (1000 + i) + "\n");
    in("memory").file("memory.stat", lines + "swap 3\n");
    var memory = metrics().at(4);
    for (int i = 1; i <= names.length; i++)
      assertThat(memory.number(i)).as(names[i - 1]).isEqualTo(1000 + i);
  }

  @Test
  void the_four_counters_of_memory_are_apart() throws IOException {
    var memory = in("memory");
    var prefixes = List.of("memory.", "memory.memsw.", "memory.kmem.", "memory.kmem.tcp.");
    for (String prefix : prefixes) {
      int tens = 10 * (prefixes.indexOf(prefix) + 1);
      memory
          .file(prefix + "limit_in_bytes", (tens + 1) + "\n")
          .file(prefix + "usage_in_bytes", (tens + 2) + "\n")
          .file(prefix + "max_usage_in_bytes", (tens + 3) + "\n")
          .file(prefix + "failcnt", (tens + 4) + "\n");
    }
    for (int entry = 0; entry < 4; entry++)
      for (int field = 1; field <= 4; field++)
        assertThat(metrics().at(4).at(33 + entry).number(field))
            .isEqualTo(10 * (entry + 1) + field);
  }

  @Test
  void processor_time_comes_in_nanoseconds_and_by_processor() throws IOException {
    in("cpuacct")
        .file("cpuacct.usage", "123456789\n")
        .file("cpuacct.stat", "user 7\nsystem 5\n")
        .file("cpuacct.usage_percpu", "100 0 300 \n");
    in("cpu").file("cpu.stat", "nr_periods 1\nnr_throttled 2\nthrottled_time 3\n");
    var usage = metrics().at(3).at(1);
    assertThat(usage.number(1)).isEqualTo(123456789);
    assertThat(usage.number(2)).as("kernel").isEqualTo(50_000_000);
    assertThat(usage.number(3)).as("user").isEqualTo(70_000_000);
    assertThat(usage.packed(4)).containsExactly(100L, 0L, 300L);
    for (int i = 1; i <= 3; i++) assertThat(metrics().at(3).at(2).number(i)).isEqualTo(i);
  }

  @Test
  void no_limit_of_processes_is_zero() throws IOException {
    in("pids").file("pids.current", "4\n").file("pids.max", "max\n");
    assertThat(metrics().at(2).number(1)).isEqualTo(4);
    assertThat(metrics().at(2).number(2)).isZero();
    in("pids").file("pids.max", "77\n");
    assertThat(metrics().at(2).number(2)).isEqualTo(77);
  }

  @Test
  void huge_pages_and_the_state_of_memory_shortage_are_told() throws IOException {
    in("hugetlb")
        .file("hugetlb.2MB.usage_in_bytes", "1\n")
        .file("hugetlb.2MB.max_usage_in_bytes", "2\n")
        .file("hugetlb.2MB.failcnt", "3\n")
        .file("hugetlb.2MB.rsvd.usage_in_bytes", "9\n");
    in("memory").file("memory.oom_control", "oom_kill_disable 0\nunder_oom 1\noom_kill 5\n");
    assertThat(metrics().all(1)).hasSize(1);
    for (int i = 1; i <= 3; i++) assertThat(metrics().at(1).number(i)).isEqualTo(i);
    assertThat(metrics().at(1).text(4)).isEqualTo("2MB");
    assertThat(metrics().at(9).number(2)).isEqualTo(1);
    assertThat(metrics().at(9).number(3)).isEqualTo(5);
  }

  @Test
  void disks_are_counted_by_the_scheduler_if_it_counts_and_else_by_the_limiter()
      throws IOException {
    in("blkio")
        .file("blkio.bfq.io_service_bytes_recursive", "Total 0\n")
        .file(
            "blkio.throttle.io_service_bytes_recursive",
            "8:0 Read 10\n8:0 Write 20\n8:0 Total 30\nTotal 30\n");
    var entries = metrics().at(5).all(1);
    assertThat(entries)
        .extracting(entry -> entry.text(1))
        .containsExactly("Read", "Write", "Total");
    assertThat(entries).extracting(entry -> entry.number(5)).containsExactly(10L, 20L, 30L);
    assertThat(entries).allMatch(entry -> entry.number(3) == 8 && entry.number(4) == 0);
    in("blkio").file("blkio.bfq.io_service_bytes_recursive", "8:0 Read 11\nTotal 11\n");
    assertThat(metrics().at(5).all(1)).extracting(entry -> entry.number(5)).containsExactly(11L);
  }

  @Test
  void a_group_that_is_gone_has_nothing() throws IOException {
    for (String controller :
        new String[] {"memory", "cpu", "cpuacct", "pids", "blkio", "hugetlb"}) {
      assertThat(cgroup.metrics()).isPresent();
      Files.delete(in(controller).folder());
    }
    assertThat(cgroup.metrics()).isEmpty();
  }

  @Test
  void kills_in_groups_below_count_too() throws IOException {
    in("memory").file("memory.oom_control", "oom_kill 1\n");
    FakedGroup.in(in("memory").folder(), "inner/most").file("memory.oom_control", "oom_kill 3\n");
    FakedGroup.in(in("memory").folder(), "inner").file("memory.oom_control", "oom_kill 2\n");
    assertThat(cgroup.oomKills()).hasValue(6);
  }

  @Test
  void the_root_group_is_nobodys_and_its_kills_are_not_a_containers() throws IOException {
    FakedGroup.in(base, "memory").file("memory.oom_control", "oom_kill 9\n");
    assertThat(new CgroupTree(base, false).parse(lines("/")).oomKills()).isEmpty();
  }
}
