package dev.theca.node.install;

import dev.theca.node.install.toml.TomlFile;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.RefusedException;
import dev.theca.wire.grpc.GrpcException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes a stock containerd serve our handlers, and takes that back byte for byte. Nothing changes
 * before containerd itself has read the new configuration and kept every setting of the old one; a
 * containerd that does not come back, or comes back without our handlers, gets its old files again.
 * Both commands may be repeated, and begun again after a crash at any step.
 */
public final class Installer {
  private static final Duration FORGETTING = Duration.ofSeconds(30);

  private final Site site;
  private final Containerd containerd;
  private final Machine machine;
  private final Back back;
  private final Steps steps;

  public Installer(Site site, Containerd containerd, Machine machine, Back back, Steps steps) {
    this.site = site;
    this.containerd = containerd;
    this.machine = machine;
    this.back = back;
    this.steps = steps;
  }

  /** Installs, or brings an installation up to date. */
  public Outcome<Report> install() throws IOException {
    return install(Optional.empty());
  }

  /** With FUSE over io_uring on, or as it was; without a word, as the last time. */
  public Outcome<Report> install(Optional<Boolean> fuseRing) throws IOException {
    var notes = new ArrayList<String>();
    recover(notes);
    try {
      return Outcome.granted(installed(fuseRing, notes));
    } catch (RefusedException e) {
      return Outcome.refused(e.reasons());
    }
  }

  private Report installed(Optional<Boolean> fuseRing, List<String> notes) throws IOException {
    var record = Record.read(site.home());
    var originals = Originals.of(site, record, new ArrayList<>());
    Optional<FileState> original = originals.of(site.config());
    TomlFile main = text(original);
    var trial = new Trial(site, containerd);
    TomlFile before =
        trial
            .dump(original.isPresent() ? Optional.of(main) : Optional.empty(), Optional.empty())
            .orThrow();
    var plan = new ConfigPlan(site, containerd, main, original, before);
    var config = plan.files().orThrow();
    var after = trial.dump(Optional.of(changed(config, main)), dropIn(config)).orThrow();
    TomlFile judged = new Judgement(site, containerd).of(before, after, plan.changed()).orThrow();
    var files = new ArrayList<>(new Payload(site).files(before, originals.of(site.node())));
    files.addAll(config);
    files.addAll(new FuseRing(site.root()).files(fuseRing, record).orThrow());
    var changes = new ArrayList<>(originals.to(files));
    Path socket = Containerd.socket(judged);
    if (changes.isEmpty()) {
      notes.add("everything is installed already");
      return new Report(containerd.version(), List.of(), false, notes);
    }
    changes.add(
        new Change(
            Record.file(site.home()),
            Optional.of(originals.record(containerd.version(), files).state())));
    return apply(changes, notes, List.of(), () -> back.await(socket, true));
  }

  /**
   * Takes everything back, and what the daemon made with it. {@code purge}: also what containerd or
   * the owners of volumes still count on.
   */
  public Outcome<Report> uninstall(boolean evenWithPods, boolean purge) throws IOException {
    var notes = new ArrayList<String>();
    recover(notes);
    try {
      var record = Record.read(site.home());
      if (record.isPresent()) return uninstalled(record.get(), evenWithPods, purge, notes);
      notes.add("nothing is installed");
      var removed = new Leavings(site, notes).remove(purge);
      return Outcome.granted(
          new Report(containerd.version(), List.of(), false, notes).without(removed));
    } catch (RefusedException e) {
      return Outcome.refused(e.reasons());
    }
  }

  private Outcome<Report> uninstalled(
      Record record, boolean evenWithPods, boolean purge, List<String> notes) throws IOException {
    int running = new NodeState(site.run()).containers().size();
    if (running > 0 && !evenWithPods)
      return Outcome.refused(
          Code.of("pods-running"),
          "pods and containers of this node's daemon",
          "none",
          String.valueOf(running),
          "drain the node first, or say --force: they will end");
    var originals = Originals.of(site, Optional.of(record), notes);
    var changes = new ArrayList<>(originals.back());
    changes.add(new Change(Record.file(site.home()), Optional.empty()));
    var original = originals.of(site.config());
    TomlFile main = text(original);
    var dump =
        new Trial(site, containerd).dump(original.map(s -> main), Optional.empty()).orThrow();
    Path socket = Containerd.socket(dump);
    if (purge) forget(socket, notes);
    machine.stopNode();
    var report = apply(changes, notes, record.folders(), () -> back.await(socket, false));
    machine.forgetNode();
    var removed = new Leavings(site, notes).remove(purge);
    Transaction.removeEmpty(record.folders());
    return Outcome.granted(report.without(removed));
  }

