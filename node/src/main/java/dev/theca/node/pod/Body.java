package dev.theca.node.pod;

import dev.theca.node.runc.Runc;
import dev.theca.node.runc.Streams;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What stands behind a task: a pod's sandbox, one of its containers, or a plain container. */
public interface Body {
  /** What is to be undone beside the container itself when the daemon is gone. */
  record Undo(List<String> containers, List<Path> mounts, List<Path> folders) {
    public Undo {
      containers = List.copyOf(containers);
      mounts = List.copyOf(mounts);
      folders = List.copyOf(folders);
    }
  }

  /** Prepares everything and creates the container; its process number, or why not. */
  Outcome<Long> create(Streams streams);

  /** Ends a {@link #create} that is on its way, which is refused then; otherwise nothing. */
  default void cancel() {}

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

  Undo undo();

  /**
   * What the next program in this daemon's process needs to go on with it; empty when the bundle
   * says everything. For a body with no request under way.
   */
  default Optional<Left> leave() {
    return Optional.empty();
  }
}
