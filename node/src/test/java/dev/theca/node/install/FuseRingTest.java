package dev.theca.node.install;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The parameter of a machine in a folder; that of this one counts for every test at once. */
class FuseRingTest {
  private static final Optional<Boolean> WANTED = Optional.of(true);

  @TempDir Path home;
  private Place place;
  private Path parameter;

  @BeforeEach
  void machine() throws IOException {
    place = new Place(home);
    place.config("version = 3\n");
    var unused = place.containerd(2);
    parameter = home.resolve("sys/module/fuse/parameters/enable_uring");
    Files.createDirectories(parameter.getParent());
    Files.writeString(parameter, "N\n");
  }

  private Installer installer(Steps steps) throws IOException {
    var machine = new Machine(Optional.of(List.of("/bin/true")), false);
    return new Installer(place.site, place.containerd(2), machine, (socket, up) -> {}, steps);
  }

  private Installer installer() throws IOException {
    return installer(Steps.unseen());
  }

  private List<String> findings() throws IOException {
    var codes = new ArrayList<String>();
    new FuseRing(home).look((problem, code, what, expected, found, next) -> codes.add(code));
    return codes;
  }

  @Test
  void it_is_on_now_and_after_a_reboot_until_the_node_is_uninstalled() throws IOException {
    Files.writeString(home.resolve("sys/module/fuse/initstate"), "live\n");
    var before = place.everything();
    Object inode = Files.getAttribute(parameter, "unix:ino");
    assertThat(findings()).containsExactly("fuse-uring-off");
    installer().install(WANTED).orThrow();
    assertThat(parameter).hasContent("Y\n");
    assertThat(home.resolve("etc/modprobe.d/theca-fuse.conf"))
        .content()
        .contains("options fuse enable_uring=1\n");
    assertThat(Files.getAttribute(parameter, "unix:ino")).as("written in place").isEqualTo(inode);
    assertThat(findings()).isEmpty();
    assertThat(installer().install().orThrow().changed()).as("it stays on").isEmpty();
    installer().uninstall(false, false).orThrow();
    assertThat(place.everything()).isEqualTo(before);
  }

  @Test
  void a_module_that_is_built_in_gets_it_at_boot_by_another_way() throws IOException {
    installer().install(WANTED).orThrow();
    assertThat(home.resolve("etc/tmpfiles.d/theca-fuse.conf"))
        .content()
        .contains("w " + parameter + " - - - - Y\n");
    assertThat(home.resolve("etc/modprobe.d")).doesNotExist();
  }

  @Test
  void it_can_be_taken_back_alone() throws IOException {
    installer().install().orThrow();
    var before = place.everything();
    installer().install(WANTED).orThrow();
    installer().install(Optional.of(false)).orThrow();
    assertThat(parameter).hasContent("N\n");
    assertThat(home.resolve("etc/tmpfiles.d/theca-fuse.conf")).doesNotExist();
    installer().uninstall(false, false).orThrow();
    installer().install().orThrow();
    assertThat(place.everything()).isEqualTo(before);
  }

  @Test
  void who_had_it_on_before_keeps_it() throws IOException {
    Files.writeString(parameter, "Y\n");
    var before = place.everything();
    installer().install(WANTED).orThrow();
    installer().uninstall(false, false).orThrow();
    assertThat(place.everything()).isEqualTo(before);
  }

  @Test
  void after_a_reboot_that_forgot_it_nothing_is_left_to_take_back() throws IOException {
    var before = place.everything();
    installer().install(WANTED).orThrow();
    Files.writeString(parameter, "N\n");
    assertThat(installer().uninstall(false, false).orThrow().notes()).isEmpty();
    assertThat(place.everything()).isEqualTo(before);
  }

  @Test
  void a_kernel_without_it_is_not_installed_for_it_and_nothing_changes() throws IOException {
    Files.delete(parameter);
    var before = place.everything();
    assertThat(installer().install(WANTED).toString()).startsWith("fuse-uring-absent: ");
    assertThat(place.everything()).isEqualTo(before);
    assertThat(findings()).containsExactly("fuse-uring-absent");
    Files.delete(parameter.getParent());
    Files.delete(home.resolve("sys/module/fuse"));
    assertThat(installer().install(WANTED).toString()).startsWith("fuse-missing: ");
    assertThat(findings()).isEmpty();
  }

  private static final class Crash extends Error {
    private static final long serialVersionUID = 1L;
  }

  @Test
  void a_crash_at_any_step_is_undone_by_the_next_command() throws IOException {
    var before = place.everything();
    for (int step = 0; ; step++) {
      int end = step;
      int[] now = {0};
      Steps steps =
          name -> {
            if (now[0]++ == end) throw new Crash();
          };
      try {
        installer(steps).install(WANTED).orThrow();
        assertThat(step).isGreaterThan(10);
        return;
      } catch (Crash e) {
        installer().uninstall(false, false).orThrow();
        assertThat(place.everything()).as("step %d", step).isEqualTo(before);
      }
    }
  }
}
