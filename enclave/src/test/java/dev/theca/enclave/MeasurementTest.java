package dev.theca.enclave;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAKeyGenParameterSpec;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is measured, what is signed, and what is refused at launch. */
class MeasurementTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final LaunchMap MAP = LaunchMap.agent(List.of("/opt/java/bin/java", "-version"));
  private static KeyPair builder;

  @TempDir Path bundle;

  @BeforeAll
  static void key() throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(new RSAKeyGenParameterSpec(3072, BigInteger.valueOf(3)));
    builder = generator.generateKeyPair();
  }

  @BeforeEach
  void tree() throws IOException {
    Path root = Files.createDirectories(bundle.resolve("rootfs"));
    Files.createDirectories(root.resolve("lib"));
    Files.writeString(root.resolve("lib/a.jar"), "bytes");
    Files.createSymbolicLink(root.resolve("link"), Path.of("lib/a.jar"));
  }

  private byte[] measured() throws IOException {
    return Measurement.of(MAP.encode(), RootfsIndex.of(bundle.resolve("rootfs")));
  }

  private interface Change {
    void make(Path root) throws IOException;
  }

  static Stream<Change> changes() {
    return Stream.of(
        root -> Files.writeString(root.resolve("lib/a.jar"), "Bytes"),
        root -> Files.writeString(root.resolve("lib/b.jar"), ""),
        root -> Files.createDirectory(root.resolve("more")),
        root -> Files.move(root.resolve("lib/a.jar"), root.resolve("lib/c.jar")),
        root -> {
          Files.delete(root.resolve("link"));
          Files.createSymbolicLink(root.resolve("link"), Path.of("/etc"));
        },
        root -> assertThat(root.resolve("lib/a.jar").toFile().setExecutable(true)).isTrue());
  }

  @ParameterizedTest
  @MethodSource("changes")
  void a_change_that_the_measurement_does_not_see(Change change) throws IOException {
    byte[] before = measured();
    assertThat(measured()).isEqualTo(before);
    change.make(bundle.resolve("rootfs"));
    assertThat(measured()).isNotEqualTo(before);
  }

  @Test
  void another_command_line_is_another_enclave() throws IOException {
    byte[] index = RootfsIndex.of(bundle.resolve("rootfs"));
    byte[] other = LaunchMap.agent(List.of("/opt/java/bin/java", "-Xint")).encode();
    assertThat(Measurement.of(other, index)).isNotEqualTo(measured());
  }

  @Test
  void a_copy_has_the_measurement_of_what_was_copied() throws IOException {
    byte[] copied = RootfsIndex.copying(bundle.resolve("rootfs"), bundle.resolve("copy"));
    assertThat(copied).isEqualTo(RootfsIndex.of(bundle.resolve("rootfs")));
    assertThat(RootfsIndex.of(bundle.resolve("copy"))).isEqualTo(copied);
  }

  @Test
  void a_tree_with_a_pipe_cannot_be_measured() throws Exception {
    assertThat(
            new ProcessBuilder("mkfifo", bundle.resolve("rootfs/pipe").toString())
                .start()
                .waitFor())
        .isZero();
    assertThatThrownBy(this::measured).isInstanceOf(RootfsIndex.Unmeasurable.class);
  }

  @Test
  void the_builders_signature_says_what_was_measured() throws IOException {
    byte[] mrEnclave = Bundle.seal(bundle, MAP, builder, 1, 7, LocalDate.of(2026, 11, 21));
    byte[] file = Files.readAllBytes(bundle.resolve(Bundle.SIGNATURE));
    var signed = SigStruct.verify(file).orThrow();
    assertThat(signed.mrEnclave()).isEqualTo(mrEnclave).isEqualTo(measured());
    assertThat(signed.mrSigner()).isEqualTo(SigStruct.mrSigner((RSAPublicKey) builder.getPublic()));
    assertThat(signed.isvSvn()).isEqualTo(7);
    for (int at : new int[] {0, 128, 200, 512, 700, 900, 960, 1000, 1024, 1040, 1500}) {
      byte[] lie = file.clone();
      lie[at] ^= 1;
      assertThat(SigStruct.verify(lie).isGranted()).as("byte " + at).isFalse();
    }
    for (int size : new int[] {0, 1, 1807, 1809})
      assertThat(SigStruct.verify(java.util.Arrays.copyOf(file, size)).isGranted()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"m1-default", "m2-jvm", "m3-edmm"})
  void signatures_of_another_builder_are_read(String name) throws IOException {
    String shared = System.getenv().getOrDefault("THECA_SHARED", "../../shared");
    Path folder = Path.of(shared).resolve("testdata/gramine/sign");
    assumeTrue(Files.exists(folder), "test data not found: " + folder + " (set THECA_SHARED)");
    JsonObject expected =
        Json.object(Files.readAllBytes(folder.resolve("expected.json")))
            .orThrow()
            .object(name)
            .orElseThrow();
    var read = SigStruct.verify(Files.readAllBytes(folder.resolve(name + ".sig"))).orThrow();
    assertThat(HEX.formatHex(read.mrEnclave()))
        .isEqualTo(expected.string("mrenclave").orElseThrow());
    assertThat(HEX.formatHex(read.mrSigner())).isEqualTo(expected.string("mrsigner").orElseThrow());
  }

  @Test
  void a_launch_map_has_one_form() {
    byte[] encoded = MAP.encode();
    assertThat(LaunchMap.parse(encoded).orThrow()).isEqualTo(MAP);
    int refused = 0;
    for (int i = 0; i < encoded.length; i++) {
      byte[] lie = encoded.clone();
      lie[i] ^= 0x20;
      var parsed = LaunchMap.parse(lie);
      if (parsed instanceof Outcome.Granted<LaunchMap>(var map))
        assertThat(map.encode()).isEqualTo(lie);
      else refused++;
    }
    assertThat(refused).isPositive();
    assertThat(LaunchMap.parse(new byte[0]).isGranted()).isFalse();
    assertThat(LaunchMap.parse(java.util.Arrays.copyOf(encoded, encoded.length + 1)).isGranted())
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource({"LD_PRELOAD", "JAVA_TOOL_OPTIONS", "PATH", "https_proxy", "GLIBC_TUNABLES"})
  void a_variable_that_the_host_must_never_set(String name) {
    assertThatThrownBy(
            () ->
                new LaunchMap(
                    "agent",
                    List.of("/x"),
                    List.of(),
                    List.of(name),
                    "/",
                    List.of(),
                    true,
                    List.of(),
                    List.of(),
                    List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
