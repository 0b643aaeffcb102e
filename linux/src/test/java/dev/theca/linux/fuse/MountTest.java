package dev.theca.linux.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.kit.RingSwitch;
import dev.theca.linux.Mounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests on real mounts share: a place, a file system in memory, and the ring switched on. */
abstract class MountTest {
  private static RingSwitch ringSwitch;

  @TempDir Path folder;
  final MemoryFs memory = new MemoryFs();
  Path target;

  @BeforeAll
  static void ringOn() throws IOException {
    turn(true);
  }

  static void turn(boolean on) throws IOException {
    ringSwitch = RingSwitch.turn(on);
  }

  @AfterAll
  static void asItWas() throws IOException {
    ringSwitch.close();
  }

  @BeforeEach
  void privileged() throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")), "mounting needs root");
    assumeTrue(Files.exists(Path.of("/dev/fuse")), "no /dev/fuse on this machine");
    target = Files.createDirectory(folder.resolve("mounted"));
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(Mounts.below(folder)).isEmpty();
    assertThat(threads()).isEmpty();
  }

  static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("fuse-"))
        .toList();
  }

  static FuseOptions options(Transport transport) throws IOException {
    if (transport == Transport.RING) {
      ringSwitch.insist();
      var refusal = FuseProbe.look().ring();
      assumeTrue(refusal.isEmpty(), () -> "no FUSE over io_uring: " + refusal.orElse(""));
    }
    return FuseOptions.of("memory").withTransport(transport).withCacheSeconds(86_400);
  }

  FuseSession mount(FuseOptions options) {
    var session = FuseSession.mount(target, options, memory);
    assertThat(session.transport()).isEqualTo(options.transport());
    return session;
  }

  /** What a shell prints when it runs a script in the mount; fails when the script does. */
  String shell(String script) throws Exception {
    var process =
        new ProcessBuilder("sh", "-ec", script)
            .directory(target.toFile())
            .redirectErrorStream(true)
            .start();
    String output =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.ISO_8859_1);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  /** A Java program of this test's class path, with what runs it before it. */
  static Process java(List<String> prefix, Class<?> main, String... arguments) throws IOException {
    var path = new java.util.LinkedHashSet<String>();
    for (Class<?> type : List.of(main, FuseSession.class, dev.theca.wire.Digest.class)) {
      path.add(type.getProtectionDomain().getCodeSource().getLocation().getPath());
    }
    path.add(Path.of("target", "test-classes").toAbsolutePath().toString());
    var command = new java.util.ArrayList<>(prefix);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            String.join(":", path),
            main.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  static void end(Process process) throws InterruptedException {
    process.destroyForcibly();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
  }

  static final Duration SHORT = Duration.ofMillis(200);
}
