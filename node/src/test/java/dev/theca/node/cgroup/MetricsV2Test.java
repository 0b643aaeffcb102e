package dev.theca.node.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Version 2, on files as the kernel writes them. */
class MetricsV2Test {
  private static final String TYPE = "io.containerd.cgroups.v2.Metrics";

  /** node.md 21, MemoryStat, fields 1 to 31. */
  private static final String FIELDS =
      "anon file kernel_stack slab sock shmem file_mapped file_dirty file_writeback anon_thp"
          + " inactive_anon active_anon inactive_file active_file unevictable slab_reclaimable"
          + " slab_unreclaimable pgfault pgmajfault workingset_refault workingset_activate"
          + " workingset_nodereclaim pgrefill pgscan pgsteal pgactivate pgdeactivate pglazyfree"
          + " pglazyfreed thp_fault_alloc thp_collapse_alloc";

  @TempDir Path base;
  private FakedGroup group;
  private Cgroup cgroup;

  @BeforeEach
  void group() throws IOException {
    group = FakedGroup.in(base, "kubepods/pod1/c1");
    cgroup = new CgroupTree(base, true).parse("0::/kubepods/pod1/c1\n");
  }

  private Message metrics() {
    return Message.of(cgroup.metrics().orElseThrow(), TYPE);
  }

  @Test
  void every_line_of_memory_stat_has_its_field() throws IOException {
    var lines = new StringBuilder();
    String[] names = FIELDS.split(" ");
    for (int i = names.length; i >= 1; i--)
      lines.append(names[i - 1] + " " + (1000 + i) + "\nunknown_" + i + " 7\n");
    group.file("memory.stat", lines.toString());
    var memory = metrics().at(4);
    for (int i = 1; i <= names.length; i++)
      assertThat(memory.number(i)).as(names[i - 1]).isEqualTo(1000 + i);
  }

  @Test
  void levels_and_limits_of_memory_are_read_from_their_files() throws IOException {
    group
        .file("memory.current", "4096\n")
        .file("memory.max", "max\n")
        .file("memory.swap.current", "1\n")
        .file("memory.swap.max", "18446744073709551614\n")
        .file("memory.peak", "8192\n")
        .file("memory.swap.peak", "2\n");
    var memory = metrics().at(4);
    assertThat(memory.number(32)).isEqualTo(4096);
    assertThat(memory.number(33)).as("no limit is the greatest number").isEqualTo(-1);
    assertThat(memory.number(34)).isEqualTo(1);
    assertThat(memory.number(35)).isEqualTo(-2);
    assertThat(memory.number(36)).isEqualTo(8192);
    assertThat(memory.number(37)).isEqualTo(2);
  }

  @Test
  void refaults_of_newer_kernels_are_added_up() throws IOException {
    group.file("memory.stat", "workingset_refault_anon 3\nworkingset_refault_file 4\n");
    assertThat(metrics().at(4).number(20)).isEqualTo(7);
  }

  @Test
  void processor_time_processes_and_events_have_their_fields() throws IOException {
    group
        .file(
            "cpu.stat",
            "usage_usec 11\nuser_usec 12\nsystem_usec 13\nnice_usec 0\nnr_periods 14\nnr_throttled 15\nthrottled_usec 16\n")
        .file("pids.current", "3\n")
        .file("pids.max", "max\n")
        .file("memory.events", "low 1\nhigh 2\nmax 3\noom 4\noom_kill 5\noom_group_kill 6\n");
    var metrics = metrics();
    for (int i = 1; i <= 6; i++) assertThat(metrics.at(2).number(i)).isEqualTo(10 + i);
    assertThat(metrics.at(1).number(1)).isEqualTo(3);
    assertThat(metrics.at(1).number(2)).isEqualTo(-1);
    for (int i = 1; i <= 5; i++) assertThat(metrics.at(8).number(i)).isEqualTo(i);
  }

