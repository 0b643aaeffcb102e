package dev.theca.image.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.kit.QuietPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Programs of the system in one folder, with keys for two people there. */
final class Tools {
  private final Path folder;
  private final Path home;

  Tools(Path folder) throws Exception {
    for (String program : List.of("skopeo", "umoci", "docker-registry", "gpg", "openssl"))
      assumeTrue(
          Stream.of(System.getenv("PATH").split(":"))
              .anyMatch(p -> Files.isExecutable(Path.of(p, program))),
          program + " is not installed");
    assumeTrue("root".equals(System.getProperty("user.name")), "root is needed");
    this.folder = folder;
    this.home =
        Files.createDirectory(
            folder.resolve("gnupg"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    keys();
  }

  private void keys() throws Exception {
    run("openssl", "genrsa", "-out", "rsa.pem", "2048");
    run("openssl", "rsa", "-in", "rsa.pem", "-pubout", "-out", "rsa.pub");
    run("openssl req -x509 -key rsa.pem -subj /CN=x -days 2 -out rsa.crt".split(" "));
    run("openssl ecparam -name prime256v1 -genkey -noout -out sec1.pem".split(" "));
    // Go reads EC keys in PKCS#8 only
    run("openssl pkcs8 -topk8 -nocrypt -in sec1.pem -out ec.pem".split(" "));
    run("openssl", "ec", "-in", "ec.pem", "-pubout", "-out", "ec.pub");
    run(
        "gpg",
        "--batch",
        "--passphrase",
        "",
        "--quick-gen-key",
        "Ann <ann@example.org>",
        "rsa2048",
        "encr",
        "never");
    run("gpg", "--batch", "--output", "ann.gpg", "--export-secret-keys", "ann@example.org");
    run("gpg", "--batch", "--output", "all.pub", "--export");
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  String run(String... command) throws Exception {
    var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().put("GNUPGHOME", home.toString());
    var process = builder.start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(List.of(command) + "\n" + said).isZero();
    return said;
  }

  /** Debian's registry on a free port; its process. */
  record Serving(Process process, String address) implements AutoCloseable {
    @Override
    public void close() {
      process.destroy();
    }
  }

  Serving dockerRegistry() throws Exception {
    int port = QuietPort.choose();
    Files.writeString(
        file("registry.yml"),
        """
        version: 0.1
        log: {level: error}
        storage: {filesystem: {rootdirectory: %s}}
        http: {addr: '127.0.0.1:%d', secret: test}
        """
            .formatted(file("docker-registry"), port));
    var process =
        new ProcessBuilder("docker-registry", "serve", file("registry.yml").toString())
            .redirectErrorStream(true)
            .redirectOutput(file("registry.log").toFile())
            .start();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
    while (true) {
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        if (socket.isConnected()) return new Serving(process, "127.0.0.1:" + port);
      } catch (IOException e) {
        if (System.nanoTime() > end || !process.isAlive())
          throw new IOException(Files.readString(file("registry.log")), e);
        Thread.sleep(50);
      }
    }
  }

  /** Ends the agent that gpg started for this folder. */
  void end() throws Exception {
    run("gpgconf", "--kill", "all");
  }
}
