package dev.theca.agent;

import dev.theca.enclave.PeerIdentity;
import dev.theca.enclave.handover.HandoverCode;
import dev.theca.enclave.handover.HandoverServer;
import dev.theca.evidence.EnclaveReport;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.nodeagent.AgentService;
import dev.theca.wire.nodeagent.ExecUser;
import dev.theca.wire.nodeagent.PrepareRequest;
import dev.theca.wire.nodeagent.Prepared;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The agent of one pod. Towards the host it prepares containers and answers yes or no; towards app
 * enclaves it grants each container's keys, once, to an identity that the owner's policy names.
 */
final class Agent implements AgentService, HandoverServer.Grants {
  private static final System.Logger LOG = System.getLogger("theca.agent");

  private final Preparation preparation;
  private final Policies policies;
  private final DurableVolumes volumes;
  private final Map<String, Container> containers = new ConcurrentHashMap<>();
  private final Set<String> names = ConcurrentHashMap.newKeySet();

  Agent(Preparation preparation, Policies policies, DurableVolumes volumes) {
    this.preparation = preparation;
    this.policies = policies;
    this.volumes = volumes;
  }

  @Override
  public Outcome<Prepared> prepare(PrepareRequest request) {
    if (!request.containerId().matches("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}"))
      return refused("container id", "letters, digits, '_', '.' and '-'", "other characters");
    if (!names.add(request.containerId()))
      return refused("container " + request.containerId(), "prepared once", "prepared again");
    var done = preparation.run(request);
    return switch (done) {
      case Outcome.Granted<Preparation.Done>(var ready) -> {
        containers.put(request.containerId(), ready.container());
        log(request, "granted", ready.prepared().stages());
        yield Outcome.granted(ready.prepared());
      }
      case Outcome.Refused<Preparation.Done>(var reasons) -> {
        log(request, "refused", reasons.getFirst().toString());
        yield Outcome.refused(reasons);
      }
    };
  }

  private static void log(PrepareRequest request, String outcome, String detail) {
    LOG.log(
        System.Logger.Level.INFO,
        "stage=prepare container="
            + request.containerId()
            + " outcome="
            + outcome
            + " detail="
            + detail);
  }

  @Override
  public Outcome<ExecUser> exec(String containerId, List<String> command) {
    var container = containers.get(containerId);
    if (container == null) return refused("container", "a prepared one", "an unknown one");
    if (container.rules().exec()) return Outcome.granted(container.user());
    return Outcome.refused(
        Code.of("policy-exec"),
        "exec in a container of " + container.rules().scope(),
        "exec \"allow\" in the workload policy",
        "\"deny\"",
        "change the policy at the broker and start the pod again");
  }

  @Override
  public void release(String containerId) {
    var container = containers.remove(containerId);
    if (container != null) container.forget();
  }

  @Override
  public List<PeerIdentity> accepted() {
    return policies.workload().map(WorkloadPolicy::apps).orElse(List.of());
  }

  @Override
  public Outcome<HandoverServer.Grant> grant(String containerId, EnclaveReport app) {
    var container = containers.get(containerId);
    if (container != null) return container.grant(containerId, volumes);
    return Outcome.refused(
        HandoverCode.UNKNOWN_CONTAINER,
        "container",
        "one that this agent has prepared",
        "an unknown one",
        "start it through the runtime");
  }

  private static <T> Outcome<T> refused(String what, String expected, String found) {
    return Outcome.refused(
        Code.of("agent-request"), what, expected, found, "start the container again");
  }
}
