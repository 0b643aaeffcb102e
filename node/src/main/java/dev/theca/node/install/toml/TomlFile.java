package dev.theca.node.install.toml;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.toml.Toml;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A TOML 1.0 document that somebody else owns: where its tables and keys stand, and its text as it
 * is. Values are kept as they are written, so floats and dates pass. Elements of an array of tables
 * have a part {@code [0]}, {@code [1]} in their paths. Never throws on bad input; it does not judge
 * what values mean, the program that owns the file does.
 */
public record TomlFile(String text, List<Header> headers, List<Pair> pairs) {
  private static final int MAX_CHARS = 1 << 20;

  /** What a value looks like. */
  enum Kind {
    PLAIN,
    ARRAY,
    INLINE
  }

  /** From the first character to the one behind the last. */
  record Span(int from, int to) {}

  /** {@code [path]} or {@code [[path]]}; from its line's start to the next line's start. */
  record Header(List<String> path, boolean array, int line, int end) {}

  /** A key; {@code table} parts of its path come from the header above it. */
  record Pair(
      List<String> path, int table, Kind kind, Span value, List<Span> items, int line, int end) {}

  /** Reads a document; refuses what is no TOML, what sets a key twice, and more than 1 Mi. */
  public static Outcome<TomlFile> parse(String text) {
    if (text.length() > MAX_CHARS)
      return refused("at most " + MAX_CHARS + " characters", text.length() + " characters");
    try {
      return Outcome.granted(new TomlScanner(text).document());
    } catch (TomlScanner.Malformed e) {
      return refused("TOML 1.0", String.valueOf(e.getMessage()));
    }
  }

  private static <T> Outcome<T> refused(String expected, String found) {
    return Outcome.refused(Code.of("bad-toml"), "document", expected, found, "correct the file");
  }

  /** Every key and its value as written. */
  public Map<List<String>, String> values() {
    var values = new LinkedHashMap<List<String>, String>();
    for (Pair pair : pairs) values.put(pair.path(), raw(pair));
    return values;
  }

  /** The value of a key as written. */
  public Optional<String> raw(List<String> path) {
    return pair(path).map(this::raw);
  }

  /** The value of a key as a string, if it is one. */
  public Optional<String> string(List<String> path) {
    return raw(path).flatMap(TomlFile::read).flatMap(v -> v.string("v"));
  }

  /** The strings of a key that holds an array of strings. */
  public Optional<List<String>> strings(List<String> path) {
    Optional<List<JsonValue>> items = raw(path).flatMap(TomlFile::read).flatMap(v -> v.array("v"));
    return items.map(
        all ->
            all.stream()
                .filter(JsonString.class::isInstance)
                .map(v -> ((JsonString) v).value())
                .toList());
  }

  private static Optional<JsonObject> read(String raw) {
    var read = Toml.parse("v = " + raw);
    return read.isGranted() ? Optional.of(read.orThrow()) : Optional.empty();
  }

  /** Whether the document has this table, by a header or as part of a longer one. */
  public boolean hasTable(List<String> path) {
    return headers.stream().anyMatch(h -> startsWith(h.path(), path))
        || pairs.stream()
            .anyMatch(p -> p.path().size() > path.size() && startsWith(p.path(), path));
  }

  /** Whether nothing is set here but keys with these names at the top. */
  public boolean hasOnly(List<String> names) {
    return headers.isEmpty()
        && pairs.stream()
            .allMatch(p -> p.path().size() == 1 && names.contains(p.path().getFirst()));
  }

  Optional<Pair> pair(List<String> path) {
    return pairs.stream().filter(p -> p.path().equals(path)).findFirst();
  }

  Optional<Header> header(List<String> path) {
    return headers.stream().filter(h -> h.path().equals(path)).findFirst();
  }

  String raw(Pair pair) {
    return text.substring(pair.value().from(), pair.value().to());
  }

  String raw(Span span) {
    return text.substring(span.from(), span.to());
  }

  static boolean startsWith(List<String> path, List<String> start) {
    return path.size() >= start.size() && path.subList(0, start.size()).equals(start);
  }
}
