package dev.theca.node.install;

import dev.theca.node.install.toml.TomlEdit;
import dev.theca.node.install.toml.TomlFile;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a touched file is without us: exactly as it was, when it is still as we left it; else what
 * it is now without our pieces.
 */
final class Removal {
  private final List<String> notes;

  /** Notes are told what could not simply be put back. */
  Removal(List<String> notes) {
    this.notes = notes;
  }

  Outcome<Optional<FileState>> of(Record.Touched touched) throws IOException {
    Path file = touched.file();
    var now = FileState.of(file);
    if (now.isEmpty()) {
      if (touched.before().isPresent()) notes.add(file + " was removed by somebody else");
      return Outcome.granted(Optional.empty());
    }
    if (now.get().digest().equals(touched.after())) return Outcome.granted(touched.before());
    if (touched.before().filter(now.get()::sameAs).isPresent())
      return Outcome.granted(touched.before()); // somebody has put it back already
    notes.add(file + " was changed by somebody else since; only what is ours was taken out");
    if (touched.pieces().isEmpty()) return Outcome.granted(changedWhole(touched, now.get()));
    return pieces(touched, now.get());
  }

  /** A program or unit of ours goes; a configuration that a person has changed stays. */
  private Optional<FileState> changedWhole(Record.Touched touched, FileState now) {
    boolean settings = touched.file().toString().endsWith(".toml");
    return settings || touched.before().isPresent() ? Optional.of(now) : Optional.empty();
  }

  private static Outcome<Optional<FileState>> pieces(Record.Touched touched, FileState now) {
    Outcome<TomlFile> file = TomlFile.parse(new String(now.content(), StandardCharsets.UTF_8));
    file = file.then(f -> TomlEdit.withoutLines(f, Stanzas.LAST, Stanzas.LAST));
    file = file.then(f -> TomlEdit.withoutLines(f, Stanzas.FIRST, Stanzas.FIRST));
    for (Piece piece : touched.pieces().reversed()) file = file.then(piece::takenFrom);
    boolean made = touched.before().isEmpty();
    return file.map(
        f ->
            made && f.hasOnly(List.of("version"))
                ? Optional.empty()
                : Optional.of(now.with(f.text().getBytes(StandardCharsets.UTF_8))));
  }
}
