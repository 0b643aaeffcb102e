package dev.theca.node.runc;

import dev.theca.linux.Fd;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Drives the stock OCI runtime, one short process a call, with a clean environment and nothing
 * inherited. What is certain to come to the same without a process is done without one. A failure
 * is a {@link RuncException} with the runtime's own words.
 */
public final class Runc {
  private static final List<String> FOLDERS =
      List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

  private final List<String> prefix;
  private final Path program;
  private final Path root;
  private final RuncOptions options;

  /** {@code root} is the runtime's state folder. */
  public Runc(Path program, Path root) {
    this(List.of(), program, root, RuncOptions.NONE);
  }

  private Runc(List<String> prefix, Path program, Path root, RuncOptions options) {
    this.prefix = prefix;
    this.program = program;
    this.root = root;
    this.options = options;
  }

  /** The same runtime, called in the mount namespace of a process. */
  public Runc inside(Path launcher, long pid) {
    return new Runc(List.of(launcher.toString(), "in", pid + ""), program, root, options);
  }

  /** The same runtime with another state folder, one for each containerd namespace. */
  public Runc under(String namespace) {
    return new Runc(prefix, program, root.resolve(namespace), options);
  }

  /** The runtime that a handler's options ask for. */
  public Runc with(RuncOptions wanted) {
    return new Runc(
        prefix,
        wanted.binary().isEmpty() ? program : find(wanted.binary()),
        wanted.root().isEmpty() ? root : Path.of(wanted.root()),
        wanted);
  }

  private static Path find(String name) {
    if (name.startsWith("/")) return Path.of(name);
    for (String folder : FOLDERS) {
      Path path = Path.of(folder, name);
      if (Files.isExecutable(path)) return path;
    }
    throw RuncException.failed("lookup", "there is no program " + name + " in " + FOLDERS);
  }

  public Path program() {
    return program;
  }

  /** The state folder, with the namespace if there is one. */
  public Path root() {
    return root;
  }

  public RuncOptions options() {
    return options;
  }

  /** Creates a container; its process number. The streams become the container's. */
  public long create(String id, Path bundle, Streams streams) {
    Path pidFile = bundle.resolve("init.pid");
    var args =
        new ArrayList<>(List.of("--bundle", bundle.toString(), "--pid-file", pidFile.toString()));
    if (options.noPivotRoot()) args.add("--no-pivot");
    if (options.noNewKeyring()) args.add("--no-new-keyring");
    streams.console().ifPresent(path -> args.addAll(List.of("--console-socket", path.toString())));
    args.add(id);
    call("create", args).with(streams);
    return number(pidFile);
  }

  /** Lets a created container run; it is at its program then, or about to be. */
  public void start(String id) {
    if (KnownRunc.is(program) && DirectStart.done(root.resolve(id))) return;
    quiet("start", List.of(id));
  }

  public void kill(String id, int signal, boolean all) {
    var args = new ArrayList<String>();
    if (all) args.add("--all");
    args.addAll(List.of(id, signal + ""));
    tersely("kill", args);
  }

  /** Removes a container, a running one too; an unknown one is no error. */
  public void delete(String id) {
    if (!Files.exists(root.resolve(id))) return;
    if (KnownRunc.is(program) && DirectDelete.done(root.resolve(id))) return;
    try {
      quiet("delete", List.of("--force", id));
    } catch (RuncException e) {
      if (Files.exists(root.resolve(id))) throw e;
    }
  }

  /** Starts a further process from its OCI description; its process number. */
  public long exec(String id, Path work, String execId, byte[] process, Streams streams) {
    Path pidFile = work.resolve(execId + ".pid");
    try (Fd file = Fd.memory("process")) {
      file.writeAt(ByteBuffer.allocateDirect(process.length).put(process).flip(), 0);
      var args =
          new ArrayList<>(
              List.of("--process", RuncCall.path(file), "--detach", "--pid-file", pidFile + ""));
      streams
          .console()
          .ifPresent(path -> args.addAll(List.of("--console-socket", path.toString(), "--tty")));
      args.add(id);
      call("exec", args).with(streams);
      return number(pidFile);
    } finally {
      RuncCall.delete(pidFile);
    }
  }

  /** Removes every container of this state folder, in all its namespaces. */
  public void deleteAll() {
    for (Path namespace : children(root)) {
      for (Path container : children(namespace))
        under(namespace.getFileName().toString()).delete(container.getFileName().toString());
    }
  }

  /**
   * Removes the containers of this state folder whose bundle of containerd is gone, as after a
   * reboot: a container that anybody still has has one. Others that use the folder lose nothing.
   */
  public void deleteAbandoned() {
    for (Path namespace : children(root)) {
      for (Path container : children(namespace)) {
        if (!StateFile.isAbandoned(container)) continue;
        under(namespace.getFileName().toString()).delete(container.getFileName().toString());
      }
    }
  }

  private static List<Path> children(Path folder) {
    if (!Files.isDirectory(folder)) return List.of();
    try (var list = Files.list(folder)) {
      return list.filter(Files::isDirectory).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
  }

  public void pause(String id) {
    quiet("pause", List.of(id));
  }

  public void resume(String id) {
    quiet("resume", List.of(id));
  }

  public void update(String id, Path resources) {
    tersely("update", List.of("--resources", resources.toString(), id));
  }

  /** Process numbers in a container. */
  public List<Long> processes(String id) {
    byte[] json = call("ps", List.of("--format", "json", id)).output();
    var list = new ArrayList<Long>();
    if (Json.parse(json).orThrow() instanceof JsonArray(var items)) {
      for (JsonValue item : items)
        if (item instanceof JsonNumber number) list.add(Long.parseLong(number.literal()));
    }
    return list;
  }

  /** What {@code runc features} prints, or an empty object of an old one. */
  public byte[] features() {
    try {
      return call("features", List.of()).output();
    } catch (RuncException e) {
      return "{}".getBytes(StandardCharsets.UTF_8);
    }
  }

  private void quiet(String action, List<String> args) {
    byte[] unused = call(action, args).output();
  }

  private void tersely(String action, List<String> args) {
    try {
      quiet(action, args);
    } catch (RuncException e) {
      throw e.unsuccessful(options.binary().isEmpty() ? "runc" : options.binary());
    }
  }

  private RuncCall call(String action, List<String> args) {
    var base = new ArrayList<>(prefix);
    base.add(program.toString());
    base.addAll(List.of("--root", root.toString()));
    if (options.systemdCgroup()) base.add("--systemd-cgroup");
    return new RuncCall(base, action, args);
  }

  private static long number(Path file) {
    try {
      return Long.parseLong(Files.readString(file).trim());
    } catch (IOException e) {
      throw new UncheckedIOException("the runtime left no process number", e);
    }
  }
}
