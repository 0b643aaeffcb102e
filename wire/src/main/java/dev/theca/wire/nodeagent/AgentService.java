package dev.theca.wire.nodeagent;

import dev.theca.wire.Outcome;
import java.util.List;

/**
 * What the node daemon may ask of a pod's agent. The daemon is not trusted: nothing here returns a
 * secret, and every wish can be refused.
 */
public interface AgentService {
  /** Pulls and seals a container's image; long. A container is prepared at most once. */
  Outcome<Prepared> prepare(PrepareRequest request);

  /** Whether a command may be started inside a container, and as whom. */
  Outcome<ExecUser> exec(String containerId, List<String> command);

  /** Forgets a container and its keys; unknown ones are no error. */
  void release(String containerId);
}
