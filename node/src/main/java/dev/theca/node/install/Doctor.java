package dev.theca.node.install;

import dev.theca.node.install.toml.TomlFile;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.grpc.GrpcException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks at a node from every side; changes nothing. Each finding says what to do next. */
public final class Doctor {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final Site site;
  private final Path program;
  private final List<Finding> findings = new ArrayList<>();

  public Doctor(Site site, Path program) {
    this.site = site;
    this.program = program;
  }

  /** Everything that was found; a healthy node has notes at most. */
  public List<Finding> look() throws IOException {
    new HostLook(this::add).look(site);
    installation();
    daemon();
    var containerd = Containerd.of(program);
    if (containerd instanceof Outcome.Refused<Containerd>(var reasons))
      reasons.forEach(reason -> findings.add(new Finding(true, reason)));
    if (containerd instanceof Outcome.Granted<Containerd>(var found)) configuration(found);
    return List.copyOf(findings);
  }

  private void add(
      boolean problem, String code, String what, String expected, String found, String next) {
    findings.add(new Finding(problem, new Refusal(Code.of(code), what, expected, found, next)));
  }

  private void installation() throws IOException {
    if (Transaction.left(site.home()).isPresent())
      add(
          true,
          "install-broken-off",
          "installation",
          "finished or undone",
          "left in the middle",
          "theca node install, or theca node uninstall");
    var record = Record.read(site.home());
    if (record.isEmpty()) {
      add(
          true,
          "not-installed",
          "installation",
          "recorded in " + site.home(),
          "nothing",
          "theca node install");
      return;
    }
    for (var touched : record.get().files()) {
      var now = FileState.of(touched.file());
      if (now.isEmpty())
        add(
            true,
            "file-missing",
            touched.file().toString(),
            "as installed",
            "gone",
            "theca node install");
      else if (!now.get().digest().equals(touched.after()))
        add(
            false,
            "file-changed",
            touched.file().toString(),
            "as installed",
            "changed since",
            "nothing, if this was meant; theca node install puts it back");
    }
  }

  private void daemon() {
    var node = new NodeState(site.run());
    for (String socket : List.of("node.sock", "plain.sock", "snapshots.sock"))
      if (!node.listens(socket))
        add(
            true,
            "daemon-down",
            "node daemon",
            "listening at " + site.run().resolve(socket),
            "nobody there",
            "systemctl start theca-node, or theca node serve; then journalctl -u theca-node");
    if (node.listens("node.sock") && !node.listens("task.sock"))
      add(
          true,
          "platform-missing",
          "handler theca",
          "served by the daemon",
          "theca-plain alone",
          "name a platform and bundles in " + site.node() + ", then restart theca-node");
  }

  private void configuration(Containerd containerd) throws IOException {
    var dump = Files.exists(site.config()) ? containerd.dump(site.config()) : containerd.defaults();
    if (dump instanceof Outcome.Refused<TomlFile>(var reasons))
      reasons.forEach(reason -> findings.add(new Finding(true, reason)));
    if (!(dump instanceof Outcome.Granted<TomlFile>(var settings))) return;
    cni(settings);
    scores(settings);
    Path socket = Containerd.socket(settings);
    try (var asked = new ContainerdSocket(socket, LIMIT)) {
      String version = asked.version();
      if (!version.equals(containerd.version()))
        add(
            false,
            "containerd-other",
            "running containerd",
            containerd.version(),
            version,
            "restart it, or name the program: --containerd FILE");
      inForce(asked);
      new PodLook(this::add, site)
          .look(asked, Path.of(settings.string(List.of("root")).orElse("/var/lib/containerd")));
    } catch (GrpcException e) {
      add(
          true,
          "containerd-down",
          "containerd",
          "answering at " + socket,
          e.status().toString(),
          "systemctl start containerd, and see its log");
    }
  }

  private void inForce(ContainerdSocket asked) {
    var handlers = asked.handlers();
    for (String handler : List.of("theca", "theca-plain"))
      if (!handlers.contains(handler))
        add(
            true,
            "handler-missing",
            "handler " + handler,
            "in force",
            "not among " + handlers,
            "theca node install, or restart containerd");
    Optional<String> snapshotter = Optional.ofNullable(asked.snapshotters().get("theca"));
    if (!snapshotter.equals(Optional.of("")))
      add(
          true,
          "snapshotter-missing",
          "snapshotter theca",
          "loaded",
          snapshotter.orElse("absent"),
          "theca node install, or restart containerd");
  }

  /** The sandbox's score is negative; without the right to set one, it does not start. */
  private void scores(TomlFile settings) throws IOException {
    boolean restricted =
        settings.values().entrySet().stream()
            .anyMatch(
                e ->
                    e.getKey().getLast().equals("restrict_oom_score_adj")
                        && e.getValue().equals("true"));
    if (!restricted && !HostLook.mayLowerScores())
      add(
          true,
          "cap-sys-resource",
          "CAP_SYS_RESOURCE",
          "held, or restrict_oom_score_adj = true",
          "missing",
          "set restrict_oom_score_adj = true in containerd's CRI settings, or no sandbox starts");
  }

  private void cni(TomlFile settings) throws IOException {
    var folder =
        settings.values().keySet().stream()
            .filter(
                path ->
                    path.size() > 2 && path.contains("cni") && path.getLast().equals("conf_dir"))
            .findFirst()
            .flatMap(settings::string)
            .map(Path::of);
    if (folder.isEmpty()) return;
    boolean any = false;
    if (Files.isDirectory(folder.get())) {
      try (var files = Files.list(folder.get())) {
        any = files.anyMatch(f -> f.toString().matches(".*\\.(conf|conflist|json)"));
      }
    }
    if (!any)
      add(
          false,
          "cni-missing",
          "network of pods",
          "a configuration in " + folder.get(),
          "none",
          "install a CNI plugin; pods on the host's network work without");
  }
}
