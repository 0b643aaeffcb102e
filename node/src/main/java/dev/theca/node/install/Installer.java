package dev.theca.node.install;

import dev.theca.node.install.toml.TomlFile;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.RefusedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes a stock containerd serve our handlers, and takes that back byte for byte. Nothing changes
 * before containerd itself has read the new configuration and kept every setting of the old one; a
 * containerd that does not come back, or comes back without our handlers, gets its old files again.
 * Both commands may be repeated, and begun again after a crash at any step.
 */
public final class Installer {
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
    var notes = new ArrayList<String>();
    recover(notes);
    try {
      return Outcome.granted(installed(notes));
    } catch (RefusedException e) {
      return Outcome.refused(e.reasons());
    }
  }

  private Report installed(List<String> notes) throws IOException {
    var record = Record.read(site.home());
    var originals = originals(record, new ArrayList<>());
    Optional<FileState> original = original(originals, site.config());
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
    var files = new ArrayList<>(new Payload(site).files(before, original(originals, site.node())));
    files.addAll(config);
    var changes = changes(files, record, originals);
    Path socket = Containerd.socket(judged);
    if (changes.isEmpty()) {
      notes.add("everything is installed already");
      return new Report(containerd.version(), List.of(), false, notes);
    }
    changes.add(
        new Change(
            Record.file(site.home()), Optional.of(record(files, originals, record).state())));
    return apply(changes, notes, List.of(), () -> back.await(socket, true));
  }

  /** Takes everything back. */
  public Outcome<Report> uninstall(boolean evenWithPods) throws IOException {
    var notes = new ArrayList<String>();
    recover(notes);
    try {
      return uninstalled(evenWithPods, notes);
    } catch (RefusedException e) {
      return Outcome.refused(e.reasons());
    }
  }

  private Outcome<Report> uninstalled(boolean evenWithPods, List<String> notes) throws IOException {
    var record = Record.read(site.home());
    if (record.isEmpty()) {
      notes.add("nothing is installed");
      return Outcome.granted(new Report(containerd.version(), List.of(), false, notes));
    }
    int pods = new NodeState(site.run()).pods().size();
    if (pods > 0 && !evenWithPods)
      return Outcome.refused(
          Code.of("pods-running"),
          "confidential pods of this node",
          "none",
          String.valueOf(pods),
          "drain the node first, or say --force: they will end");
    var originals = originals(record, notes);
    var changes = new ArrayList<Change>();
    for (var entry : originals.entrySet())
      if (!same(FileState.of(entry.getKey()), entry.getValue()))
        changes.addFirst(new Change(entry.getKey(), entry.getValue()));
    changes.add(new Change(Record.file(site.home()), Optional.empty()));
    TomlFile main = text(original(originals, site.config()));
    var dump =
        new Trial(site, containerd)
            .dump(original(originals, site.config()).map(s -> main), Optional.empty())
            .orThrow();
    Path socket = Containerd.socket(dump);
    machine.stopNode();
    var report = apply(changes, notes, record.get().folders(), () -> back.await(socket, false));
    machine.forgetNode();
    return Outcome.granted(report);
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

  private dev.theca.wire.Refusal rolledBack(Transaction transaction, Exception why)
      throws IOException {
    var foreign = transaction.rollBack();
    String state = "every file is as before";
    if (!foreign.isEmpty()) state = "left alone, since somebody changed them meanwhile: " + foreign;
    try {
      if (machine.restartContainerd()) state += ", containerd restarted";
    } catch (IOException e) {
      state += "; containerd does not start with them either: " + e.getMessage();
    }
    return new dev.theca.wire.Refusal(
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

  /** Every file of an installation as it is without us. */
  private static Map<Path, Optional<FileState>> originals(
      Optional<Record> record, List<String> notes) throws IOException {
    var originals = new LinkedHashMap<Path, Optional<FileState>>();
    var removal = new Removal(notes);
    for (var touched : record.map(Record::files).orElse(List.of()))
      originals.put(touched.file(), removal.of(touched).orThrow());
    return originals;
  }

  private static Optional<FileState> original(Map<Path, Optional<FileState>> originals, Path file)
      throws IOException {
    var known = originals.get(file);
    return known != null ? known : FileState.of(file);
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

  private static ArrayList<Change> changes(
      List<Planned> files, Optional<Record> record, Map<Path, Optional<FileState>> originals)
      throws IOException {
    var changes = new ArrayList<Change>();
    for (var planned : files)
      if (!same(FileState.of(planned.file()), Optional.of(planned.to())))
        changes.add(new Change(planned.file(), Optional.of(planned.to())));
    for (var touched : record.map(Record::files).orElse(List.of())) {
      var to = original(originals, touched.file());
      boolean wanted = files.stream().anyMatch(p -> p.file().equals(touched.file()));
      if (!wanted && !same(FileState.of(touched.file()), to))
        changes.add(new Change(touched.file(), to));
    }
    return changes;
  }

  private Record record(
      List<Planned> files, Map<Path, Optional<FileState>> originals, Optional<Record> old)
      throws IOException {
    var touched = new ArrayList<Record.Touched>();
    var folders = new ArrayList<>(old.map(Record::folders).orElse(List.of()));
    for (var planned : files) {
      var before = original(originals, planned.file());
      touched.add(
          new Record.Touched(planned.file(), before, planned.to().digest(), planned.pieces()));
      Transaction.missing(FileState.folder(planned.file()), folders);
    }
    return new Record(containerd.version(), touched, folders);
  }

  private static boolean same(Optional<FileState> one, Optional<FileState> other) {
    return one.isPresent() && other.isPresent()
        ? one.get().sameAs(other.get())
        : one.isEmpty() && other.isEmpty();
  }
}
