package dev.theca.node.install.toml;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds where tables and keys of a TOML 1.0 document stand, without reading what the values mean:
 * dates and floats pass through. One walk over the text, bounded depth; a refusal names its line.
 */
final class TomlScanner {
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String message) {
      super(message);
    }
  }

  private static final int MAX_DEPTH = 16;
  private static final int MAX_PARTS = 32;
  private static final String BARE = "_-+.:";

  private final String text;
  private final List<TomlFile.Header> headers = new ArrayList<>();
  private final List<TomlFile.Pair> pairs = new ArrayList<>();
  private final Set<List<String>> taken = new HashSet<>();
  private int at;
  private int line;

  TomlScanner(String text) {
    this.text = text;
  }

  TomlFile document() throws Malformed {
    List<String> table = List.of();
    var counts = new java.util.HashMap<List<String>, Integer>();
    for (blank(); at < text.length(); blank()) {
      if (peek('[')) table = header(counts);
      else pair(table);
    }
    return new TomlFile(text, List.copyOf(headers), List.copyOf(pairs));
  }

  Malformed malformed(String message) {
    long number =
        text.substring(0, Math.min(at, text.length())).chars().filter(c -> c == '\n').count();
    return new Malformed("line " + (number + 1) + ": " + message);
  }

  private List<String> header(java.util.Map<List<String>, Integer> counts) throws Malformed {
    int start = line;
    at++;
    boolean array = take('[');
    space();
    var written = key();
    need(']');
    if (array) need(']');
    var path = new ArrayList<String>();
    for (String name : written.subList(0, written.size() - 1)) {
      path.add(name);
      Integer last = counts.get(path);
      if (last != null) path.add("[" + last + "]");
    }
    path.add(written.getLast());
    if (array) {
      int index = counts.merge(List.copyOf(path), 0, (old, none) -> old + 1);
      path.add("[" + index + "]");
    }
    if (!taken.add(List.copyOf(path))) throw malformed("table " + written + " is defined twice");
    endOfLine();
    headers.add(new TomlFile.Header(List.copyOf(path), array, start, at));
    return List.copyOf(path);
  }

  private void pair(List<String> table) throws Malformed {
    int start = line;
    var path = new ArrayList<>(table);
    path.addAll(key());
    if (!taken.add(List.copyOf(path))) throw malformed("key " + path.getLast() + " is set twice");
    need('=');
    space();
    int from = at;
    var items = new ArrayList<TomlFile.Span>();
    TomlFile.Kind kind = value(0, items);
    int to = at;
    endOfLine();
    pairs.add(
        new TomlFile.Pair(
            List.copyOf(path),
            table.size(),
            kind,
            new TomlFile.Span(from, to),
            List.copyOf(items),
            start,
            at));
  }

  private TomlFile.Kind value(int depth, List<TomlFile.Span> items) throws Malformed {
    if (depth > MAX_DEPTH) throw malformed("nesting deeper than " + MAX_DEPTH);
    if (peek('"') || peek('\'')) {
      String _ = string(true);
      return TomlFile.Kind.PLAIN;
    }
    if (take('[')) {
      array(depth, items);
      return TomlFile.Kind.ARRAY;
    }
    if (take('{')) {
      inline(depth);
      return TomlFile.Kind.INLINE;
    }
    word();
    return TomlFile.Kind.PLAIN;
  }

  private void array(int depth, List<TomlFile.Span> items) throws Malformed {
    for (blank(); !take(']'); blank()) {
      int from = at;
      TomlFile.Kind _ = value(depth + 1, new ArrayList<>());
      items.add(new TomlFile.Span(from, at));
      blank();
      if (take(',')) continue;
      need(']');
      return;
    }
  }

  private void inline(int depth) throws Malformed {
    space();
    if (take('}')) return;
    do {
      space();
      List<String> _ = key();
      need('=');
      space();
      TomlFile.Kind _ = value(depth + 1, new ArrayList<>());
      space();
    } while (take(','));
    need('}');
  }

  /** A number, a truth value or a date; a date and its time may have one space between them. */
  private void word() throws Malformed {
    int from = at;
    while (at < text.length() && isBare(text.charAt(at))) at++;
    if (at == from) throw malformed("expected a value");
    boolean date = at - from == 10 && text.charAt(from + 4) == '-';
    if (date && peek(' ') && at + 1 < text.length() && isDigit(text.charAt(at + 1))) {
      at++;
      while (at < text.length() && isBare(text.charAt(at))) at++;
    }
  }

  private List<String> key() throws Malformed {
    var path = new ArrayList<String>();
    do {
      space();
      path.add(peek('"') || peek('\'') ? string(false) : bareKey());
      if (path.size() > MAX_PARTS) throw malformed("a key of more than " + MAX_PARTS + " parts");
      space();
    } while (take('.'));
    return path;
  }

  private String bareKey() throws Malformed {
    int from = at;
    while (at < text.length()
        && (isLetter(text.charAt(at))
            || isDigit(text.charAt(at))
            || "_-".indexOf(text.charAt(at)) >= 0)) at++;
    if (from == at) throw malformed("expected a key");
    return text.substring(from, at);
  }

  /** Passes a string; its text without the quotes, escapes as they are written. */
  private String string(boolean many) throws Malformed {
    char quote = text.charAt(at);
    String three = String.valueOf(quote).repeat(3);
    if (text.startsWith(three, at)) {
      if (!many) throw malformed("a key is no multi-line string");
      return lines(three, quote);
    }
    int from = ++at;
    while (!peek(quote)) {
      if (at >= text.length() || peek('\n')) throw malformed("a string without its end");
      at += quote == '"' && peek('\\') ? 2 : 1;
    }
    String inside = text.substring(from, at++);
    if (!many && inside.indexOf('\\') >= 0) throw malformed("a key with escapes");
    return inside;
  }

  private String lines(String three, char quote) throws Malformed {
    int from = at += 3;
    while (!text.startsWith(three, at)) {
      if (at >= text.length()) throw malformed("a string without its end");
      at += quote == '"' && peek('\\') ? 2 : 1;
    }
    int to = at;
    at += 3;
    for (int i = 0; i < 2 && peek(quote); i++) at++;
    return text.substring(from, Math.min(to, text.length()));
  }

  private void blank() throws Malformed {
    while (true) {
      space();
      if (peek('#')) comment();
      if (!newline()) return;
    }
  }

  private void endOfLine() throws Malformed {
    space();
    if (peek('#')) comment();
    if (at < text.length() && !newline()) throw malformed("expected the line's end");
  }

  private boolean newline() throws Malformed {
    if (peek('\r')) {
      at++;
      if (!peek('\n')) throw malformed("a carriage return alone");
    }
    if (!take('\n')) return false;
    line = at;
    return true;
  }

  private void comment() {
    while (at < text.length() && !peek('\n') && !text.startsWith("\r\n", at)) at++;
  }

  private void space() {
    while (peek(' ') || peek('\t')) at++;
  }

  private boolean peek(char c) {
    return at < text.length() && text.charAt(at) == c;
  }

  private boolean take(char c) {
    if (!peek(c)) return false;
    at++;
    return true;
  }

  private void need(char c) throws Malformed {
    if (!take(c)) throw malformed("expected '" + c + "'");
  }

  private static boolean isBare(char c) {
    return isLetter(c) || isDigit(c) || BARE.indexOf(c) >= 0;
  }

  private static boolean isLetter(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
