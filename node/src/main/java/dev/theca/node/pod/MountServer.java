package dev.theca.node.pod;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.launch.LaunchClient.HostInputs;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The enclave that serves a container's sealed root. It boots while the agent prepares, so by the
 * time it is up nobody may want the container any more: whoever gives up, wherever that happens,
 * ends it, until the container is made.
 */
final class MountServer {
  private final Pods pods;
  private final Pod pod;
  private final String containerId;
  private final Marks marks;
  private Optional<Enclave> running = Optional.empty();
  private boolean cancelled;
  private boolean settled;

  MountServer(Pods pods, Pod pod, String containerId, Marks marks) {
    this.pods = pods;
    this.pod = pod;
    this.containerId = containerId;
    this.marks = marks;
  }

  /** Its name at the runtime. */
  String id() {
    return Pod.shortId(containerId) + "-app";
  }

  /** Launches it, with the folders of its container; it waits for a word then. */
  Outcome<Enclave> launch(Spec spec, Path work, Path volume) {
    var inputs =
        new HostInputs(
            Map.of(
                "/run/theca/handover", pod.agentFolder().toString(),
                "/var/lib/theca/volumes", volume.toString(),
                "/var/lib/theca/durable", pod.durable.toString(),
                "/run/theca/mnt", work.resolve("mnt").toString(),
                "/run/theca/start", work.resolve("start").toString()),
            Map.of(),
            Map.of("THECA_CONTAINER_ID", containerId),
            pods.besideCgroup(spec, "app"),
            "app");
    var setup = pods.setup();
    return Enclave.launch(
            marks,
            setup.platform(),
            pod.runc,
            id(),
            setup.app(),
            "",
            inputs,
            work.resolve("app.log"))
        .then(launched -> isWanted(launched) ? Outcome.granted(launched) : cancelled());
  }

  /** Takes over what was launched; one that nobody wants any more ends. */
  private boolean isWanted(Enclave launched) {
    synchronized (this) {
      running = Optional.of(launched);
      if (!cancelled) return true;
    }
    launched.stop();
    return false;
  }

  /** Goes on with the one that the pod's former daemon left, of a container that is made. */
  Enclave goOn(JsonObject left) {
    var enclave = Enclave.goOn(marks, pods.setup().platform(), pod.runc, left);
    synchronized (this) {
      running = Optional.of(enclave);
    }
    return enclave;
  }

  /** What another program needs to go on with it. */
  synchronized Left leave(Left left) {
    return running.map(one -> left.with("server", one.leave())).orElse(left);
  }

  /** From now on it is stopped and no more cancelled; false when it has been cancelled. */
  synchronized boolean settle() {
    settled = !cancelled;
    return settled;
  }

  /** Ends it, and the others who work for the container, unless that is made or given up. */
  void cancel(Runnable others) {
    Optional<Enclave> waiting;
    synchronized (this) {
      if (settled || cancelled) return;
      cancelled = true;
      waiting = running;
    }
    others.run();
    waiting.ifPresent(Enclave::stop);
  }

  <T> Outcome<T> cancelled() {
    return Outcome.refused(
        Code.of("create-cancelled"),
        "container " + containerId,
        "wanted until it is made",
        "removed before",
        "nothing is to be done");
  }

  void stop() {
    Optional<Enclave> last;
    synchronized (this) {
      last = running;
      running = Optional.empty();
    }
    last.ifPresent(Enclave::stop);
  }
}
