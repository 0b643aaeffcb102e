package dev.theca.node.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** The shim binary, called as containerd calls it, with what it left behind. */
record Launched(int code, byte[] out, String err) {
  static final Path ROOT = Path.of(System.getProperty("theca.root", "..")).toAbsolutePath();
  static final Path LAUNCHER = ROOT.resolve("node/target/native/containerd-shim-theca-v2");

  /** In a folder whose {@code node.sock} is the daemon's. */
  static Launched in(Path folder, byte[] input, String... arguments) throws Exception {
    return run(LAUNCHER, folder, folder, input, arguments);
  }

  /** The same binary under another name. */
  static Path named(Path folder, String name) throws IOException {
    return Files.copy(LAUNCHER, folder.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
  }

  static Launched run(Path launcher, Path run, Path folder, byte[] input, String... arguments)
      throws Exception {
    var command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("THECA_NODE_SOCKET", run.resolve("node.sock").toString());
    builder.environment().put("TTRPC_ADDRESS", "/run/x.ttrpc");
    var process = builder.start();
    try (var in = process.getOutputStream()) {
      in.write(input);
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("pipe"); // it did not want the input
    }
    byte[] out = process.getInputStream().readAllBytes();
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Launched(process.waitFor(), out, err);
  }

  String text() {
    return new String(out, StandardCharsets.UTF_8);
  }
}
