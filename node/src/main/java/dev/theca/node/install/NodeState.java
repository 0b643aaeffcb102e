package dev.theca.node.install;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/** What our daemon's folder of the running system says. */
final class NodeState {
  private final Path run;

  NodeState(Path run) {
    this.run = run;
  }

  /** The pods that the daemon keeps folders for. */
  Set<String> pods() throws IOException {
    var ids = new TreeSet<String>();
    Path pods = run.resolve("pods");
    if (!Files.isDirectory(pods)) return ids;
    try (var folders = Files.list(pods)) {
      folders.filter(Files::isDirectory).map(p -> p.getFileName().toString()).forEach(ids::add);
    }
    return ids;
  }

  /** Those pods, and the containers whose bundles containerd still has, by a name for each. */
  Set<String> containers() throws IOException {
    var all = new TreeSet<>(pods());
    Path tasks = run.resolve("tasks");
    if (!Files.isDirectory(tasks)) return all;
    try (var links = Files.walk(tasks, 2)) {
      links
          .filter(link -> Files.isSymbolicLink(link) && Files.isDirectory(link))
          .forEach(link -> all.add(link.getFileName().toString()));
    }
    return all;
  }

  /** Whether somebody listens on a socket of the daemon. */
  boolean listens(String name) {
    try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(run.resolve(name)))) {
      return channel.isConnected();
    } catch (IOException e) {
      return false;
    }
  }
}
