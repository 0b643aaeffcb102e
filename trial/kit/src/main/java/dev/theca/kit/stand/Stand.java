package dev.theca.kit.stand;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * A private, stock containerd of any version with its own root, state and sockets, images of
 * busybox and pause, and both {@linkplain Handler handlers}. Needs root. {@link #end} takes all of
 * it away and says what others left behind: processes, mounts, control groups, runc's state.
 */
public final class Stand implements AutoCloseable {
  public static final String IMAGE = "theca.example/busybox:1";
  private static final String PAUSE = "theca.example/pause:1";
  private static final int PATIENCE_MILLIS = 120_000;

  /** Whether pods' control groups are units of systemd, on machines that it runs. */
  static final boolean SYSTEMD = Boolean.getBoolean("theca.stand.systemd");

  private final String name;
  private final Path root;
  private final Path run;
  private final Path programs;
  private final int major;
  private final String version;
  private final Built built;
  private final Path runc;
  private Process containerd;
  private final List<Process> nodes = new ArrayList<>();

  /** What the build made: the launcher, the pause program, Theca's command and its JDK. */
  public record Built(Path launcher, Path pause, Path command, Path jdk) {
    public static Built in(Path repository) {
      return new Built(
          repository.resolve("cli/target/dist/bin/containerd-shim-theca-v2"),
          repository.resolve("cli/target/dist/bin/pause"),
          repository.resolve("theca"),
          Path.of(System.getProperty("java.home")));
    }
  }

  /** Whether this machine can have a stand; empty, or what is missing. */
  public static String missing() {
    if (!"root".equals(System.getProperty("user.name"))) return "root";
    for (String file : List.of("/bin/busybox", "/usr/sbin/runc", "/usr/lib/cni/bridge"))
      if (!Files.exists(Path.of(file))) return file;
    return "";
  }

  /**
   * Starts one.
   *
   * @param programs the folder of containerd, ctr and the stock shim
   */
  public static Stand open(Path programs, Built built) {
    String mark = Integer.toString(ThreadLocalRandom.current().nextInt(1 << 20, 1 << 24), 36);
    return new Stand("theca-st-" + mark, programs, built, Path.of("/usr/sbin/runc"));
  }

  /** Starts one whose runtime, for both handlers, does as {@link Mood} says. */
  public static Stand moody(Path programs, Built built) {
    String mark = Integer.toString(ThreadLocalRandom.current().nextInt(1 << 20, 1 << 24), 36);
    return new Stand("theca-st-" + mark, programs, built, Path.of("/run/theca-st-" + mark, "runc"));
  }

  private Stand(String name, Path programs, Built built, Path runc) {
    this.runc = runc;
    this.name = name;
    this.programs = programs;
    this.built = built;
    root = Path.of("/var/lib", name);
    run = Path.of("/run", name);
    version = Sh.run(List.of(programs.resolve("containerd").toString(), "--version")).orThrow();
    var number = java.util.regex.Pattern.compile("\\bv?(\\d+)\\.\\d+\\.\\d+").matcher(version);
    if (!number.find(version.indexOf(' ')))
      throw new IllegalStateException("no version in " + version);
    major = Integer.parseInt(number.group(1));
    try {
      prepare();
      containerd = start();
      importImages();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a stand", e);
    }
  }

  private void prepare() throws IOException {
    Path bin = Files.createDirectories(run.resolve("bin"));
    Files.createDirectories(root.resolve("logs"));
    for (String shim : List.of("containerd-shim-theca-v2", "containerd-shim-theca-plain-v2"))
      Files.copy(
          built.launcher(),
          bin.resolve(shim),
          StandardCopyOption.COPY_ATTRIBUTES,
          StandardCopyOption.REPLACE_EXISTING);
    if (runc.startsWith(run)) Mood.install(run);
    var config =
        new ContainerdConfig(
            root.resolve("containerd"),
            run,
            socket(),
            runc,
            bin.resolve("containerd-shim-theca-plain-v2"),
            PAUSE);
    Files.writeString(root.resolve("containerd.toml"), config.text(major));
    Path cni = Files.createDirectories(run.resolve("cni"));
    Files.writeString(cni.resolve("10-stand.conflist"), network());
  }

  /** One bridge of our own; its name has 15 characters at most. */
  private String network() {
    int third = ThreadLocalRandom.current().nextInt(1, 255);
    return """
        {"cniVersion":"0.4.0","name":"%s","plugins":[{"type":"bridge","bridge":"%s","isGateway":true,
         "ipam":{"type":"host-local","dataDir":"%s/ipam","ranges":[[{"subnet":"10.97.%d.0/24"}]]}}]}
        """
        .formatted(name, name, run, third);
  }

  private Process start() throws IOException {
    var builder =
        new ProcessBuilder(
            programs.resolve("containerd").toString(),
            "--config",
            root.resolve("containerd.toml").toString());
    builder.environment().put("THECA_NODE_SOCKET", run.resolve("node.sock").toString());
    builder
        .environment()
        .put("PATH", programs + ":" + run.resolve("bin") + ":/usr/sbin:/usr/bin:/sbin:/bin");
    builder.redirectErrorStream(true);
    builder.redirectOutput(
        ProcessBuilder.Redirect.appendTo(root.resolve("logs/containerd.log").toFile()));
    var process = builder.start();
    for (int waited = 0; Sh.run(ctr("version")).code() != 0; waited += 100) {
      if (waited > PATIENCE_MILLIS || !process.isAlive()) {
        process.destroyForcibly();
        throw new IllegalStateException("containerd did not start:\n" + log("containerd"));
      }
      pause(100);
    }
    return process;
  }

  private void importImages() throws IOException {
    Path folder = Files.createDirectories(root.resolve("images"));
    Images.busybox().writeLayout(Files.createDirectories(folder.resolve("busybox")), "1");
    Images.pause(built.pause()).writeLayout(Files.createDirectories(folder.resolve("pause")), "1");
    for (String image : List.of("busybox", "pause")) {
      String tar = folder.resolve(image + ".tar").toString();
      Sh.run(List.of("tar", "-C", folder.resolve(image).toString(), "-cf", tar, ".")).orThrow();
      for (String namespace : List.of(name, "k8s.io")) {
        var command = new ArrayList<>(List.of(programs.resolve("ctr").toString()));
        command.addAll(List.of("-a", socket().toString(), "-n", namespace, "images", "import"));
        command.addAll(List.of("--base-name", "theca.example/" + image, tar));
        Sh.run(command).orThrow();
      }
    }
  }

  /** The node daemon with these further lines of configuration; awaited until it is ready. */
  public Process startNode(String config) {
    try {
      Path file = Files.writeString(root.resolve("node.toml"), config);
      var builder =
          new ProcessBuilder(
              built.command().toString(), "node", "serve", "--config", file.toString());
      builder.environment().put("THECA_JAVA_HOME", built.jdk().toString());
      builder.redirectError(
          ProcessBuilder.Redirect.appendTo(root.resolve("logs/node.log").toFile()));
      var process = builder.start();
      nodes.add(process);
      var in =
          new java.io.BufferedReader(
              new java.io.InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      String line = in.readLine();
      if (line == null || !line.contains("\"ready\""))
        throw new IllegalStateException("the node daemon did not start: " + line + log("node"));
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start the node daemon", e);
    }
  }

  /** Ends containerd alone, as an upgrade does, and starts it again. */
  public void restartContainerd() {
    stopContainerd();
    startContainerd();
  }

  public void stopContainerd() {
    stop(containerd);
  }

  /** It dies at once, as by a lack of memory. */
  public void killContainerd() {
    kill(containerd);
  }

  /** The daemon that was started last dies at once. */
  public void killNode() {
    kill(nodes.removeLast());
  }

  /** What the next runs of a moody stand's runtime do. */
  public void mood(Mood mood) {
    mood.set(run);
  }

  /** The runtime that both handlers are configured with. */
  public Path runc() {
    return runc;
  }

  /**
   * What is left of containers, whoever made them, once nothing goes away any more; but nothing
   * with one of these words in it.
   */
  public List<String> remains(String... butFor) {
    List<String> left = List.of();
    for (int i = 0; i < 300; i++) {
      left =
          Leftovers.remains(this).stream()
              .filter(line -> List.of(butFor).stream().noneMatch(line::contains))
              .toList();
      if (left.isEmpty()) break;
      pause(100);
    }
    return left;
  }

  /** Whether a process is one of containerd or of the daemon. */
  boolean isService(long pid) {
    return containerd.pid() == pid || nodes.stream().anyMatch(node -> node.pid() == pid);
  }

  /** Power is lost: every process of containers dies, and what is in memory is gone. */
  public void reboot() {
    kill(containerd);
    while (!nodes.isEmpty()) killNode();
    Leftovers.reboot(this);
  }

  public void startContainerd() {
    try {
      containerd = start();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start containerd", e);
    }
  }

  /** A command line of {@code ctr} in a namespace with the stand's name; CRI has another. */
  public List<String> ctr(String... arguments) {
    var command = new ArrayList<>(List.of(programs.resolve("ctr").toString()));
    command.addAll(List.of("-a", socket().toString(), "-n", name));
    command.addAll(List.of(arguments));
    return command;
  }

  public Path socket() {
    return run.resolve("c.sock");
  }

  /** Whether our daemon runs here. */
  public boolean hasNode() {
    return !nodes.isEmpty();
  }

  /** The control group of its pods. */
  public String cgroupParent() {
    return "/" + (SYSTEMD ? Leftovers.slice(this) : name);
  }

  /** Where sockets are, and what a reboot takes away. */
  public Path run() {
    return run;
  }

  public Path root() {
    return root;
  }

  public Built built() {
    return built;
  }

  /** The name that is in every path, process and network of this stand. */
  public String name() {
    return name;
  }

  public int major() {
    return major;
  }

  /** What containerd says of itself. */
  public String version() {
    return version.strip();
  }

  public long containerdPid() {
    return containerd.pid();
  }

  /** The last lines of a log: containerd or node. */
  public String log(String of) {
    try {
      var lines =
          new String(
                  Files.readAllBytes(root.resolve("logs/" + of + ".log")), StandardCharsets.UTF_8)
              .lines()
              .toList();
      return "\n" + String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
    } catch (IOException e) {
      return "";
    }
  }

  /** Ends it; what handlers left behind, which is then removed as well. */
  public List<String> end() {
    var left = new ArrayList<>(Leftovers.containers(this));
    stop(containerd);
    nodes.forEach(Stand::stop);
    left.addAll(Leftovers.after(this));
    Leftovers.remove(this);
    return left;
  }

  @Override
  public void close() {
    stop(containerd);
    nodes.forEach(Stand::stop);
    Leftovers.remove(this);
  }

  private static void kill(Process process) {
    try {
      process.destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void stop(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) process.destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
