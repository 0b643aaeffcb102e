package dev.theca.broker.plugin;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A SoftHSM2 token of its own: a private configuration, and a copy of the module, because a module
 * reads its configuration once in a process and another test may have one open.
 */
final class SoftToken {
  private static final List<String> PLACES =
      List.of(
          "/usr/lib/softhsm/libsofthsm2.so",
          "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
          "/usr/lib64/pkcs11/libsofthsm2.so");

  private SoftToken() {}

  /** The module to load; skips the test when SoftHSM2 is not installed. */
  static Path create(Path folder, String pin) throws Exception {
    Optional<Path> module = PLACES.stream().map(Path::of).filter(Files::exists).findFirst();
    boolean tool =
        Stream.of(System.getenv("PATH").split(":"))
            .anyMatch(p -> Files.isExecutable(Path.of(p, "softhsm2-util")));
    assumeTrue(module.isPresent() && tool, "SoftHSM2 is not installed: apt-get install softhsm2");
    Path copy = Files.copy(module.get(), folder.resolve("token.so"));
    Path tokens = Files.createDirectory(folder.resolve("tokens"));
    Path configuration =
        Files.writeString(
            folder.resolve("softhsm2.conf"),
            "directories.tokendir = "
                + tokens
                + "\nobjectstore.backend = file\nlog.level = ERROR\n");
    setenv("SOFTHSM2_CONF", configuration.toString());
    var builder =
        new ProcessBuilder(
            "softhsm2-util",
            "--module",
            copy.toString(),
            "--init-token",
            "--free",
            "--label",
            "theca",
            "--so-pin",
            "12345678",
            "--pin",
            pin);
    builder.environment().put("SOFTHSM2_CONF", configuration.toString());
    var process = builder.redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0)
      throw new IOException("softhsm2-util failed: " + out);
    return copy;
  }

  /** setenv(3): the module asks the C library, whose environment Java cannot change. */
  @SuppressWarnings("restricted")
  private static void setenv(String name, String value) throws IOException {
    var linker = Linker.nativeLinker();
    var function =
        linker.downcallHandle(
            linker.defaultLookup().find("setenv").orElseThrow(),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
    try (var arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocateFrom(name);
      int result = (int) function.invokeExact(key, arena.allocateFrom(value), 1);
      if (result != 0) throw new IOException("setenv failed");
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw new IOException("cannot call setenv", e);
    }
  }
}
