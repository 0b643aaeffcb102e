package dev.theca.node.upgrade;

import dev.theca.linux.ChildProcess;
import dev.theca.linux.Exits;
import dev.theca.linux.Reexec;
import dev.theca.linux.Spawn;
import dev.theca.linux.UnixListener;
import dev.theca.node.control.ShimKind;
import dev.theca.node.events.Events;
import dev.theca.node.io.Kept;
import dev.theca.node.pod.Left;
import dev.theca.node.snapshot.SnapshotServer;
import dev.theca.node.task.TaskService;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.ttrpc.TtrpcServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A new program in this daemon's place (decision 0019): containers, connections of containerd and
 * exit codes stay. Until the last step nothing is lost by giving up.
 */
public final class Upgrade {
  /** Told to a new program that is only to say whether it could start. */
  public static final String CHECK = "THECA_CHECK";

  private static final System.Logger LOG = System.getLogger("theca.node");
  private static final long CHECK_SECONDS = 30;
  private static final Duration ENDS = Duration.ofSeconds(15);
  private static final int MOMENT_MILLIS = 500;
  private static final int STEP_MILLIS = 10;
  private static final int FAULT = 1;

  /** One handler: its socket, its server, its tasks. */
  public record Side(UnixListener listener, TtrpcServer server, TaskService tasks) {}

  private final Map<ShimKind, Side> sides;
  private final Events events;
  private final Path run;
  private final SnapshotServer snapshots;
  private final AutoCloseable others;

  /** {@code others} is what listens beside the rest; it is closed, and the next opens it. */
  public Upgrade(
      Map<ShimKind, Side> sides,
      SnapshotServer snapshots,
      Events events,
      Path run,
      AutoCloseable others) {
    this.sides = new EnumMap<>(sides);
    this.snapshots = snapshots;
    this.events = events;
    this.run = run;
    this.others = others;
  }

  /** Does not return when all went well. {@code limit} is for requests that are under way. */
  public Outcome<Boolean> run(Duration limit) throws IOException, InterruptedException {
    List<String> command = command();
    var checked = checked(command);
    if (!checked.isGranted()) return checked;
    var resting = new ArrayList<Side>();
    for (Side side : sides.values()) {
      if (!side.server().rest(call -> call.method().equals("Wait"), limit))
        return tooLong(resting, limit);
      resting.add(side);
    }
    if (!snapshots.rest(limit)) return tooLong(resting, limit);
    LOG.log(System.Logger.Level.INFO, "stage=upgrade outcome=resting");
    leave(command);
    return Outcome.granted(true);
  }

  private static Outcome<Boolean> tooLong(List<Side> resting, Duration limit) {
    resting.forEach(rested -> rested.server().goOn());
    return refused(
        "requests under way",
        "none that take longer than " + limit.toSeconds() + " s",
        "one that does",
        "try again later, or give it more time");
  }

  /** From here on there is no way back: a fault ends the process, and its pods with a reason. */
  private void leave(List<String> command) {
    try {
      others.close();
      keepEndsBack();
      var listeners = new EnumMap<ShimKind, Integer>(ShimKind.class);
      var connections = new EnumMap<ShimKind, List<TakeOver.Connection>>(ShimKind.class);
      var streams = new LinkedHashMap<String, Kept>();
      var bodies = new LinkedHashMap<String, Left>();
      for (var entry : sides.entrySet()) {
        Side side = entry.getValue();
        listeners.put(entry.getKey(), side.listener().number());
        streams.putAll(side.tasks().leave());
        bodies.putAll(side.tasks().bodies());
        connections.put(
            entry.getKey(), side.server().leave().stream().map(TakeOver.Connection::of).toList());
      }
      var service = Optional.of(GrpcLeft.of(snapshots));
      var left = new TakeOver(listeners, connections, streams, bodies, events.leave(), service);
      Path file = run.resolve("take-over.json");
      left.write(file);
      LOG.log(
          System.Logger.Level.INFO,
          "stage=upgrade outcome=leaving descriptors=" + left.descriptors().size());
      Reexec.into(command, environment(file), left.descriptors());
    } catch (Exception e) {
      LOG.log(System.Logger.Level.ERROR, "stage=upgrade outcome=fault", e);
      Runtime.getRuntime().halt(FAULT);
    }
  }

  /**
   * Whoever comes next finds the ends that were not seen, so those that were seen must have been
   * told. Telling one may need the ends of others, of the runtime's processes for one: they are let
   * through in between.
   */
  private void keepEndsBack() throws InterruptedException {
    long end = System.nanoTime() + ENDS.toNanos();
    Exits.freeze();
    while (!settles()) {
      if (System.nanoTime() > end)
        throw new IllegalStateException("ends of processes are still being told");
      Exits.goOn();
      boolean unused = settles();
      Exits.freeze();
    }
  }

  /** Whether every end that was seen has been told, or is in a moment. */
  private boolean settles() throws InterruptedException {
    for (int waited = 0; waited < MOMENT_MILLIS; waited += STEP_MILLIS) {
      if (sides.values().stream().allMatch(side -> side.tasks().isSettled())) return true;
      Thread.sleep(STEP_MILLIS);
    }
    return false;
  }

  /** The command of this process again; what lies in its place may be new. */
  private static List<String> command() throws IOException {
    var words =
        new ArrayList<>(
            List.of(
                Files.readString(Path.of("/proc/self/cmdline"), StandardCharsets.UTF_8)
                    .split("\0")));
    words.set(
        0,
        ProcessHandle.current()
            .info()
            .command()
            .orElseThrow(() -> new IllegalStateException("the program's path is not known")));
    return words;
  }

  private static List<String> environment(Path file) {
    return Stream.concat(
            System.getenv().entrySet().stream()
                .filter(e -> !e.getKey().equals(TakeOver.VARIABLE))
                .map(e -> e.getKey() + "=" + e.getValue()),
            Stream.of(TakeOver.VARIABLE + "=" + file))
        .toList();
  }

  /** Lets the new program look at its configuration in a process of its own. */
  private static Outcome<Boolean> checked(List<String> command) throws InterruptedException {
    var spawn = Spawn.of(command).environment(CHECK, "1");
    System.getenv()
        .forEach(
            (name, value) -> {
              if (!name.equals(TakeOver.VARIABLE)) spawn.environment(name, value);
            });
    spawn.environment(CHECK, "1");
    ChildProcess child = spawn.start();
    try {
      int status = Exits.of(child).get(CHECK_SECONDS, TimeUnit.SECONDS).status();
      if (status == 0) return Outcome.granted(true);
      return refused(
          "the new program", "one that takes the configuration", "exit code " + status, "run it");
    } catch (TimeoutException | ExecutionException e) {
      child.signal(9);
      return refused(
          "the new program",
          "an answer within " + CHECK_SECONDS + " s",
          "none",
          "run it with " + CHECK + "=1");
    }
  }

  private static Outcome<Boolean> refused(String what, String expected, String found, String next) {
    return Outcome.refused(Code.of("node-upgrade"), what, expected, found, next);
  }
}
