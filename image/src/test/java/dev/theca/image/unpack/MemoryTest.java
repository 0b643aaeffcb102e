package dev.theca.image.unpack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.kit.ChildJava;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Memory does not grow with layers, seen from processes that have little. */
class MemoryTest {
  @ParameterizedTest
  @CsvSource({"1, 200, gzip, 32m", "12, 12, gzip, 48m", "1, 200, zstd, 64m", "6, 12, zstd, 64m"})
  void large_and_many_layers_unpack_with_little_memory(
      int layers, int megabytes, String compression, String heap) throws Exception {
    assertThat(run(layers, megabytes, compression, heap))
        .contains("unpacked " + expected(layers, megabytes));
  }

  @ParameterizedTest
  @CsvSource({"1, 4096, gzip, 64m", "1, 4096, zstd, 64m", "100, 50, gzip, 128m"})
  void gigabytes_too(int layers, int megabytes, String compression, String heap) throws Exception {
    Assumptions.assumeTrue(
        System.getProperty("theca.check.seconds") != null, "gigabytes are unpacked by ./x check");
    assertThat(run(layers, megabytes, compression, heap))
        .contains("unpacked " + expected(layers, megabytes));
  }

  private static long expected(int layers, int megabytes) {
    long small = 0;
    for (int i = 0; i < 2000; i++) small += ("content " + i).length();
    return layers * (((long) megabytes << 20) + small);
  }

  private static String run(int layers, int megabytes, String compression, String heap)
      throws Exception {
    var command =
        ChildJava.command(
            ChildJava.classPath("target/test-classes"),
            List.of("-Xmx" + heap, "--sun-misc-unsafe-memory-access=allow"),
            "dev.theca.image.unpack.BigLayers",
            layers + "",
            megabytes + "",
            compression);
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(600, TimeUnit.SECONDS)).isTrue();
    return said;
  }
}
