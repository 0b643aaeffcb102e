package dev.theca.node.pod;

import dev.theca.node.runc.Runc;
import dev.theca.node.runc.Streams;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import java.nio.file.Path;

/** What stands behind a task: a pod's sandbox or one of its containers. */
public interface Body {
  /** Prepares everything and creates the container; its process number, or why not. */
  Outcome<Long> create(Streams streams);

  /** Lets the created container run. */
  Outcome<Boolean> start();

  /** A further process, from its OCI description: as it may run, or why it may not. */
  Outcome<JsonObject> exec(JsonObject process);

  /** Ends what is left of it and removes it; may be called more than once. */
  void remove();

  /** The runtime to call for this container. */
  Runc runc();

  /** Its folder for the runtime's files. */
  Path work();
}
