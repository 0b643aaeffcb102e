package dev.theca.node.runc;

import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Drives the stock OCI runtime, one short process a call, with a clean environment. A failure is a
 * {@link RuncException} with the runtime's own words.
 */
public final class Runc {
  private static final long LIMIT_SECONDS = 60;
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private final List<String> prefix;
  private final Path program;
  private final Path root;

  /** {@code root} is the runtime's state folder. */
  public Runc(Path program, Path root) {
    this(List.of(), program, root);
  }

  private Runc(List<String> prefix, Path program, Path root) {
    this.prefix = prefix;
    this.program = program;
    this.root = root;
  }

  /** The same runtime, called in the mount namespace of a process. */
  public Runc inside(Path launcher, long pid) {
    return new Runc(List.of(launcher.toString(), "in", pid + ""), program, root);
  }

  /** The same runtime with another state folder, one for each containerd namespace. */
  public Runc under(String namespace) {
    return new Runc(prefix, program, root.resolve(namespace));
  }

  /** Creates a container; its process number. The streams become the container's. */
  public long create(String id, Path bundle, Streams streams) {
    Path pidFile = bundle.resolve("init.pid");
    run(
        bundle,
        streams,
        "create",
        List.of("--bundle", bundle.toString(), "--pid-file", pidFile.toString(), id));
    return number(pidFile);
  }

  public void start(String id) {
    quiet("start", List.of(id));
  }

  public void kill(String id, int signal, boolean all) {
    var args = new ArrayList<String>();
    if (all) args.add("--all");
    args.addAll(List.of(id, signal + ""));
    quiet("kill", args);
  }

  /** Removes a container, a running one too; an unknown one is no error. */
  public void delete(String id) {
    if (!Files.exists(root.resolve(id))) return;
    quiet("delete", List.of("--force", id));
  }

  /** Starts a further process from its OCI description; its process number. */
  public long exec(String id, Path work, String execId, byte[] process, Streams streams) {
    Path file = work.resolve(execId + ".json");
    Path pidFile = work.resolve(execId + ".pid");
    try {
      Files.write(file, process);
      run(
          work,
          streams,
          "exec",
          List.of("--process", file.toString(), "--detach", "--pid-file", pidFile.toString(), id));
      return number(pidFile);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    } finally {
      delete(file);
    }
  }

  /** Removes every container of this state folder, in all its namespaces. */
  public void deleteAll() {
    for (Path namespace : children(root)) {
      for (Path container : children(namespace))
        under(namespace.getFileName().toString()).delete(container.getFileName().toString());
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
    quiet("update", List.of("--resources", resources.toString(), id));
  }

  /** Process numbers in a container. */
  public List<Long> processes(String id) {
    byte[] json = output("ps", List.of("--format", "json", id));
    var list = new ArrayList<Long>();
    if (Json.parse(json).orThrow() instanceof dev.theca.wire.json.JsonArray(var items)) {
      for (JsonValue item : items)
        if (item instanceof JsonNumber number) list.add(Long.parseLong(number.literal()));
    }
    return list;
  }

  /** What {@code runc features} prints, or an empty object of an old one. */
  public byte[] features() {
    try {
      return output("features", List.of());
    } catch (RuncException e) {
      return "{}".getBytes(StandardCharsets.UTF_8);
    }
  }

  private void quiet(String action, List<String> args) {
    byte[] unused = output(action, args);
  }

  private byte[] output(String action, List<String> args) {
    try {
      var process = builder(List.of(), action, args).start();
      process.getOutputStream().close();
      byte[] out = process.getInputStream().readAllBytes();
      byte[] log = process.getErrorStream().readAllBytes();
      finish(process, action, () -> new String(log, StandardCharsets.UTF_8).lines().toList());
      return out;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + program, e);
    }
  }

  private void run(Path work, Streams streams, String action, List<String> args) {
    Path log = work.resolve("log.json");
    delete(log);
    try {
      var process =
          builder(List.of("--log", log.toString()), action, args)
              .redirectInput(streams.in())
              .redirectOutput(streams.out())
              .redirectError(streams.err())
              .start();
      finish(process, action, () -> Files.exists(log) ? Files.readAllLines(log) : List.of());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + program, e);
    }
  }

  private ProcessBuilder builder(List<String> log, String action, List<String> args) {
    var command = new ArrayList<>(prefix);
    command.add(program.toString());
    command.addAll(List.of("--root", root.toString()));
    command.addAll(log);
    command.addAll(List.of("--log-format", "json", action));
    command.addAll(args);
    var builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().put("PATH", PATH);
    return builder;
  }

  private interface Log {
    List<String> lines() throws IOException;
  }

  private static void finish(Process process, String action, Log log) throws IOException {
    try {
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new RuncException(action, "no end within " + LIMIT_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new RuncException(action, "interrupted");
    }
    if (process.exitValue() != 0)
      throw new RuncException(action, lastError(log.lines(), process.exitValue()));
  }

  /** The last error among JSON lines. */
  private static String lastError(List<String> lines, int code) {
    String found = "exit code " + code + (lines.isEmpty() ? "" : ", " + lines.getLast());
    for (String line : lines) {
      var json = Json.object(line.getBytes(StandardCharsets.UTF_8));
      if (!json.isGranted()) continue;
      String level = json.orThrow().string("level").orElse("");
      if (level.equals("error") || level.equals("fatal"))
        found = json.orThrow().string("msg").orElse(found);
    }
    return found;
  }

  private static long number(Path file) {
    try {
      return Long.parseLong(Files.readString(file).trim());
    } catch (IOException e) {
      throw new UncheckedIOException("the runtime left no process number", e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
