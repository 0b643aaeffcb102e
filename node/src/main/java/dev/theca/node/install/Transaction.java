package dev.theca.node.install;

import dev.theca.wire.Digest;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Several files changed as one: a journal with the states before and after is on disk before the
 * first of them changes, and stays until the change is settled. Whoever comes after a crash rolls
 * back. A file that is neither as before nor as we left it belongs to somebody else by now: it is
 * left alone and named.
 */
final class Transaction {
  private static final String JOURNAL = "journal.json";

  private record Entry(Path file, Optional<FileState> before, Optional<Digest> after) {}

  private final Path home;
  private final Steps steps;
  private final List<Entry> entries;
  private final List<Path> folders;

  private Transaction(Path home, Steps steps, List<Entry> entries, List<Path> folders) {
    this.home = home;
    this.steps = steps;
    this.entries = entries;
    this.folders = folders;
  }

  /** Writes the journal and makes the changes; {@link #settle} or {@link #rollBack} must follow. */
  static Transaction make(Path home, List<Change> changes, Steps steps) throws IOException {
    var entries = new ArrayList<Entry>();
    var folders = new ArrayList<Path>();
    for (Change change : changes) {
      entries.add(
          new Entry(
              change.file(), FileState.of(change.file()), change.to().map(FileState::digest)));
      missing(FileState.folder(change.file()), folders);
    }
    var transaction = new Transaction(home, steps, entries, folders);
    transaction.write();
    for (Change change : changes) {
      steps.reached("write " + change.file());
      if (change.to().isPresent()) change.to().get().put(change.file());
      else FileState.remove(change.file());
    }
    return transaction;
  }

  /** The one that a crash left; empty when there is none. */
  static Optional<Transaction> left(Path home) throws IOException {
    Path journal = home.resolve(JOURNAL);
    if (!Files.exists(journal)) return Optional.empty();
    var json = Json.object(Files.readAllBytes(journal)).orThrow();
    var entries = new ArrayList<Entry>();
    for (JsonValue item : json.requireArray("files").orThrow()) {
      var file = (JsonObject) item;
      Path path = Path.of(file.requireString("path").orThrow());
      Optional<FileState> before =
          file.object("before").isPresent()
              ? Optional.of(image(home, entries.size(), file.object("before").get()))
              : Optional.empty();
      entries.add(
          new Entry(path, before, file.string("after").map(d -> Digest.parse(d).orThrow())));
    }
    var folders = json.requireStrings("folders").orThrow().stream().map(Path::of).toList();
    return Optional.of(new Transaction(home, Steps.unseen(), entries, folders));
  }

  private static FileState image(Path home, int number, JsonObject json) throws IOException {
    return new FileState(
        Files.readAllBytes(image(home, number)),
        json.requireInteger("mode").orThrow().intValue(),
        json.requireInteger("uid").orThrow().intValue(),
        json.requireInteger("gid").orThrow().intValue());
  }

  private static Path image(Path home, int number) {
    return home.resolve("before-" + number);
  }

  private void write() throws IOException {
    var files = new ArrayList<JsonValue>();
    for (int i = 0; i < entries.size(); i++) {
      var entry = entries.get(i);
      var json = JsonObject.builder().put("path", entry.file().toString());
      if (entry.before().isPresent()) {
        var before = entry.before().get();
        steps.reached("keep " + entry.file());
        FileState.ours(before.content(), 0600).put(image(home, i));
        json.put(
            "before",
            JsonObject.builder()
                .put("mode", before.mode())
                .put("uid", before.uid())
                .put("gid", before.gid())
                .build());
      }
      entry.after().ifPresent(after -> json.put("after", after.toString()));
      files.add(json.build());
    }
    var journal =
        JsonObject.builder()
            .put("files", new JsonArray(files))
            .put("folders", JsonArray.strings(folders.stream().map(Path::toString).toList()))
            .build();
    steps.reached("journal");
    FileState.ours(Json.pretty(journal).getBytes(StandardCharsets.UTF_8), 0600)
        .put(home.resolve(JOURNAL));
  }

  /** The change holds: folders that it emptied go, then the journal, which is no longer needed. */
  void settle(List<Path> emptied) throws IOException {
    steps.reached("tidy");
    removeEmpty(emptied);
    steps.reached("settle");
    FileState.remove(home.resolve(JOURNAL));
    steps.reached("forget");
    forget(home);
  }

  /** Removes images that no journal names any more, and our folders when nothing else is there. */
  static void forget(Path home) throws IOException {
    if (Files.isDirectory(home)) {
      try (var files = Files.newDirectoryStream(home, "{before-,.}*")) {
        for (Path file : files) Files.delete(file);
      }
    }
    removeEmpty(List.of(FileState.folder(home), home));
  }

  /** Puts everything back as it was; the files that somebody else changed meanwhile. */
  List<Path> rollBack() throws IOException {
    var foreign = new ArrayList<Path>();
    for (Entry entry : entries.reversed()) {
      Files.deleteIfExists(FileState.beside(entry.file()));
      var now = FileState.of(entry.file());
      boolean before = now.map(FileState::digest).equals(entry.before().map(FileState::digest));
      if (before) continue;
      if (!now.map(FileState::digest).equals(entry.after())) {
        foreign.add(entry.file());
      } else if (entry.before().isPresent()) {
        entry.before().get().put(entry.file());
      } else {
        FileState.remove(entry.file());
      }
    }
    settle(folders);
    return foreign;
  }

  /** Folders that must be made for something to stand in this one, the outermost first. */
  static void missing(Path folder, List<Path> into) {
    if (Files.isDirectory(folder) || into.contains(folder)) return;
    Path parent = folder.getParent();
    if (parent != null) missing(parent, into);
    into.add(folder);
  }

  /** Removes folders that we made, as far as nothing is in them. */
  static void removeEmpty(List<Path> folders) throws IOException {
    for (Path folder : folders.reversed()) {
      try {
        Files.deleteIfExists(folder);
      } catch (DirectoryNotEmptyException e) {
        continue; // somebody else's files; or our own state, which goes last
      }
    }
  }
}
