package dev.theca.node.runc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuncOptionsTest {
  private static final String TOML =
      "BinaryName = \"/opt/runc\"\nRoot = \"/r\"\nSystemdCgroup = true\nIoUid = 5\nCriuPath = \"x\"\n";
  private static final RuncOptions SAID =
      new RuncOptions("/opt/runc", "/r", true, false, false, 5, 0);

  private static RuncOptions read(String type, ProtoWriter value) {
    byte[] any = new ProtoWriter().string(1, type).bytes(2, value.toBytes()).toBytes();
    return RuncOptions.read(new ProtoReader(any));
  }

  @Test
  void no_options_are_the_nodes_own() {
    assertThat(RuncOptions.read(new ProtoReader(new byte[0]))).isEqualTo(RuncOptions.NONE);
  }

  @Test
  void runcs_options_and_toml_say_the_same(@TempDir Path folder) throws Exception {
    var runc =
        new ProtoWriter().string(3, "/ignored").varint(4, 5).string(6, "/opt/runc").string(7, "/r");
    assertThat(read("containerd.runc.v1.Options", runc.bool(9, true))).isEqualTo(SAID);
    var toml = new ProtoWriter().bytes(3, TOML.getBytes(StandardCharsets.UTF_8));
    assertThat(read("runtimeoptions.v1.Options", toml)).isEqualTo(SAID);
    Path file = Files.writeString(folder.resolve("o.toml"), TOML);
    assertThat(read("runtimeoptions.v1.Options", new ProtoWriter().string(2, file.toString())))
        .isEqualTo(SAID);
  }

  @Test
  void options_of_another_runtime_are_refused_in_words() {
    assertThatThrownBy(() -> read("runsc.Options", new ProtoWriter()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("runsc.Options");
    var broken = new ProtoWriter().bytes(3, "= =".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> read("runtimeoptions.v1.Options", broken))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("TOML");
  }
}
