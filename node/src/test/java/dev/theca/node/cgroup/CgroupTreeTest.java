package dev.theca.node.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a process's groups are, and the shapes of the kernel's text. */
class CgroupTreeTest {
  @TempDir Path base;

  private Path mounted(String name) throws IOException {
    return Files.createDirectories(base.resolve(name));
  }

  @Test
  void each_controller_of_version_1_has_a_tree_of_its_own() throws IOException {
    mounted("memory");
    mounted("cpu,cpuacct");
    mounted("systemd");
    var group =
        new CgroupTree(base, false)
            .parse("4:memory:/a\n3:cpu,cpuacct:/b:c\n2:name=systemd:/d\n1:net_cls:/e\n0::/f\n");
    assertThat(group.folders())
        .isEqualTo(
            Map.of(
                "memory", base.resolve("memory/a"),
                "cpu", base.resolve("cpu,cpuacct/b:c"),
                "cpuacct", base.resolve("cpu,cpuacct/b:c"),
                "name=systemd", base.resolve("systemd/d"),
                "", base.resolve("unified/f")));
  }

  @Test
  void version_2_has_one_tree() {
    var group = new CgroupTree(base, true).parse("1:name=systemd:/x\n0::/a/b\n");
    assertThat(group.folders()).isEqualTo(Map.of("", base.resolve("a/b")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "memory",
        "4:memory",
        "4:memory:",
        "4:memory:relative",
        "4:memory:/../../etc",
        "4:../memory:/x",
        "4::/x",
        "4:none:/x",
        "0:memory",
        ":::"
      })
  void a_line_of_another_shape_or_one_that_leads_out_is_left_out(String line) throws IOException {
    mounted("memory");
    assertThat(new CgroupTree(base, false).parse(line + "\n").folders()).isEmpty();
  }

  @Test
  void a_group_comes_back_from_what_was_written_down() {
    var tree = new CgroupTree(base, true);
    var group = tree.parse("0::/a\n");
    assertThat(tree.at(group.folders()).folders()).isEqualTo(group.folders());
  }

  @Test
  void nobody_has_no_group() {
    assertThat(Cgroup.of(Integer.MAX_VALUE)).isEmpty();
  }

  @Test
  void this_process_has_one() {
    var group = Cgroup.of(ProcessHandle.current().pid()).orElseThrow();
    assertThat(group.exists()).isTrue();
    assertThat(group.metrics()).isPresent();
  }

  @ParameterizedTest
  @CsvSource({
    "'12\n',12", "max,-1", "18446744073709551615,-1", "18446744073709551616,0", "'',0", "-1,0",
    "+1,0", "1.5,0", "1 2,0", "0x10,0", "99999999999999999999999,0", "\u0661,0"
  })
  void what_is_no_number_is_zero(String text, long value) {
    assertThat(KernelText.number(text)).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource({"0.00,0", "12.50,12.5", "-1,0", "NaN,0", "1e9,0", "1.,0", "'',0"})
  void what_is_no_share_is_zero(String text, double value) {
    assertThat(KernelText.real(text)).isEqualTo(value);
  }

  @Test
  void lines_of_another_shape_are_left_out() {
    assertThat(KernelText.pairs("a 1\nb\nc 1 2\n\n d  x \n")).isEqualTo(Map.of("a", 1L, "d", 0L));
    var nested = KernelText.nested("8:0 a=1 b =2 c=\n\nx\n");
    assertThat(nested).hasSize(2);
    assertThat(nested.getFirst().number("a")).isEqualTo(1);
    assertThat(nested.getFirst().number("b")).isZero();
    assertThat(nested.getFirst().number("c")).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Total 5",
        "8 Read 5",
        "8:x Read 5",
        "8:0 Read x",
        "8:0 Read 5 6",
        ":0 Read 5",
        "8:0"
      })
  void a_line_of_a_disk_of_another_shape_is_left_out(String line) {
    assertThat(BlockIo.parse("8:0 Read 1\n" + line + "\n8:0 Write 2\n"))
        .isEqualTo(
            List.of(new BlockIo.Entry(8, 0, "Read", 1), new BlockIo.Entry(8, 0, "Write", 2)));
  }

  @Test
  void disks_have_names() {
    String partitions = "major minor  #blocks  name\n\n 254        0  264212084 vda\n   8   x\n";
    assertThat(BlockIo.names(partitions)).isEqualTo(Map.of("254:0", "/dev/vda"));
  }
}
