package dev.theca.e2e;

import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;

/**
 * A network for pods of a world: a bridge, by the usual plugins, and in each pod's loopback the
 * ports of the world's broker and registry, whose servers listen on the machine's loopback only.
 */
final class OwnNetwork implements AutoCloseable {
  private static final Path PLUGINS = Path.of("/usr/lib/cni");

  /**
   * A plugin before the bridge's: starts a relay in the pod's network, and ends it with the pod.
   */
  private static final String PLUGIN =
      """
      #!/bin/sh
      mark="%1$s/$CNI_CONTAINERID"
      case "$CNI_COMMAND" in
      VERSION) echo '{"cniVersion":"0.4.0","supportedVersions":["0.4.0"]}' ;;
      ADD)
        setsid nsenter --net="$CNI_NETNS" "%2$s" -cp "%3$s" dev.theca.e2e.Relay "%1$s" "$mark.up" %4$s \\
          </dev/null >"$mark.log" 2>&1 &
        echo $! >"$mark.pid"
        for i in $(seq 1200); do [ -e "$mark.up" ] && break; sleep 0.1; done
        echo '{"cniVersion":"0.4.0","interfaces":[],"ips":[]}' ;;
      DEL)
        if [ -e "$mark.pid" ]; then kill -9 "$(cat "$mark.pid")" 2>/dev/null; fi
        rm -f "$mark".* ;;
      esac
      exit 0
      """;

  private final PodWorld world;
  private final String bridge;
  private final List<Path> made = new ArrayList<>();
  private final List<Relay> relays = new ArrayList<>();

  private OwnNetwork(PodWorld world) {
    this.world = world;
    this.bridge = "tn" + ThreadLocalRandom.current().nextInt(1 << 20, 1 << 24);
  }

  static OwnNetwork in(PodWorld world) throws IOException {
    Assumptions.assumeTrue(
        Files.isExecutable(PLUGINS.resolve("bridge")), "needs containernetworking-plugins");
    var network = new OwnNetwork(world);
    network.prepare();
    return network;
  }

  private void prepare() throws IOException {
    Path sockets = Files.createDirectories(world.folder().resolve("net"));
    var ports = new TreeSet<Integer>();
    ports(Files.readString(world.config().resolve("init-data.toml")), ports);
    ports(world.image, ports);
    for (int port : ports) {
      relays.add(Relay.toLoopback(sockets, port));
      made.add(Relay.socket(sockets, port));
    }
    Path programs = Files.createDirectories(world.config().resolve("cni-bin"));
    for (String plugin : List.of("bridge", "host-local", "loopback"))
      made.add(Files.createSymbolicLink(programs.resolve(plugin), PLUGINS.resolve(plugin)));
    String classes = Relay.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    String plugin =
        PLUGIN.formatted(
            sockets,
            Path.of(System.getProperty("java.home"), "bin/java"),
            classes,
            ports.stream().map(String::valueOf).collect(Collectors.joining(" ")));
    made.add(Files.writeString(programs.resolve("theca-relay"), plugin));
    Files.setPosixFilePermissions(made.getLast(), PosixFilePermissions.fromString("rwx------"));
    Path networks = Files.createDirectories(world.config().resolve("cni"));
    made.add(Files.writeString(networks.resolve("10-own.conflist"), list(sockets)));
  }

  private static void ports(String text, TreeSet<Integer> into) {
    var found = Pattern.compile("127\\.0\\.0\\.1:(\\d+)").matcher(text);
    while (found.find()) into.add(Integer.valueOf(found.group(1)));
  }

  private String list(Path folder) {
    return """
        {"cniVersion":"0.4.0","name":"%1$s","plugins":[{"type":"theca-relay"},
         {"type":"bridge","bridge":"%1$s","isGateway":true,
         "ipam":{"type":"host-local","dataDir":"%2$s/ipam","ranges":[[{"subnet":"10.98.%3$d.0/24"}]]}}]}
        """
        .formatted(bridge, folder, ThreadLocalRandom.current().nextInt(1, 255));
  }

  /** Waits until containerd has seen it. */
  void await() throws InterruptedException {
    for (int i = 0; i < 1200 && !ready(); i++) Thread.sleep(100);
  }

  private boolean ready() {
    var status = world.cri.call("Status", JsonObject.builder().build());
    var conditions =
        status.object("status").flatMap(s -> s.array("conditions")).orElse(List.<JsonValue>of());
    return conditions.stream()
        .map(c -> (JsonObject) c)
        .anyMatch(
            c ->
                c.string("type").orElse("").equals("NetworkReady")
                    && c.bool("status").orElse(false));
  }

  @Override
  public void close() throws IOException {
    world.removePods();
    for (Relay relay : relays) relay.close();
    for (Path path : made) Files.deleteIfExists(path);
    PodWorld.command("ip", "link", "delete", bridge);
  }
}
