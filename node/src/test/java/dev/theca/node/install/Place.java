package dev.theca.node.install;

import dev.theca.wire.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A machine of a test below one folder, with stand-ins for the programs that are installed. */
final class Place {
  final Path home;
  final Site site;

  Place(Path home) throws IOException {
    this.home = home;
    Path programs = Files.createDirectories(home.resolve("dist"));
    Files.writeString(programs.resolve(Site.LAUNCHER), "launcher");
    Files.writeString(programs.resolve("pause"), "pause");
    site =
        new Site(
            home.resolve("etc/containerd/config.toml"),
            home.resolve("state"),
            home.resolve("run"),
            home.resolve("opt"),
            home.resolve("etc/theca/node.toml"),
            programs,
            Path.of("/usr/sbin/runc"),
            Path.of("/opt/theca/theca"),
            home,
            Optional.empty());
  }

  /**
   * A stand-in that reads a configuration as containerd does, as far as ours goes: tables of the
   * file and of what it imports.
   */
  Containerd containerd(int major) throws IOException {
    Path program = Files.createDirectories(home.resolve("bin")).resolve("containerd");
    Files.writeString(
        program,
        """
        #!/bin/sh
        [ "$1" = --version ] && echo "containerd test MAJOR.6.0" && exit
        [ "$1" = config ] && echo 'root = "/r"' && exit
        grep -v '^imports' "$2"
        files=$(sed -n 's/^imports = \\[\\(.*\\)]/\\1/p' "$2" | tr -d '",')
        for file in $files; do [ ! -e "$file" ] || grep -v '^version' "$file"; done
        """
            .replace("MAJOR", String.valueOf(major)));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    return Containerd.of(program).orThrow();
  }

  void config(String text) throws IOException {
    Files.createDirectories(site.config().getParent());
    Files.writeString(site.config(), text.replace("HOME", home.toString()));
  }

  /** Everything of the machine, with kind, rights, owner, content and where links lead. */
  Map<String, String> everything() throws IOException {
    var all = new TreeMap<String, String>();
    try (var walk = Files.walk(home)) {
      for (Path path : (Iterable<Path>) walk::iterator) {
        var kind = Files.readAttributes(path, "unix:mode,uid,gid", LinkOption.NOFOLLOW_LINKS);
        String content = "";
        if (Files.isSymbolicLink(path)) content = Files.readSymbolicLink(path).toString();
        else if (Files.isRegularFile(path))
          content = Digest.sha256(Files.readAllBytes(path)).toString();
        all.put(home.relativize(path).toString(), new TreeMap<>(kind) + " " + content);
      }
    }
    return all;
  }
}
