package dev.theca.stand;

import dev.theca.cli.cri.CriClient;
import dev.theca.cli.cri.PodConfig;
import dev.theca.kit.stand.Handler;
import dev.theca.kit.stand.NodeFile;
import dev.theca.kit.stand.Sh;
import dev.theca.kit.stand.Stand;
import dev.theca.node.client.ControlClient;
import dev.theca.wire.json.JsonObject;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** A containerd and our daemon that are killed and started again, with pods on them meanwhile. */
final class Site implements AutoCloseable {
  final Stand stand;
  Place place;

  Site(Path programs, Stand.Built built) {
    stand = Stand.moody(programs, built);
    place = new Place(stand, Handler.PLAIN, new CriClient(stand.socket()));
    startNode();
  }

  void startNode() {
    stand.startNode(NodeFile.text(stand));
  }

  /** After containerd was started again. */
  void awaitCri() {
    place.cri.close();
    place = new Place(stand, Handler.PLAIN, new CriClient(stand.socket()));
    place.awaitCri();
  }

  ControlClient daemon() {
    return new ControlClient(stand.run().resolve("node.sock"));
  }

  /** How many containers the daemon knows. */
  long known() throws Exception {
    return daemon()
        .status()
        .object("containers")
        .flatMap(all -> all.integer("theca-plain"))
        .orElse(-1L);
  }

  /** A pod with one container that waits. */
  Running pod() {
    PodConfig config = place.pod();
    String pod = place.cri.runPod(config, Handler.PLAIN.cri());
    return new Running(pod, config, added(pod, config, "app", "sleep", "1000"));
  }

  String added(String pod, PodConfig config, String name, String... command) {
    var members = new LinkedHashMap<>(place.container(config, command).members());
    members.put("metadata", JsonObject.builder().put("name", name).build());
    String id = place.cri.createContainer(pod, new JsonObject(members), config.json());
    place.cri.startContainer(id);
    return id;
  }

  record Running(String pod, PodConfig config, String container) {}

  void remove(Running running) {
    place.cri.stopPod(running.pod());
    place.cri.removePod(running.pod());
  }

  /** Every pod and container, as an administrator would. */
  void removeAll() {
    for (String pod : place.cri.pods()) {
      place.cri.stopPod(pod);
      place.cri.removePod(pod);
    }
    for (String id : place.ctr("containers", "list", "-q").out().lines().toList()) {
      place.ctr("task", "rm", "--force", id);
      place.ctr("container", "rm", id);
    }
  }

  /** Work that waits; the common pool of a machine with few processors does one such at a time. */
  static <T> CompletableFuture<T> beside(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, thread -> Thread.ofVirtual().start(thread));
  }

  /** {@code ctr run}, which waits for the end. */
  CompletableFuture<Sh.Ran> waiting(String id, String... command) {
    var line = place.running(List.of("--rm"), id, command);
    return beside(() -> Sh.run(line));
  }

  /** Something that a healthy node does. */
  String works() {
    var ran = place.run(List.of(), "sh", "-c", "echo works; exit 7");
    var pod = pod();
    var executed = place.criExec(pod.container(), "echo", "in the pod");
    remove(pod);
    return ran.code() + " " + ran.out().strip() + ", " + executed.out().strip() + ran.err();
  }

  static final String WORKS = "7 works, in the pod";

  @Override
  public void close() {
    place.cri.close();
    stand.close();
  }
}
