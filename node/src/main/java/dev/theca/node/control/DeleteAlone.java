package dev.theca.node.control;

import dev.theca.linux.ChildProcess;
import dev.theca.linux.Exits;
import dev.theca.linux.Spawn;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Ends what a daemon before this one began and did not write down as a task: by the shim binary,
 * which does the same when there is no daemon at all.
 */
public final class DeleteAlone implements ShimCalls.Remains {
  private static final long LIMIT_SECONDS = 10;
  private static final int SIGKILL = 9;

  private final Path launcher;
  private final Path run;

  /** {@code run} is the daemon's folder of the running system. */
  public DeleteAlone(Path launcher, Path run) {
    this.launcher = launcher;
    this.run = run;
  }

  @Override
  public void remove(String namespace, String id, Path bundle) throws IOException {
    var command =
        List.of(
            launcher.toString(),
            "-namespace",
            namespace,
            "-id",
            id,
            "-bundle",
            bundle.toString(),
            "delete");
    ChildProcess child =
        Spawn.of(command)
            .environment("THECA_NODE_SOCKET", run.resolve("nobody.sock").toString())
            .start();
    try {
      int status = Exits.of(child).get(LIMIT_SECONDS, TimeUnit.SECONDS).status();
      if (status != 0) throw new IOException(launcher + " ended with " + status);
    } catch (TimeoutException | ExecutionException e) {
      child.signal(SIGKILL);
      throw new IOException(launcher + " did not end within " + LIMIT_SECONDS + " s", e);
    } catch (InterruptedException e) {
      child.signal(SIGKILL);
      Thread.currentThread().interrupt();
    }
  }
}
