package dev.theca.node.install;

import dev.theca.node.install.toml.TomlEdit;
import dev.theca.node.install.toml.TomlFile;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonBool;
import dev.theca.wire.json.JsonObject;
import java.util.List;
import java.util.Optional;

/** What we put into a TOML file, each with the way to take it out of a file that went on living. */
sealed interface Piece {
  /** A table with everything below it. */
  record Table(List<String> path) implements Piece {}

  /** A key that we set; the value before, as it was written, if there was one. */
  record Key(List<String> path, Optional<String> before, String after) implements Piece {}

  /** An element of an array; whether the array is ours too. */
  record Element(List<String> path, String raw, boolean made) implements Piece {}

  /** The file without this. What somebody else has changed since is theirs, and stays. */
  default Outcome<TomlFile> takenFrom(TomlFile file) {
    return switch (this) {
      case Table(var path) -> TomlEdit.without(file, List.of(path));
      case Key(var path, var before, var after) -> {
        if (!file.raw(path).equals(Optional.of(after))) yield Outcome.granted(file);
        yield before.isPresent()
            ? TomlEdit.set(file, path, before.get())
            : TomlEdit.unset(file, path);
      }
      case Element(var path, var raw, var made) ->
          TomlEdit.drop(file, path, raw)
              .then(
                  left ->
                      made && left.strings(path).equals(Optional.of(List.of()))
                          ? TomlEdit.unset(left, path)
                          : Outcome.granted(left));
    };
  }

  default JsonObject json() {
    return switch (this) {
      case Table(var path) -> JsonObject.builder().put("table", JsonArray.strings(path)).build();
      case Key(var path, var before, var after) -> {
        var json = JsonObject.builder().put("key", JsonArray.strings(path)).put("after", after);
        before.ifPresent(value -> json.put("before", value));
        yield json.build();
      }
      case Element(var path, var raw, var made) ->
          JsonObject.builder()
              .put("element", JsonArray.strings(path))
              .put("raw", raw)
              .put("made", new JsonBool(made))
              .build();
    };
  }

  static Piece of(JsonObject json) {
    var table = json.strings("table");
    if (table.isPresent()) return new Table(table.get());
    var key = json.strings("key");
    if (key.isPresent())
      return new Key(key.get(), json.string("before"), json.requireString("after").orThrow());
    return new Element(
        json.requireStrings("element").orThrow(),
        json.requireString("raw").orThrow(),
        json.requireBool("made").orThrow());
  }
}
