package dev.theca.node.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TerminationMessageTest {
  @TempDir Path folder;

  @Test
  void the_file_that_kubelet_made_says_why() throws IOException {
    Path file = Files.writeString(folder.resolve("log"), "what the workload said before");
    String text =
        "{\"mounts\":[{\"destination\":\"/dev/termination-log\",\"source\":\"" + file + "\"}]}";
    var spec = new Spec(Json.object(text.getBytes(StandardCharsets.UTF_8)).orThrow());
    TerminationMessage.write(spec, "agent-lost");
    assertThat(file).hasContent("agent-lost");
    TerminationMessage.write(file, "x".repeat(10_000));
    assertThat(file).hasSize(4096);
  }

  @Test
  void no_other_file_of_the_host_is_written() throws IOException {
    Path target = Files.writeString(folder.resolve("target"), "kept");
    Path link = Files.createSymbolicLink(folder.resolve("link"), target);
    TerminationMessage.write(link, "lie");
    assertThat(target).hasContent("kept");
    TerminationMessage.write(folder.resolve("none"), "lie");
    assertThat(folder.resolve("none")).doesNotExist();
    TerminationMessage.write(Files.createDirectory(folder.resolve("dir")), "lie");
  }
}
