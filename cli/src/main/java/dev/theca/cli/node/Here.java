package dev.theca.cli.node;

import dev.theca.cli.broker.WrongUsage;
import dev.theca.node.install.Containerd;
import dev.theca.node.install.Machine;
import dev.theca.node.install.Running;
import dev.theca.node.install.Site;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which containerd, and where things are: options of every command about this machine's node. */
final class Here {
  private static final List<String> FOLDERS =
      List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

  @Option(
      names = "--containerd",
      paramLabel = "FILE",
      description = "containerd's program (default: the one that runs, else the one on the path)")
  private @Nullable Path containerd;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "its configuration (default: of the one that runs, else /etc/containerd/config.toml)")
  private @Nullable Path config;

  @Option(
      names = "--node-config",
      paramLabel = "FILE",
      description = "the daemon's configuration (default: ${DEFAULT-VALUE})")
  private Path node = Path.of("/etc/theca/node.toml");

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description = "what lasts, and the record of the installation (default: ${DEFAULT-VALUE})")
  private Path state = Path.of("/var/lib/theca");

  @Option(
      names = "--run",
      paramLabel = "DIR",
      description = "sockets and pods of the running system (default: ${DEFAULT-VALUE})")
  private Path run = Path.of("/run/theca");

  @Option(
      names = "--payload",
      paramLabel = "DIR",
      description = "where the programs are put (default: ${DEFAULT-VALUE})")
  private Path payload = Path.of("/opt/theca");

  @Option(
      names = "--programs",
      paramLabel = "DIR",
      description = "where the programs are taken from (default: beside this command)")
  private @Nullable Path programs;

  @Option(names = "--runc", paramLabel = "FILE", description = "runc (default: on the path)")
  private @Nullable Path runc;

  @Option(names = "--json", description = "print one JSON document")
  private boolean json;

  private @Nullable Running found;

  boolean json() {
    return json;
  }

  Containerd containerd() throws IOException {
    return Containerd.of(program()).orThrow();
  }

  Path program() throws IOException {
    if (containerd != null) return containerd.toAbsolutePath();
    var one = running();
    return one.isPresent() ? one.get().program() : onPath("containerd");
  }

  /** The unit that containerd runs as. */
  Optional<String> unit() throws IOException {
    return running().flatMap(Running::unit);
  }

  Site site() throws IOException {
    Path file = config != null ? config : running().map(Running::config).orElse(Running.USUAL);
    String home = System.getenv("THECA_HOME");
    return new Site(
        Files.exists(file) ? file.toRealPath() : file.toAbsolutePath().normalize(),
        state.toAbsolutePath(),
        run.toAbsolutePath(),
        payload.toAbsolutePath(),
        node.toAbsolutePath(),
        programs != null ? programs.toAbsolutePath() : beside(),
        runc != null ? runc.toAbsolutePath() : onPath("runc"),
        Path.of(home == null ? "/opt/theca" : home, "theca"),
        Path.of("/"),
        Machine.hasSystemd()
            ? Optional.of(Path.of("/etc/systemd/system/theca-node.service"))
            : Optional.empty());
  }

  private Optional<Running> running() throws IOException {
    if (found != null) return Optional.of(found);
    if (config != null) return Optional.empty();
    var all = Running.all();
    var usual = all.stream().filter(r -> r.config().equals(Running.USUAL)).findFirst();
    if (usual.isEmpty() && all.size() > 1)
      throw new WrongUsage(
          "several containerds run here; name the configuration of one: --config FILE ("
              + String.join(", ", all.stream().map(r -> r.config().toString()).toList())
              + ")");
    var one = usual.isPresent() ? usual : all.stream().findFirst();
    one.ifPresent(running -> found = running);
    return one;
  }

  private static Path onPath(String program) {
    for (String folder : FOLDERS) {
      Path path = Path.of(folder, program);
      if (Files.isExecutable(path)) return path;
    }
    throw new WrongUsage(program + " is not on this machine; apt-get install " + program);
  }

  private static Path beside() {
    try {
      var source = Here.class.getProtectionDomain().getCodeSource();
      return Path.of(source.getLocation().toURI()).resolveSibling("../bin").normalize();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the program's own place has no path", e);
    }
  }
}
