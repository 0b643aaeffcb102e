package dev.theca.node.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.linux.ChildProcess;
import dev.theca.linux.Fd;
import dev.theca.node.health.Stages;
import dev.theca.node.runc.Watched;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.launch.LaunchClient;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How an enclave's container ends, and what the runtime is called for; a shell stands for it. */
@Timeout(120)
class EnclaveStopTest {
  @TempDir Path folder;
  private Watched watched;

  @BeforeEach
  void container() throws Exception {
    assumeTrue(Watched.possible(), "needs root, runc and a static busybox");
    watched = new Watched(folder, "");
  }

  @AfterEach
  void end() {
    if (watched != null) watched.close();
  }

  /** Runs the script, which says a word when it is ready. */
  private Enclave up(String script) throws Exception {
    Path said = folder.resolve("rootfs/said");
    ChildProcess process = watched.create(script);
    watched.runc.start(watched.id);
    while (!Files.exists(said)) Thread.sleep(10);
    Fd[] boot = Fd.pipe();
    boot[1].close();
    var left =
        JsonObject.builder()
            .put("id", watched.id)
            .put("instance", "none")
            .put("log", folder.resolve("log").toString())
            .put("pid", process.pid())
            .put("boot", boot[0].number())
            .build();
    process.close();
    return Enclave.goOn(
        new Marks(new Stages(), "pod", ""),
        new LaunchClient(folder.resolve("nobody.sock")),
        watched.runc,
        left);
  }

  @Test
  void one_that_hears_ends_and_is_removed_without_a_process_of_the_runtime() throws Exception {
    var enclave =
        up("trap 'echo ended >/heard; exit 0' TERM; echo >/said; while :; do sleep 0.1; done");
    enclave.stop();
    assertThat(folder.resolve("rootfs/heard")).hasContent("ended");
    assertThat(watched.calls()).containsExactly("create");
    assertThat(watched.state()).doesNotExist();
    assertThat(watched.groups()).isEmpty();
  }

  @Test
  void one_that_does_not_hear_is_ended_by_the_runtime() throws Exception {
    up("trap '' TERM; echo >/said; while :; do sleep 0.1; done").stop();
    assertThat(watched.calls()).containsExactly("create", "kill");
    assertThat(watched.state()).doesNotExist();
  }

  @Test
  void one_that_has_ended_by_itself_is_only_removed() throws Exception {
    var enclave = up("echo >/said; exit 3");
    enclave.stop();
    assertThat(watched.calls()).containsExactly("create");
    assertThat(watched.state()).doesNotExist();
  }
}
