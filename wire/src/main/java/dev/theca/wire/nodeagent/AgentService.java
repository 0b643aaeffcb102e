package dev.theca.wire.nodeagent;

import dev.theca.wire.Outcome;
import java.util.List;

/**
 * What the node daemon may ask of a pod's agent. The daemon is not trusted: nothing here returns a
 * secret, and every wish can be refused.
 */
public interface AgentService {
  /**
   * Pulls and seals a container's image; long. A container is prepared at most once; what was
   * refused or cancelled leaves nothing and may be tried again.
   */
  Outcome<Prepared> prepare(PrepareRequest request);

  /** How far the preparation of a container is. */
  Watched watch(String containerId);

  /**
   * Ends the preparation of a container, and returns when it has ended; false when there was none.
   */
  boolean cancel(String containerId);

  /** Whether a command may be started inside a container, and as whom. */
  Outcome<ExecUser> exec(String containerId, List<String> command);

  /**
   * Forgets a container and its keys, also one that is being prepared; unknown ones are no error.
   */
  void release(String containerId);
}
