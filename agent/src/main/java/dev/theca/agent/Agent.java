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
import dev.theca.wire.nodeagent.Watched;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The agent of one pod. Towards the host it prepares containers and answers yes or no; towards app
 * enclaves it grants each container's keys, once, to an identity that the owner's policy names.
 */
final class Agent implements AgentService, HandoverServer.Grants {
  private static final System.Logger LOG = System.getLogger("theca.agent");
  private static final int CANCEL_SECONDS = 15;

  private final Preparation preparation;
  private final Policies policies;
  private final DurableVolumes volumes;
  private final Map<String, Container> containers = new ConcurrentHashMap<>();
  private final Map<String, Job> jobs = new ConcurrentHashMap<>();

  Agent(Preparation preparation, Policies policies, DurableVolumes volumes) {
    this.preparation = preparation;
    this.policies = policies;
    this.volumes = volumes;
  }

  @Override
  public Outcome<Prepared> prepare(PrepareRequest request) {
    String id = request.containerId();
    if (!id.matches("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}"))
      return refused("container id", "letters, digits, '_', '.' and '-'", "other characters");
    var job = new Job();
    if (jobs.putIfAbsent(id, job) != null || containers.containsKey(id)) {
      boolean unused = jobs.remove(id, job);
      return refused("container " + id, "prepared once", "prepared again");
    }
    try {
      return logged(request, made(request, job));
    } finally {
      boolean unused = jobs.remove(id, job);
      job.end();
    }
  }

  /** What is refused, cancelled or broken has left nothing. */
  private Outcome<Prepared> made(PrepareRequest request, Job job) {
    try {
      return preparation
          .run(request, job)
          .then(
              ready -> {
                if (job.settle()) {
                  containers.put(request.containerId(), ready.container());
                  return Outcome.granted(ready.prepared());
                }
                ready.container().forget();
                preparation.discard(request.containerId());
                return Outcome.refused(Faults.cancelled(request, job));
              });
    } catch (RuntimeException e) {
      if (job.isCancelled()) return Outcome.refused(Faults.cancelled(request, job));
      var why = Faults.of(e, request, job);
      if (Faults.isUnexpected(why))
        LOG.log(System.Logger.Level.ERROR, "stage=" + job.stage().text() + " outcome=fault", e);
      return Outcome.refused(why);
    }
  }

  private static Outcome<Prepared> logged(PrepareRequest request, Outcome<Prepared> outcome) {
    String text =
        switch (outcome) {
          case Outcome.Granted<Prepared>(var ready) -> "granted detail=" + ready.stages();
          case Outcome.Refused<Prepared>(var reasons) -> "refused detail=" + reasons.getFirst();
        };
    LOG.log(
        System.Logger.Level.INFO,
        "stage=prepare container=" + request.containerId() + " outcome=" + text);
    return outcome;
  }

  @Override
  public Watched watch(String containerId) {
    var job = jobs.get(containerId);
    return job == null ? Watched.NOTHING : job.watched();
  }

  @Override
  public boolean cancel(String containerId) {
    var job = jobs.get(containerId);
    if (job == null) return false;
    job.cancel();
    return job.awaitEnd(CANCEL_SECONDS);
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
    boolean unused = cancel(containerId);
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
