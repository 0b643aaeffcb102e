package dev.theca.node.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What keeps confidential pods from running is not called healthy. */
class DoctorTest {
  @TempDir Path home;

  @Test
  void a_daemon_without_a_platform_cannot_run_confidential_pods() throws IOException {
    assertThat(found("node.sock", "plain.sock", "snapshots.sock"))
        .contains("platform-missing")
        .doesNotContain("daemon-down");
  }

  @Test
  void a_daemon_with_one_can() throws IOException {
    assertThat(found("node.sock", "plain.sock", "snapshots.sock", "task.sock"))
        .doesNotContain("platform-missing", "daemon-down");
  }

  @Test
  void a_daemon_that_is_down_is_not_said_to_lack_a_platform() throws IOException {
    assertThat(found()).contains("daemon-down").doesNotContain("platform-missing");
  }

  @Test
  void a_line_of_the_mount_table_that_runc_cannot_read_is_named() throws IOException {
    Path table = home.resolve("mountinfo");
    String line = "590 58 0:50 / /srv/x rw - overlay none rw,lowerdir+=/";
    Files.writeString(table, "1 0 0:1 / / rw - ext4 /dev/a rw\n" + line + "l".repeat(1 << 16));
    var said = new ArrayList<String>();
    new HostLook((problem, code, what, expected, found, next) -> said.add(code + " " + what), table)
        .look(new Place(home).site);
    assertThat(said).contains("mount-line-long mount at /srv/x");
    Files.writeString(table, line + "\n");
    said.clear();
    new HostLook((problem, code, what, expected, found, next) -> said.add(code), table)
        .look(new Place(home).site);
    assertThat(said).doesNotContain("mount-line-long");
  }

  @Test
  void a_node_is_ready_when_daemon_and_containerd_both_serve_the_handler() {
    assertThat(status("theca", "theca").ready()).isTrue();
    assertThat(status("theca-plain", "theca").ready()).isFalse();
    assertThat(status("theca", "theca-plain").ready()).isFalse();
    assertThat(new Status(Optional.empty(), true, List.of(), "2", List.of("theca")).ready())
        .isFalse();
  }

  private static Status status(String served, String inForce) {
    var containers = JsonObject.builder().put(served, 0).build();
    var daemon = JsonObject.builder().put("containers", containers).build();
    return new Status(Optional.of(daemon), true, List.of(), "2", List.of(inForce));
  }

  private List<String> found(String... sockets) throws IOException {
    var place = new Place(home);
    Files.createDirectories(place.site.run());
    var open = new ArrayList<ServerSocketChannel>();
    try {
      for (String socket : sockets) {
        var channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        open.add(channel.bind(UnixDomainSocketAddress.of(place.site.run().resolve(socket))));
      }
      var doctor = new Doctor(place.site, place.containerd(2).program());
      return doctor.look().stream().map(f -> f.what().code().id()).toList();
    } finally {
      for (var channel : open) channel.close();
    }
  }
}
