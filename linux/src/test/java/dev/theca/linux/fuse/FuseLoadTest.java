package dev.theca.linux.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Many users at once, over both transports, with and without the kernel's writeback cache. */
class FuseLoadTest extends MountTest {
  private static final int PROCESSES = 8;
  private static final int ENTRIES = 20_000;

  static Stream<Arguments> ways() {
    return Stream.of(Transport.DEVICE, Transport.RING)
        .flatMap(way -> Stream.of(Arguments.of(way, false), Arguments.of(way, true)));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void what_many_processes_write_and_move_is_what_they_read(Transport way, boolean writeback)
      throws Exception {
    try (var _ = mount(options(way).withWriteback(writeback))) {
      String script =
          """
          mkdir d$n; cd d$n
          i=0; while [ $i -lt 60 ]; do
            seq $n $i 40000 > a$i; mv a$i b$i; ln b$i c$i; ln -s c$i s$i
            seq $n $i 40000 | cmp - s$i
            truncate -s $((i * 100)) c$i; test $(stat -c %s b$i) = $((i * 100))
            rm b$i; i=$((i + 1))
          done 2>&1
          test $(ls | wc -l) = 120
          """
              .replace("seq $n $i 40000", "seq $n $((i + 1)) 40000");
      var users = new ArrayList<Process>();
      for (int n = 0; n < PROCESSES; n++) {
        users.add(
            new ProcessBuilder("sh", "-ec", "n=" + n + "\n" + script)
                .directory(target.toFile())
                .redirectErrorStream(true)
                .start());
      }
      for (Process user : users) {
        String said =
            new String(
                user.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(user.waitFor()).as(said).isZero();
      }
      shell("rm -rf d*; test -z \"$(ls)\"");
      // What the kernel has not told by then, it does not tell when it is unmounted.
      for (int i = 0; i < 2000 && memory.nodes.size() > 1; i++) Thread.sleep(10);
    }
    assertThat(memory.nodes).as("all inodes were forgotten").hasSize(1);
    assertThat(memory.cachedWrites.get() > 0).isEqualTo(writeback);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void a_listing_under_change_neither_skips_nor_repeats_what_stays(Transport way, boolean writeback)
      throws Exception {
    try (var _ = mount(options(way).withWriteback(writeback))) {
      var staying = new HashSet<String>();
      for (int i = 0; i < ENTRIES; i++) {
        memory.mknod(
            new FuseCaller(0, 0, 0),
            1,
            ("stays" + i).getBytes(java.nio.charset.StandardCharsets.US_ASCII),
            0100644,
            0,
            0);
        staying.add("stays" + i);
      }
      var stop = new AtomicBoolean();
      var changer = Thread.ofPlatform().start(() -> change(target, stop));
      try {
        for (int round = 0; round < 3; round++) assertThat(listed()).isEqualTo(staying);
        assertThat(shell("find . -name 'stays*' -size 0 | sort | uniq | wc -l").strip())
            .isEqualTo(String.valueOf(ENTRIES));
      } finally {
        stop.set(true);
        changer.join();
      }
    }
  }

  private Set<String> listed() throws java.io.IOException {
    try (var list = Files.newDirectoryStream(target)) {
      var names = new HashSet<String>();
      for (Path entry : list) {
        String name = String.valueOf(entry.getFileName());
        if (name.startsWith("stays"))
          assertThat(names.add(name)).as("%s is listed once", name).isTrue();
      }
      return names;
    }
  }

  private static void change(Path target, AtomicBoolean stop) {
    try {
      for (int i = 0; !stop.get(); i++) {
        var made = List.of(target.resolve("a" + i), target.resolve("b" + i));
        for (Path path : made) Files.createFile(path);
        for (Path path : made) Files.delete(path);
      }
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