  /** Before our snapshotter goes: without it, containerd can forget nothing of it. */
  private void forget(Path socket, List<String> notes) {
    if (!Files.isDirectory(site.state().resolve("snapshots"))) return;
    String kept;
    try (var forgetting = new Forgetting(socket, FORGETTING)) {
      int left = forgetting.everything();
      if (left == 0) return;
      kept = left + " snapshots";
    } catch (GrpcException e) {
      kept = "snapshots (" + e.getMessage() + ")";
    }
    notes.add(
        "containerd still counts on "
            + kept
            + " that are deleted now; before another installation is used, remove their images"
            + " and pull them again");
  }

  private interface Check {
    void run() throws IOException;
  }

  /** Changes files, lets containerd read them, and rolls back unless all is well. */
  private Report apply(List<Change> changes, List<String> notes, List<Path> emptied, Check check)
      throws IOException {
    var transaction = Transaction.make(site.home(), changes, steps);
    boolean restarted;
    try {
      if (FileState.of(site.config()).isPresent()) {
        TomlFile unused = containerd.dump(site.config()).orThrow();
      }
      if (Files.exists(site.unit().orElse(Path.of("/nonexistent"))))
        machine
            .startNode()
            .ifPresent(fault -> notes.add("the node daemon did not start: " + fault));
      steps.reached("restart");
      restarted = machine.restartContainerd();
      steps.reached("check");
      if (restarted) check.run();
      else notes.add("restart containerd for this to take effect: systemctl restart containerd");
    } catch (IOException | RefusedException e) {
      throw new RefusedException(List.of(rolledBack(transaction, e)));
    }
    transaction.settle(emptied);
    var changed =
        changes.stream().map(Change::file).filter(f -> !f.startsWith(site.home())).toList();
    return new Report(containerd.version(), changed, restarted, notes);
  }

  private Refusal rolledBack(Transaction transaction, Exception why) throws IOException {
    var foreign = transaction.rollBack();
    String state = "every file is as before";
    if (!foreign.isEmpty()) state = "left alone, since somebody changed them meanwhile: " + foreign;
    try {
      if (machine.restartContainerd()) state += ", containerd restarted";
    } catch (IOException e) {
      state += "; containerd does not start with them either: " + e.getMessage();
    }
    return new Refusal(
        Code.of("containerd-not-back"),
        "containerd after the change",
        "running with the new configuration",
        String.valueOf(why.getMessage()),
        state + "; see containerd's log");
  }

  /** Rolls back what a crash left in the middle. */
  private void recover(List<String> notes) throws IOException {
    var left = Transaction.left(site.home());
    if (left.isEmpty()) {
      Transaction.forget(site.home());
      return;
    }
    notes.add("an earlier run broke off; what it had begun was undone");
    for (Path file : left.get().rollBack()) notes.add(file + " was changed meanwhile; left alone");
  }

  private static TomlFile text(Optional<FileState> state) {
    if (state.isEmpty()) return TomlFile.parse("").orThrow();
    try {
      var decoded =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(state.get().content()));
      return TomlFile.parse(decoded.toString()).orThrow();
    } catch (CharacterCodingException e) {
      return Outcome.<TomlFile>refused(
              Code.of("bad-toml"),
              "containerd's configuration",
              "UTF-8",
              "other bytes",
              "correct it")
          .orThrow();
    }
  }

  private TomlFile changed(List<Planned> config, TomlFile main) {
    for (var planned : config)
      if (planned.file().equals(site.config())) return text(Optional.of(planned.to()));
    return main;
  }

  private Optional<byte[]> dropIn(List<Planned> config) {
    return config.stream()
        .filter(p -> p.file().equals(site.dropIn()))
        .map(p -> p.to().content())
        .findFirst();
  }
}
