package dev.theca.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a service manager hears, at both kinds of addresses that it may name (sd_notify(3)). */
class ServiceManagerTest {
  private static final int AF_UNIX = 1;
  private static final int DATAGRAM = 2;

  @TempDir Path folder;

  @Test
  void a_manager_at_a_path_hears_that_the_service_is_ready() {
    String name = folder.resolve("notify").toString();
    assertThat(heard(name, name)).isEqualTo("READY=1");
  }

  @Test
  void a_manager_at_an_abstract_address_hears_it_too() {
    String name = "theca-notify-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
    assertThat(heard("\0" + name, "@" + name)).isEqualTo("READY=1");
  }

  @Test
  void without_a_manager_nobody_is_told() {
    assertThat(ServiceManager.ready(Optional.empty())).isFalse();
    assertThat(ServiceManager.ready(Optional.of(""))).isFalse();
  }

  @Test
  void a_manager_that_is_gone_and_a_name_that_is_too_long_are_faults() {
    assertThatThrownBy(() -> ServiceManager.ready(Optional.of(folder + "/nobody")))
        .isInstanceOf(LinuxException.class)
        .hasMessageContaining("nobody");
    assertThatThrownBy(() -> ServiceManager.ready(Optional.of("/" + "x".repeat(107))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static String heard(String bound, String told) {
    try (var manager = listen(bound)) {
      assertThat(ServiceManager.ready(Optional.of(told))).isTrue();
      var buffer = ByteBuffer.allocateDirect(100);
      int size = manager.read(buffer);
      byte[] bytes = new byte[size];
      buffer.flip().get(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private static Fd listen(String bound) {
    byte[] name = bound.getBytes(StandardCharsets.UTF_8);
    var fd = new Fd((int) Native.must("socket", Syscall.SOCKET, AF_UNIX, DATAGRAM, 0));
    try (Arena arena = Arena.ofConfined()) {
      var address = arena.allocate(110, 8);
      address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
      address.asSlice(2).asByteBuffer().put(name);
      int size = 2 + name.length + (name[0] == 0 ? 0 : 1);
      Native.must("bind", Syscall.BIND, fd.number(), address.address(), size);
    }
    return fd;
  }
}
