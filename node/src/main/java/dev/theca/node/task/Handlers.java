package dev.theca.node.task;

import dev.theca.node.control.RuntimeOptions;
import dev.theca.node.control.ShimKind;
import dev.theca.node.control.ShimTasks;
import java.util.Map;
import java.util.Optional;

/** The Task services of this daemon, one for each name of the shim binary. */
public final class Handlers implements ShimTasks {
  private final Map<ShimKind, TaskService> services;

  public Handlers(Map<ShimKind, TaskService> services) {
    this.services = Map.copyOf(services);
  }

  @Override
  public void announce(
      ShimKind kind,
      String namespace,
      String id,
      String ttrpcAddress,
      String grpcAddress,
      RuntimeOptions options) {
    TaskService service = services.get(kind);
    if (service == null) throw new IllegalArgumentException("there is no handler " + kind);
    service.announce(namespace, id, new Announced(ttrpcAddress, grpcAddress));
  }

  /** An id is used once in a namespace, whatever its handler. */
  @Override
  public Ended cleanUp(String namespace, String id) {
    Optional<Ended> ended = Optional.empty();
    for (TaskService service : services.values()) {
      Optional<Ended> one = service.cleanUp(namespace, id);
      if (one.isPresent()) ended = one;
    }
    return ended.orElseGet(Ended::unknown);
  }

  /** Ends every task; for the end of the daemon. */
  public void removeAll() {
    services.values().forEach(TaskService::removeAll);
  }
}
