package dev.theca.cli.sealfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.cli.broker.Ran;
import dev.theca.kit.ChildJava;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code theca sealfs mount} as a process of its own. */
class MountCommandTest {
  @TempDir Path place;
  private final List<Process> started = new ArrayList<>();
  private Path target = Path.of("");
  private String volume = "";
  private String key = "";

  @BeforeEach
  void aVolume() throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")), "mounting needs root");
    assumeTrue(Files.exists(Path.of("/dev/fuse")), "no /dev/fuse on this machine");
    target = Files.createDirectory(place.resolve("mnt"));
    volume = place.resolve("data.seal").toString();
    key = place.resolve("data.key").toString();
    assertThat(Ran.theca("sealfs", "mkfs", volume, "--key-file", key).exitCode()).isZero();
  }

  @AfterEach
  void end() throws Exception {
    for (Process process : started) {
      process.destroy();
      if (!process.waitFor(60, TimeUnit.SECONDS)) process.destroyForcibly().waitFor();
    }
  }

  private Process mount(String... more) throws IOException {
    var command =
        ChildJava.command(
            List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"),
            "dev.theca.cli.Main",
            "sealfs",
            "mount",
            volume,
            target.toString(),
            "--key-file",
            key,
            "--json");
    command.addAll(List.of(more));
    var process = new ProcessBuilder(command).redirectError(place.resolve("said").toFile()).start();
    started.add(process);
    return process;
  }

  private JsonObject ready(Process process) throws IOException {
    var said =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = said.readLine();
    assertThat(line).as(Files.readString(place.resolve("said"))).isNotNull();
    return Json.object(String.valueOf(line).getBytes(StandardCharsets.UTF_8)).orThrow();
  }

  @Test
  void what_was_written_is_there_after_sigterm_and_the_server_ends_with_0() throws Exception {
    var process = mount();
    assertThat(ready(process).string("freshness")).contains("anchor");
    Files.writeString(target.resolve("note"), "kept\n");
    process.destroy();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    assertThat(target).isEmptyDirectory();
    var cat = Ran.theca("sealfs", "cat", volume, "/note", "--key-file", key);
    assertThat(cat.out()).as(cat.err()).isEqualTo("kept\n");
  }

  @Test
  void after_umount_the_server_ends_by_itself() throws Exception {
    var process = mount("--transport", "device");
    assertThat(ready(process).string("transport")).contains("device");
    var umount = Ran.theca("sealfs", "umount", target.toString());
    assertThat(umount.exitCode()).as(umount.err()).isZero();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    assertThat(Ran.theca("sealfs", "umount", target.toString()).exitCode()).isEqualTo(64);
  }

  @Test
  void after_umount_the_last_checkpoint_is_on_the_disk() throws Exception {
    var process = mount("--transport", "device");
    assertThat(ready(process).string("state")).contains("mounted");
    for (int i = 0; i < 50; i++) Files.write(target.resolve("file" + i), new byte[1 << 20]);
    var umount = Ran.theca("sealfs", "umount", target.toString());
    assertThat(umount.exitCode()).as(umount.err()).isZero();
    byte[] after = Files.readAllBytes(Path.of(volume));
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readAllBytes(Path.of(volume))).as("written after umount").isEqualTo(after);
  }

  @Test
  void what_fsync_answered_survives_the_end_of_the_server_and_the_record_follows()
      throws Exception {
    var process = mount();
    assertThat(ready(process).string("state")).contains("mounted");
    try (var file =
        java.nio.channels.FileChannel.open(
            target.resolve("synced"),
            java.nio.file.StandardOpenOption.CREATE_NEW,
            java.nio.file.StandardOpenOption.WRITE)) {
      int unused = file.write(java.nio.ByteBuffer.wrap("here\n".getBytes(StandardCharsets.UTF_8)));
      file.force(true);
    }
    process.destroyForcibly();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    int unused = new ProcessBuilder("umount", "-l", target.toString()).start().waitFor();
    var cat = Ran.theca("sealfs", "cat", volume, "/synced", "--key-file", key);
    assertThat(cat.out()).as(cat.err()).isEqualTo("here\n");
  }

  @Test
  void a_read_only_mount_takes_nothing_and_leaves_the_volume_as_it_is() throws Exception {
    byte[] before = Files.readAllBytes(Path.of(volume));
    var process = mount("--read-only");
    assertThat(ready(process).string("access")).contains("read-only");
    assertThat(target.toFile().canWrite()).isFalse();
    process.destroy();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readAllBytes(Path.of(volume))).isEqualTo(before);
  }
}
