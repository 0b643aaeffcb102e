package dev.theca.cli.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.image.Descriptor;
import dev.theca.image.Progress;
import dev.theca.wire.Digest;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LayerProgressTest {
  private final ByteArrayOutputStream seen = new ByteArrayOutputStream();
  private final Descriptor layer =
      new Descriptor("layer", Digest.sha256(new byte[0]), 4096, Map.of());

  private LayerProgress progress(boolean terminal) {
    return new LayerProgress(new PrintStream(seen, true, StandardCharsets.UTF_8), terminal);
  }

  @Test
  void a_log_gets_one_line_for_each_blob() {
    try (var progress = progress(false)) {
      progress.blob(layer, Progress.Step.STARTED, 0);
      for (int i = 1; i <= 4096; i++) progress.blob(layer, Progress.Step.MOVED, i);
      progress.blob(layer, Progress.Step.DONE, 4096);
    }
    assertThat(seen.toString(StandardCharsets.UTF_8)).isEqualTo("e3b0c44298fc  done, 4.0 KiB\n");
  }

  @Test
  void a_terminal_sees_how_far_it_is() {
    try (var progress = progress(true)) {
      progress.blob(layer, Progress.Step.STARTED, 0);
      progress.blob(layer, Progress.Step.MOVED, 2048);
    }
    assertThat(seen.toString(StandardCharsets.UTF_8))
        .contains("[............]".substring(0, 2))
        .endsWith("e3b0c44298fc  [############............]  2.0 KiB\n");
  }

  @Test
  void sizes_are_words_for_people() {
    assertThat(Bytes.of(0)).isEqualTo("0 B");
    assertThat(Bytes.of(1023)).isEqualTo("1023 B");
    assertThat(Bytes.of(1024)).isEqualTo("1.0 KiB");
    assertThat(Bytes.of(400L << 20)).isEqualTo("400 MiB");
    assertThat(Bytes.of(5L << 40)).isEqualTo("5.0 TiB");
  }
}
