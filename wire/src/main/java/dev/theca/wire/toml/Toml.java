package dev.theca.wire.toml;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;

/**
 * Reads TOML 1.0 as our configurations and init data use it: tables, arrays of tables, dotted and
 * quoted keys, all four kinds of strings, integers, booleans, arrays, inline tables, comments.
 * Dates and floats are refused, not guessed. A key is set once. The result is JSON, because that is
 * what everything else here reads. Never throws on bad input.
 */
public final class Toml {
  static final int MAX_CHARS = 1 << 20;

  private Toml() {}

  public static Outcome<JsonObject> parse(String text) {
    if (text.length() > MAX_CHARS)
      return refused("at most " + MAX_CHARS + " characters", text.length() + "");
    try {
      return Outcome.granted(new TomlParser(text).document());
    } catch (TomlParser.Malformed e) {
      return refused("TOML 1.0", String.valueOf(e.getMessage()));
    }
  }

  private static <T> Outcome<T> refused(String expected, String found) {
    return Outcome.refused(Code.of("bad-toml"), "document", expected, found, "correct the file");
  }
}
