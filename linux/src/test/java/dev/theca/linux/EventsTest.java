package dev.theca.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** eventfd, inotify and the kinds of file systems. */
@Timeout(180)
class EventsTest {
  @TempDir Path folder;

  @Test
  void a_counter_adds_up_until_it_is_taken() {
    try (var events = new EventFd()) {
      assertThat(events.take()).isZero();
      events.signal();
      events.signal();
      assertThat(events.take()).isEqualTo(2);
      assertThat(events.take()).isZero();
    }
  }

  @Test
  void a_counter_wakes_who_waits_for_it() {
    try (var events = new EventFd();
        var epoll = new Epoll()) {
      epoll.add(events.fd(), Epoll.IN, 7);
      events.signal();
      var tokens = new ArrayList<Long>();
      epoll.await(30_000, (token, what) -> tokens.add(token));
      assertThat(tokens).containsExactly(7L);
    }
  }

  private static List<Integer> taken(Inotify inotify) {
    var events = new ArrayList<Integer>();
    inotify.take((number, what) -> events.add(what));
    return events;
  }

  @Test
  void a_change_of_a_file_is_told_and_its_end_too() throws Exception {
    Path file = Files.writeString(folder.resolve("f"), "1");
    try (var inotify = new Inotify()) {
      int number = inotify.watch(file, Inotify.MODIFY);
      assertThat(inotify.watch(file, Inotify.MODIFY)).as("one file, one number").isEqualTo(number);
      assertThat(taken(inotify)).isEmpty();
      Files.writeString(file, "2");
      assertThat(taken(inotify)).isNotEmpty().allMatch(what -> what == Inotify.MODIFY);
      Files.delete(file);
      assertThat(taken(inotify)).contains(Inotify.IGNORED);
      inotify.forget(number);
    }
  }

  @Test
  void a_missing_file_cannot_be_watched() {
    try (var inotify = new Inotify()) {
      assertThatThrownBy(() -> inotify.watch(folder.resolve("none"), Inotify.MODIFY))
          .isInstanceOfSatisfying(
              LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
    }
  }

  @Test
  void a_group_that_is_none_has_no_events() {
    assertThatThrownBy(() -> EventFd.ofCgroup(folder, "memory.oom_control").close())
        .isInstanceOf(LinuxException.class);
  }

  @Test
  void kinds_of_file_systems_are_told_apart() {
    long proc = FileSystemKind.of(Path.of("/proc"));
    assertThat(proc).isEqualTo(0x9fa0); // PROC_SUPER_MAGIC of linux/magic.h
    assertThatThrownBy(() -> FileSystemKind.of(folder.resolve("none")))
        .isInstanceOf(LinuxException.class);
  }

  @Test
  void a_path_is_resolved_inside_its_root_whatever_links_say() throws Exception {
    Path root = Files.createDirectory(folder.resolve("root"));
    Files.writeString(root.resolve("etc"), "inside");
    Files.createSymbolicLink(root.resolve("out"), Path.of("/etc"));
    Files.createSymbolicLink(root.resolve("up"), Path.of("../../etc"));
    for (String path : List.of("etc", "/etc", "out", "up", "../../etc")) {
      try (Fd found = Fd.inside(root, path, Fd.O_PATH)) {
        assertThat(Files.readString(found.link())).as(path).isEqualTo("inside");
      }
    }
  }
}
