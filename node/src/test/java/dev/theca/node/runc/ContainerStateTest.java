package dev.theca.node.runc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.kit.Fuzz;
import dev.theca.node.cgroup.CgroupTree;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What runc writes of a container, and what makes it one that only runc may touch. */
class ContainerStateTest {
  private static final String GOOD =
      """
      {"id":"c","init_process_pid":7,"init_process_start":9,"rootless":false,"intel_rdt_path":"",
       "created":"2026-01-01T00:00:00Z","namespace_paths":{},"external_descriptors":["/dev/null"],
       "cgroup_paths":{"":"/sys/fs/cgroup/unified/a/c","pids":"/sys/fs/cgroup/pids/a/c"},
       "config":{"rootfs":"/r","networks":[{"type":"loopback"}],"Hooks":{"poststop":null},
        "cgroups":{"path":"/a/c","Systemd":false,"Rootless":false},"version":"1.0.2-dev"}}
      """;

  private static boolean known(String text) {
    return ContainerState.of(text.getBytes(StandardCharsets.UTF_8), "c").isPresent();
  }

  @Test
  void an_ordinary_container_is_known() {
    var state = ContainerState.of(GOOD.getBytes(StandardCharsets.UTF_8), "c").orElseThrow();
    assertThat(state.init()).isEqualTo(new ProcessStart(7, 9));
    assertThat(state.group().folders())
        .containsEntry("pids", Path.of("/sys/fs/cgroup/pids/a/c"))
        .hasSize(2);
  }

  /** As runc 1.3.6 wrote them: what is false is left out. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"path":"/a/c","cpu_weight":100}                                  | false
          {"name":"c","cpu_weight":100}                                     | false
          {"name":"c","parent":"a.slice","scope_prefix":"p","Systemd":true} | true
          {"name":"c","parent":"a.slice","Systemd":true}                    | true
          """)
  void what_a_later_runc_leaves_out_is_false(String cgroups, boolean unit) {
    String text = withGroup(cgroups);
    var state = ContainerState.of(text.getBytes(StandardCharsets.UTF_8), "c").orElseThrow();
    assertThat(state.unit()).isEqualTo(unit);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"name\":\"c\",\"parent\":\"a.slice\"}",
        "{\"name\":\"c\",\"scope_prefix\":\"p\"}",
        "{\"path\":\"/a/c\",\"SYSTEMD\":true}",
        "{\"path\":\"/a/c\",\"rootless\":true}",
        "{\"path\":\"/a/c\",\"Systemd\":1}",
        "{\"path\":\"/a/c\",\"Systemd\":true}"
      })
  void a_group_by_neither_driver_is_not_known(String cgroups) {
    assertThat(known(withGroup(cgroups))).isFalse();
  }

  private static String withGroup(String cgroups) {
    String was = "{\"path\":\"/a/c\",\"Systemd\":false,\"Rootless\":false}";
    assertThat(GOOD).contains(was);
    return GOOD.replace(was, cgroups);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "id":"c"                     | "id":"d"
          "init_process_pid":7         | "init_process_pid":0
          "init_process_pid":7         | "init_process_pid":-7
          "init_process_pid":7         | "init_process_pid":"7"
          "init_process_pid":7         | "init_process_pid":1e300
          "rootless":false             | "rootless":true
          "rootless":false             | "later":false
          "intel_rdt_path":""          | "intel_rdt_path":"/sys/fs/resctrl/c"
          "namespace_paths":{}         | "namespace_paths":{},"new_thing":[]
          "Systemd":false              | "Systemd":true
          "Systemd":false              | "systemd":false
          "Rootless":false             | "Rootless":true
          "loopback"                   | "veth"
          {"type":"loopback"}          | 1
          "poststop":null              | "poststop":[{"path":"/bin/true"}]
          "poststop":null              | "anything":[{}]
          {"poststop":null}            | 1
          "rootfs":"/r"                | "rootfs":"/r","netDevices":{}
          "rootfs":"/r"                | "rootfs":"/r","intelRdt":{}
          "rootfs":"/r"                | "rootfs":"/r","rootless_euid":true
          /sys/fs/cgroup/pids/a/c      | /sys/fs/cgroup/pids
          /sys/fs/cgroup/pids/a/c      | /sys/fs/cgroup
          /sys/fs/cgroup/pids/a/c      | /sys/fs/cgroup/pids/a/../../../../../home
          /sys/fs/cgroup/pids/a/c      | /home/a/c
          /sys/fs/cgroup/pids/a/c      | sys/fs/cgroup/pids/a/c
          /sys/fs/cgroup/pids/a/c      | /sys/fs/cgroup/pids/a\\u0000/c
          "/sys/fs/cgroup/pids/a/c"    | 5
          """)
  void what_is_not_ordinary_is_not_known(String was, String is) {
    assertThat(GOOD).contains(was);
    assertThat(known(GOOD.replace(was, is))).as(was + " as " + is).isFalse();
  }

  @Test
  void no_groups_at_all_are_not_ordinary() {
    assertThat(known(GOOD.replaceAll("\"cgroup_paths\":\\{[^}]*}", "\"cgroup_paths\":{}")))
        .isFalse();
  }

  @Test
  void a_large_state_and_one_behind_a_link_are_not_read(@TempDir Path folder) throws Exception {
    Path c = Files.createDirectory(folder.resolve("c"));
    Path file = c.resolve("state.json");
    Files.writeString(file, GOOD);
    assertThat(ContainerState.read(c)).isPresent();
    Files.writeString(file, GOOD + " ".repeat(1 << 20));
    assertThat(ContainerState.read(c)).isEmpty();
    Files.delete(file);
    Files.createSymbolicLink(file, Files.writeString(folder.resolve("other"), GOOD));
    assertThat(ContainerState.read(c)).isEmpty();
    Files.delete(file);
    Files.createDirectory(file);
    assertThat(ContainerState.read(c)).isEmpty();
  }

  @Test
  void a_process_is_told_from_a_later_one_with_its_number() throws Exception {
    long pid = ProcessHandle.current().pid();
    String stat = Files.readString(Path.of("/proc/self/stat"));
    long ticks = Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19]);
    assertThat(new ProcessStart(pid, ticks).lives()).isTrue();
    assertThat(new ProcessStart(pid, ticks + 1).lives()).isFalse();
    assertThat(new ProcessStart(1L << 40, ticks).lives()).isFalse();
  }

  @Test
  void no_text_leads_out_of_the_trees_of_groups() {
    Path base = CgroupTree.ofMachine().base();
    long inputs =
        Fuzz.run(
            "runc-state",
            List.of(GOOD.getBytes(StandardCharsets.UTF_8)),
            input ->
                ContainerState.of(input, "c")
                    .ifPresent(
                        state -> {
                          for (Path group : state.group().folders().values())
                            if (!group.startsWith(base) || !group.equals(group.normalize()))
                              throw new IllegalStateException(group + " is outside");
                        }));
    assertThat(inputs).isGreaterThan(100);
  }
}
