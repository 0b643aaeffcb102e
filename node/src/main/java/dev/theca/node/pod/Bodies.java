package dev.theca.node.pod;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import java.util.Optional;

/** Makes what stands behind tasks. Which one a task gets follows from the socket it came by. */
public interface Bodies {
  /** Nothing is started yet; a refusal says why it never will be. */
  Outcome<Body> body(BodyRequest request);

  /**
   * What stands behind a task that a former daemon made and that lives on; refused when it cannot
   * live on without that one. {@code left} is what its body left, if it had the time.
   */
  Outcome<Body> adopt(BodyRequest request, Optional<JsonObject> left);
}
