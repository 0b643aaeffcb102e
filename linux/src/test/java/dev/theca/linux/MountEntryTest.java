package dev.theca.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MountEntryTest {
  @Test
  void a_line_of_the_manual_page_is_read() {
    // proc_pid_mountinfo(5)
    var line = "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue\n";
    assertThat(MountEntry.parse(line))
        .containsExactly(
            new MountEntry(
                36, 35, "/mnt1", Path.of("/mnt2"), List.of("rw", "noatime"), "ext3", "/dev/root"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "shared:5 ", "shared:5 master:1 propagate_from:2 "})
  void any_number_of_optional_fields_may_come(String optional) {
    var entries = MountEntry.parse("36 35 98:0 / /m rw " + optional + "- tmpfs none rw");
    assertThat(entries).singleElement().extracting(MountEntry::type).isEqualTo("tmpfs");
  }

  @Test
  void spaces_tabs_newlines_and_backslashes_of_names_come_back() {
    var entries = MountEntry.parse("1 2 0:1 / /a\\040b\\011c\\012d\\134040 rw - tmpfs x\\040y rw");
    assertThat(entries.getFirst().point()).isEqualTo(Path.of("/a b\tc\nd\\040"));
    assertThat(entries.getFirst().source()).isEqualTo("x y");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "36",
        "36 35 98:0 /mnt1 /mnt2",
        "36 35 98:0 /mnt1 /mnt2 rw",
        "36 35 98:0 /mnt1 /mnt2 rw master:1 ext3 /dev/root rw",
        "36 35 98:0 /mnt1 /mnt2 rw -",
        "36 35 98:0 /mnt1 /mnt2 rw - ext3",
        "x 35 98:0 / /m rw - tmpfs none rw",
        "36 99999999999 98:0 / /m rw - tmpfs none rw",
        "- - - - - - - -"
      })
  void a_line_of_another_shape_is_left_out_and_its_neighbours_are_not(String bad) {
    String good = "1 2 0:1 / /good rw - tmpfs none rw";
    assertThat(MountEntry.parse(good + "\n" + bad + "\n" + good)).hasSize(2);
  }

  @Test
  void a_cut_off_escape_stays_as_it_is() {
    assertThat(MountEntry.parse("1 2 0:1 / /a\\04 rw - tmpfs none rw").getFirst().point())
        .isEqualTo(Path.of("/a\\04"));
  }

  @Test
  void the_table_of_this_process_has_a_root() {
    assertThat(MountEntry.ofThisProcess()).extracting(MountEntry::point).contains(Path.of("/"));
  }
}
