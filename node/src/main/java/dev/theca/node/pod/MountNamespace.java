package dev.theca.node.pod;

import dev.theca.linux.ChildProcess;
import dev.theca.linux.Exits;
import dev.theca.linux.Fd;
import dev.theca.linux.Spawn;
import dev.theca.node.io.OwnThread;
import dev.theca.wire.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * A mount namespace of one pod, so that the plaintext view of its volumes never shows in the host's
 * own tree. A small process keeps it; that process ends when its input does, so with this one.
 */
final class MountNamespace implements AutoCloseable {
  private static final String READY = "ready\n";

  private final ChildProcess keeper;
  private final Fd life;

  private MountNamespace(ChildProcess keeper, Fd life) {
    this.keeper = keeper;
    this.life = life;
  }

  /** Makes one in which {@code shared} passes mounts on between the pod's containers. */
  static MountNamespace make(Path launcher, Path shared) {
    Fd[] input = Fd.pipe();
    Fd[] output = Fd.pipe();
    try (Fd reading = output[0]) {
      var keeper = start(launcher, shared, input[0], output[1]);
      var unused = Exits.of(keeper);
      var namespace = new MountNamespace(keeper, input[1]);
      if (OwnThread.call("mount-namespace", () -> said(reading)).equals(READY)) return namespace;
      namespace.close();
      throw new PodFault("no mount namespace for " + shared);
    }
  }

  /** Goes on with one that was left. */
  static MountNamespace goOn(JsonObject left) {
    var keeper = ChildProcess.hold(left.requireInteger("pid").orThrow());
    var unused = Exits.of(keeper);
    return new MountNamespace(keeper, Fd.goOn(left.requireInteger("life").orThrow().intValue()));
  }

  Left leave() {
    return new Left(
        JsonObject.builder().put("pid", pid()).put("life", life.number()).build(),
        List.of(life.number()));
  }

  private static ChildProcess start(Path launcher, Path shared, Fd input, Fd output) {
    try (input;
        output) {
      return Spawn.of(List.of(launcher.toString(), "mntns", shared.toString()))
          .give(0, input)
          .give(1, output)
          .start();
    }
  }

  private static String said(Fd reading) {
    var text = ByteBuffer.allocateDirect(READY.length());
    while (text.hasRemaining() && reading.read(text) > 0) {}
    return StandardCharsets.US_ASCII.decode(text.flip()).toString();
  }

  long pid() {
    return keeper.pid();
  }

  @Override
  public void close() {
    life.close();
    keeper.signal(9);
  }
}
