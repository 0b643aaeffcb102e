package dev.theca.linux.fuse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.theca.linux.Errno;
import dev.theca.linux.Fd;
import dev.theca.linux.LinuxException;
import dev.theca.linux.Mounts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How a mount begins and ends, whoever ends it. */
class FuseLifeTest extends MountTest {
  private static List<String> descriptors() throws IOException {
    try (var open = Files.list(Path.of("/proc/self/fd"))) {
      var found = new ArrayList<String>();
      for (Path fd : open.toList()) {
        try {
          String what = Files.readSymbolicLink(fd).toString();
          if (what.equals("/dev/fuse") || what.contains("io_uring")) found.add(what);
        } catch (java.nio.file.NoSuchFileException e) {
          // The listing's own.
        }
      }
      return found;
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  void closing_ends_threads_descriptors_and_the_handler_once(Transport transport) throws Exception {
    var session = mount(options(transport));
    Files.writeString(target.resolve("file"), "content");
    assertThat(threads()).isNotEmpty();
    assertThat(descriptors()).isNotEmpty();
    assertThat(session.kernelMinor()).isGreaterThanOrEqualTo(31);
    session.close();
    session.close();
    session.awaitEnd();
    assertThat(threads()).isEmpty();
    assertThat(descriptors()).isEmpty();
    assertThat(memory.destroyed.get()).isEqualTo(1);
    assertThat(session.invalidateInode(1, 0, 0)).isFalse();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  void somebody_elses_umount_ends_it_as_well(Transport transport) throws Exception {
    var session = mount(options(transport));
    Files.writeString(target.resolve("file"), "content");
    Mounts.detach(target);
    session.awaitEnd();
    assertThat(memory.destroyed.get()).isEqualTo(1);
    session.close();
    assertThat(descriptors()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  void a_user_that_stays_beyond_the_grace_gets_enotconn(Transport transport) throws Exception {
    var session = mount(options(transport).withWriteback(true));
    try (var held = Fd.open(target.resolve("held"), Fd.O_RDWR | Fd.O_CREAT, 0600)) {
      held.writeAt(ByteBuffer.allocateDirect(4).put(0, "last".getBytes(UTF_8)), 0);
      session.close(SHORT);
      assertThat(threads()).isEmpty();
      assertThat(Mounts.below(folder)).isEmpty();
      assertThatThrownBy(() -> held.resize(0))
          .isInstanceOfSatisfying(
              LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOTCONN));
    }
    var node = memory.nodes.values().stream().filter(n -> n.is(MemoryNode.FILE)).findFirst();
    assertThat(node.orElseThrow().size).as("what was written was brought here first").isEqualTo(4);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  void unmounting_under_load_leaves_nobody_hanging(Transport transport) throws Exception {
    var session = mount(options(transport).withWriteback(true));
    var users = new ArrayList<Process>();
    try {
      for (int i = 0; i < 6; i++) {
        String script =
            "while echo x > f%d && cat f%d && ls -l && rm f%d; do :; done".formatted(i, i, i);
        users.add(
            new ProcessBuilder("sh", "-c", script)
                .directory(target.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start());
      }
      int before = memory.calls.get();
      while (memory.calls.get() < before + 2000) Thread.onSpinWait();
      session.close(SHORT);
      for (Process user : users)
        assertThat(user.waitFor(30, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
      assertThat(threads()).isEmpty();
      assertThat(descriptors()).isEmpty();
    } finally {
      for (Process user : users) end(user);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  void a_killed_server_leaves_callers_with_enotconn(Transport transport) throws Exception {
    options(transport);
    var server = java(List.of(), MemoryServer.class, target.toString(), transport.name());
    try {
      assertThat(server.inputReader().readLine()).isEqualTo(transport.name());
      Files.writeString(target.resolve("file"), "content");
      end(server);
      String words = refusal();
      // The kernel takes the connection down a moment after the server. Meanwhile a caller gets
      // ECONNABORTED, or ECANCELED when its request went to a ring whose task is ending.
      for (int i = 0; i < 1000 && !words.contains("not connected"); i++) {
        Thread.sleep(10);
        words = refusal();
      }
      assertThat(words).contains("not connected");
    } finally {
      end(server);
      Mounts.detach(target);
    }
  }

  private String refusal() {
    var refused =
        assertThrows(
            java.nio.file.FileSystemException.class,
            () -> Files.createFile(target.resolve("after")));
    return String.valueOf(refused.getReason());
  }

  @Test
  void a_process_of_one_processor_serves_callers_on_all_of_them() throws Exception {
    options(Transport.RING);
    var first = String.valueOf(dev.theca.linux.Cpus.allowed().nextSetBit(0));
    var server =
        java(List.of("taskset", "-c", first), MemoryServer.class, target.toString(), "RING");
    try {
      assertThat(server.inputReader().readLine()).isEqualTo("RING");
      shell(
          "for i in 1 2 3 4 5 6 7 8; do (echo $i > f$i; cat f$i) & done; wait; test $(ls | wc -l) = 8");
      var allowed = dev.theca.linux.Cpus.allowed();
      for (int cpu = allowed.nextSetBit(0); cpu >= 0; cpu = allowed.nextSetBit(cpu + 1)) {
        assertThat(shell("taskset -c " + cpu + " sh -c 'echo there > g; cat g'").strip())
            .isEqualTo("there");
      }
      Mounts.detach(target);
      assertThat(server.waitFor()).isZero();
    } finally {
      end(server);
      Mounts.detach(target);
    }
  }

  @Test
  void a_queue_that_cannot_be_set_up_sends_the_kernel_back_to_the_device() throws Exception {
    options(Transport.RING);
    int last = dev.theca.linux.Cpus.possible().orElseThrow() - 1;
    var queues = new ArrayList<>(FuseRing.Plan.of(last, 4096).queues());
    queues.add(FuseRing.NO_QUEUE); // in the place of the last
    var plan = Optional.of(new FuseRing.Plan(queues, 2, 1 << 20));
    var any = FuseOptions.of("memory");
    try (var session = FuseSession.mount(target, any, memory, plan)) {
      assertThat(session.transport()).isEqualTo(Transport.DEVICE);
      Files.writeString(target.resolve("file"), "content");
      assertThat(Files.readString(target.resolve("file"))).isEqualTo("content");
      while (threads().size() > any.threads()) Thread.sleep(1); // the ring's are leaving
      assertThat(threads()).hasSize(any.threads());
    }
    var only = any.withTransport(Transport.RING);
    assertThatThrownBy(() -> FuseSession.mount(target, only, memory, plan))
        .hasMessageContaining("over io_uring");
    assertThat(memory.destroyed.get()).isEqualTo(2);
  }

  @Test
  void without_the_switch_a_ring_is_refused_and_the_best_is_the_device() throws Exception {
    ringOff();
    try {
      assertThatThrownBy(
              () ->
                  FuseSession.mount(
                      target, FuseOptions.of("m").withTransport(Transport.RING), memory))
          .hasMessageContaining("over io_uring");
      assertThat(Mounts.below(folder)).isEmpty();
      try (var session = FuseSession.mount(target, FuseOptions.of("m"), memory)) {
        assertThat(session.transport()).isEqualTo(Transport.DEVICE);
        Files.createFile(target.resolve("file"));
      }
      assertThat(FuseProbe.look().ring()).isPresent();
    } finally {
      asItWas();
      ringOn();
    }
  }

  private static void ringOff() throws IOException {
    asItWas();
    turn(false);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  void a_handler_that_breaks_gives_eio_and_goes_on(Transport transport) throws Exception {
    var breaking =
        new MemoryFs() {
          @Override
          public synchronized void unlink(long parent, byte[] name) {
            if (name.length > 3) throw new AssertionError("broken on purpose");
            if (name.length > 2) throw new IllegalStateException("broken on purpose");
            super.unlink(parent, name);
          }
        };
    try (var session = FuseSession.mount(target, options(transport), breaking)) {
      assertThat(session.transport()).isEqualTo(transport);
      for (String name : List.of("xxxx", "xxx", "x")) Files.createFile(target.resolve(name));
      assertThatThrownBy(() -> Files.delete(target.resolve("xxxx")))
          .hasMessageContaining("Input/output error");
      assertThatThrownBy(() -> Files.delete(target.resolve("xxx")))
          .hasMessageContaining("Input/output error");
      Files.delete(target.resolve("x"));
    }
  }

  @Test
  void a_mount_that_cannot_be_leaves_no_descriptor() throws Exception {
    var none = target.resolve("none");
    assertThatThrownBy(() -> FuseSession.mount(none, FuseOptions.of("m"), memory))
        .isInstanceOf(java.io.UncheckedIOException.class);
    var file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> FuseSession.mount(file, FuseOptions.of("m"), memory))
        .isInstanceOf(LinuxException.class);
    assertThat(descriptors()).isEmpty();
  }

  @Test
  void the_probe_names_what_is_there() {
    var probe = FuseProbe.look();
    assertThat(probe.device()).isEmpty();
    assertThat(probe.minor().orElseThrow()).isGreaterThanOrEqualTo(31);
    assertThat(descriptorsQuietly()).isEmpty();
  }

  private static List<String> descriptorsQuietly() {
    try {
      return descriptors();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
