package dev.theca.node.install;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files of this machine as they are without us: those that an installation has touched by its
 * record, all others as they lie there. What has to change, either way, follows from them.
 */
final class Originals {
  private final Site site;
  private final Optional<Record> record;
  private final Map<Path, Optional<FileState>> touched = new LinkedHashMap<>();

  private Originals(Site site, Optional<Record> record) {
    this.site = site;
    this.record = record;
  }

  /** Notes are told what could not simply be put back. */
  static Originals of(Site site, Optional<Record> record, List<String> notes) throws IOException {
    var originals = new Originals(site, record);
    var removal = new Removal(notes);
    for (var file : record.map(Record::files).orElse(List.of()))
      originals.touched.put(file.file(), removal.of(file).orThrow());
    return originals;
  }

  Optional<FileState> of(Path file) throws IOException {
    var known = touched.get(file);
    return known != null ? known : FileState.of(file);
  }

  /** What makes every touched file what it was, the latest first. */
  List<Change> back() throws IOException {
    var changes = new ArrayList<Change>();
    for (var entry : touched.entrySet())
      if (!same(FileState.of(entry.getKey()), entry.getValue()))
        changes.addFirst(new Change(entry.getKey(), entry.getValue()));
    return changes;
  }

  /** What makes the planned files so, and puts back those that are not planned any more. */
  List<Change> to(List<Planned> files) throws IOException {
    var changes = new ArrayList<Change>();
    for (var planned : files)
      if (!same(FileState.of(planned.file()), Optional.of(planned.to())))
        changes.add(new Change(planned.file(), Optional.of(planned.to())));
    for (Path file : touched.keySet()) {
      boolean wanted = files.stream().anyMatch(p -> p.file().equals(file));
      if (!wanted && !same(FileState.of(file), of(file))) changes.add(new Change(file, of(file)));
    }
    return changes;
  }

  /** What is to be written down when the planned files are there. */
  Record record(String containerd, List<Planned> files) throws IOException {
    var all = new ArrayList<Record.Touched>();
    var folders = new ArrayList<>(record.map(Record::folders).orElse(List.of()));
    for (var planned : files) {
      all.add(
          new Record.Touched(
              planned.file(), of(planned.file()), planned.to().digest(), planned.pieces()));
      Transaction.missing(FileState.folder(planned.file()), folders);
    }
    for (Path folder : List.of(site.home(), site.run())) Transaction.missing(folder, folders);
    return new Record(containerd, all, folders);
  }

  private static boolean same(Optional<FileState> one, Optional<FileState> other) {
    return one.isPresent() && other.isPresent()
        ? one.get().sameAs(other.get())
        : one.isEmpty() && other.isEmpty();
  }
}
