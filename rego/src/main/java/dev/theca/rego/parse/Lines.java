package dev.theca.rego.parse;

import dev.theca.rego.ast.Module;
import dev.theca.wire.Refusal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The texts of policies, for the line that a refusal is about; immutable. Says nothing of files
 * that share their name: it could be the line of the other.
 */
public final class Lines {
  private static final int SHOWN = 120;
  private static final Pattern PLACE = Pattern.compile("(.*):([0-9]+):[0-9]+", Pattern.DOTALL);

  private final Map<String, String> texts;

  private Lines(Map<String, String> texts) {
    this.texts = texts;
  }

  /** Those of files. */
  public static Lines of(List<Module> modules) {
    var texts = new HashMap<String, String>();
    for (Module module : modules) texts.merge(module.at().file(), module.text(), (_, _) -> "");
    return new Lines(texts);
  }

  /** Those of a query too. */
  public Lines with(String name, String text) {
    var all = new HashMap<>(texts);
    all.merge(name, text, (_, _) -> "");
    return new Lines(all);
  }

  /** The refusals, each with its line behind what to do, where it has a place in a text. */
  public List<Refusal> shown(List<Refusal> refusals) {
    return refusals.stream().map(this::shown).toList();
  }

  /** The refusal with its line behind what to do, where it has a place in a text. */
  public Refusal shown(Refusal refusal) {
    var place = PLACE.matcher(refusal.what());
    if (!place.matches()) return refusal;
    String line = line(texts.getOrDefault(place.group(1), ""), Integer.parseInt(place.group(2)));
    if (line.isEmpty()) return refusal;
    return new Refusal(
        refusal.code(),
        refusal.what(),
        refusal.expected(),
        refusal.found(),
        refusal.next() + ": " + line);
  }

  /** One line of a text, from 1, as {@link Tokens} counts them; the beginning of a long one. */
  static String line(String text, int number) {
    int from = 0;
    for (int i = 1; i < number; i++) {
      from = text.indexOf('\n', from) + 1;
      if (from == 0) return "";
    }
    int end = text.indexOf('\n', from);
    String line = text.substring(from, end < 0 ? text.length() : end).strip();
    return line.length() > SHOWN ? line.substring(0, SHOWN) + "..." : line;
  }
}
