package dev.theca.broker.seal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/**
 * Tokens in a folder, by SoftHSM2. The module reads its configuration once per process, from the
 * environment or from the home of its user; so these tests give it the former by a process of their
 * own.
 */
final class SoftToken {
  static final Path MODULE = Path.of("/usr/lib/softhsm/libsofthsm2.so");

  private final Path folder;

  SoftToken(Path folder) throws IOException {
    Assumptions.assumeTrue(
        Files.exists(MODULE) && Files.isExecutable(Path.of("/usr/bin/softhsm2-util")),
        "SoftHSM2 is not installed: apt-get install softhsm2");
    this.folder = folder;
    Files.createDirectories(folder.resolve("tokens"));
    Files.writeString(
        configuration(),
        "directories.tokendir = " + folder.resolve("tokens") + "\nobjectstore.backend = file\n");
    privateFile("pin", "1234\n");
  }

  Path configuration() {
    return folder.resolve("softhsm2.conf");
  }

  Path privateFile(String name, String text) throws IOException {
    var file = folder.resolve(name);
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return Files.writeString(file, text);
  }

  void make(String label) throws Exception {
    run(
        List.of(
            "softhsm2-util",
            "--init-token",
            "--free",
            "--label",
            label,
            "--pin",
            "1234",
            "--so-pin",
            "5678"));
  }

  /** Runs {@link TokenScene} in a process with this configuration; what it prints. */
  String scene(String... arguments) throws Exception {
    var all = new ArrayList<String>();
    all.add(folder.toString());
    all.addAll(List.of(arguments));
    return run(ChildJvm.command(TokenScene.class, "", all));
  }

  private String run(List<String> command) throws Exception {
    return ChildJvm.run(command, Map.of("SOFTHSM2_CONF", configuration().toString()));
  }
}