  @Test
  void disks_and_huge_pages_and_rdma_are_lists() throws IOException {
    group
        .file(
            "io.stat",
            "8:16 rbytes=1459200 wbytes=314773504 rios=192 wios=353 dbytes=0 dios=0\n254:0 rbytes=1\n")
        .file("hugetlb.2MB.current", "2097152\n")
        .file("hugetlb.2MB.max", "max\n")
        .file("hugetlb.2MB.rsvd.current", "9\n")
        .file("hugetlb.1GB.current", "0\n")
        .file("rdma.current", "mlx4_0 hca_handle=1 hca_object=20\n")
        .file("rdma.max", "mlx4_0 hca_handle=2 hca_object=max\n");
    var metrics = metrics();
    var disk = metrics.at(6).at(1);
    assertThat(new long[] {8, 16, 1459200, 314773504, 192, 353})
        .isEqualTo(
            new long[] {
              disk.number(1),
              disk.number(2),
              disk.number(3),
              disk.number(4),
              disk.number(5),
              disk.number(6)
            });
    assertThat(metrics.at(6).all(1)).hasSize(2);
    assertThat(metrics.all(7)).hasSize(2);
    assertThat(metrics.all(7).get(1).text(3)).isEqualTo("2MB");
    assertThat(metrics.all(7).get(1).number(1)).isEqualTo(2097152);
    assertThat(metrics.all(7).get(1).number(2)).isEqualTo(-1);
    assertThat(metrics.at(5).at(1).text(1)).isEqualTo("mlx4_0");
    assertThat(metrics.at(5).at(1).number(3)).isEqualTo(20);
    assertThat(metrics.at(5).at(2).number(3)).isEqualTo(0xFFFFFFFFL);
  }

  @Test
  void pressure_has_shares_and_totals() throws IOException {
    String text =
        "some avg10=1.50 avg60=2.25 avg300=0.00 total=123\nfull avg10=0.50 avg60=0.00 avg300=9.00 total=45\n";
    group.file("cpu.pressure", text).file("memory.pressure", text).file("io.pressure", text);
    for (var psi :
        new Message[] {metrics().at(2).at(7), metrics().at(4).at(38), metrics().at(6).at(2)}) {
      assertThat(psi.at(1).real(1)).isEqualTo(1.5);
      assertThat(psi.at(1).real(2)).isEqualTo(2.25);
      assertThat(psi.at(1).number(4)).isEqualTo(123);
      assertThat(psi.at(2).real(3)).isEqualTo(9);
      assertThat(psi.at(2).number(4)).isEqualTo(45);
    }
  }

  @Test
  void a_group_without_files_has_zeros_and_a_group_that_is_gone_has_nothing() throws IOException {
    assertThat(metrics().at(4).number(32)).isZero();
    assertThat(metrics().at(2).has(7)).as("no pressure is kept").isFalse();
    Files.delete(group.folder());
    assertThat(cgroup.metrics()).isEmpty();
    assertThat(cgroup.oomKills()).isEmpty();
  }

  @Test
  void controllers_are_switched_on_in_every_group_above_and_not_in_the_group_itself()
      throws IOException {
    for (String name : new String[] {"", "kubepods", "kubepods/pod1", "kubepods/pod1/c1"}) {
      FakedGroup.in(base, name)
          .file("cgroup.controllers", "cpu io memory pids\n")
          .file(
              "cgroup.subtree_control", name.equals("kubepods") ? "cpu io memory pids\n" : "cpu\n");
    }
    cgroup.enableControllers();
    assertThat(base.resolve("cgroup.subtree_control")).hasContent("+io +memory +pids");
    assertThat(base.resolve("kubepods/cgroup.subtree_control"))
        .as("nothing is missing, nothing is written")
        .hasContent("cpu io memory pids");
    assertThat(base.resolve("kubepods/pod1/cgroup.subtree_control"))
        .hasContent("+io +memory +pids");
    assertThat(base.resolve("kubepods/pod1/c1/cgroup.subtree_control")).hasContent("cpu");
  }
}
