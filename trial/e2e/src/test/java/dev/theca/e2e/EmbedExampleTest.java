package dev.theca.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.theca.evidence.ratls.RaTlsKeys;
import dev.theca.forge.SgxPlatform;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example project compiles against the two artifacts alone, and does what it says. */
class EmbedExampleTest {
  private static final Path EXAMPLE = DemoRun.ROOT.resolve("examples/embed-evidence");

  @TempDir Path place;

  private static String jars() throws IOException {
    try (var files = Files.list(DemoRun.ROOT.resolve("cli/target/dist/lib"))) {
      return files
          .filter(
              f ->
                  f.getFileName()
                      .toString()
                      .matches("(dev\\.theca\\.)?(evidence|collateral|wire|jackson-core)-.*\\.jar"))
          .map(Path::toString)
          .collect(Collectors.joining(":"));
    }
  }

  private int compile(Path classes) throws IOException {
    var errors = new StringWriter();
    var compiler = ToolProvider.getSystemJavaCompiler();
    try (var manager = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      var sources =
          manager.getJavaFileObjects(EXAMPLE.resolve("src/main/java/example/Client.java"));
      var options = List.of("-d", classes.toString(), "-cp", jars(), "--release", "25");
      boolean done = compiler.getTask(errors, manager, null, options, null, sources).call();
      assertTrue(done, errors.toString());
      return 0;
    }
  }

  private record Ran(int exit, String text) {}

  private static Ran client(Path classes, int port, String measurement, ForgedSite site)
      throws IOException, InterruptedException {
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                classes + ":" + jars(),
                "example.Client",
                "127.0.0.1",
                port + "",
                measurement,
                site.folder.toString(),
                "sim:site=" + site.rootFile)
            .redirectErrorStream(true)
            .start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(1, TimeUnit.MINUTES));
    return new Ran(process.exitValue(), text);
  }

  @Test
  void threeLinesThatDoNotAttest()
      throws IOException, InterruptedException, GeneralSecurityException {
    Path classes = Files.createDirectories(place.resolve("classes"));
    compile(classes);
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    var site = new ForgedSite(place, now, SgxPlatform.Knobs.good());
    var keys = RaTlsKeys.create(site::quote, now, now.plus(Duration.ofHours(1)));
    var tls = SSLContext.getInstance("TLSv1.3");
    tls.init(keys.keyManagers(), new TrustManager[0], new SecureRandom());
    try (var server =
        (SSLServerSocket)
            tls.getServerSocketFactory()
                .createServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> serve(server));
      String measurement = HexFormat.of().formatHex(ForgedSite.MEASUREMENT);
      var good = client(classes, server.getLocalPort(), measurement, site);
      assertEquals(0, good.exit(), good.text());
      assertTrue(good.text().contains("hello from the enclave"), good.text());
      var other = client(classes, server.getLocalPort(), "00".repeat(32), site);
      assertEquals(2, other.exit(), other.text());
      assertTrue(other.text().contains("MRENCLAVE"), other.text());
    }
  }

  private static void serve(SSLServerSocket server) {
    while (!server.isClosed()) {
      try (var peer = server.accept()) {
        peer.getOutputStream().write("hello from the enclave".getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        continue; // a client that refused us, or the end of the test
      }
    }
  }
}
