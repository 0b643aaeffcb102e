package dev.theca.node.snapshot;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * containerd's filters over {@code name}, {@code parent}, {@code kind} and {@code labels.KEY}:
 * {@code FIELD==VALUE} and {@code FIELD!=VALUE} joined by commas, several filters meaning any of
 * them. containerd filters our answer once more, so whatever we do not understand (patterns, for
 * one) lets everything pass.
 */
final class Filters {
  private static final Predicate<Snapshot> ANY = snapshot -> true;

  private final String text;
  private int at;

  private Filters(String text) {
    this.text = text;
  }

  /** What no filter refuses. */
  static Predicate<Snapshot> of(List<String> filters) {
    if (filters.isEmpty()) return ANY;
    Predicate<Snapshot> any = snapshot -> false;
    for (String filter : filters) any = any.or(new Filters(filter).all().orElse(ANY));
    return any;
  }

  private Optional<Predicate<Snapshot>> all() {
    Predicate<Snapshot> all = ANY;
    if (text.isEmpty()) return Optional.of(all);
    while (true) {
      var one = one();
      if (one.isEmpty()) return one;
      all = all.and(one.get());
      if (at == text.length()) return Optional.of(all);
      if (text.charAt(at++) != ',') return Optional.empty();
    }
  }

  private Optional<Predicate<Snapshot>> one() {
    var field = field();
    if (field.isEmpty()) return Optional.empty();
    boolean equal = text.startsWith("==", at);
    boolean other = text.startsWith("!=", at);
    if (!equal && !other) return Optional.empty();
    at += 2;
    var wanted = value();
    if (wanted.isEmpty()) return Optional.empty();
    var path = field.get();
    String value = wanted.get();
    return Optional.of(snapshot -> equal == value(snapshot, path).map(value::equals).orElse(false));
  }

  private static Optional<String> value(Snapshot snapshot, List<String> path) {
    return switch (path.getFirst()) {
      case "name" -> Optional.of(snapshot.name());
      case "parent" -> Optional.of(snapshot.parent());
      case "kind" -> Optional.of(snapshot.kind().text);
      default ->
          Optional.ofNullable(
              snapshot.labels().get(String.join(".", path.subList(1, path.size()))));
    };
  }

  /** A path of names, quoted or not; empty when it is none of ours. */
  private Optional<List<String>> field() {
    var path = new ArrayList<String>();
    do {
      if (!path.isEmpty()) at++;
      int from = at;
      if (at < text.length() && text.charAt(at) == '"') {
        var part = quoted();
        if (part.isEmpty()) return Optional.empty();
        path.add(part.get());
        continue;
      }
      while (at < text.length() && plain(text.charAt(at))) at++;
      if (at == from) return Optional.empty();
      path.add(text.substring(from, at));
    } while (at < text.length() && text.charAt(at) == '.');
    boolean known =
        path.size() == 1
            ? List.of("name", "parent", "kind").contains(path.getFirst())
            : path.getFirst().equals("labels");
    return known ? Optional.of(path) : Optional.empty();
  }

  private static boolean plain(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_';
  }

  private Optional<String> value() {
    if (at < text.length() && text.charAt(at) == '"') return quoted();
    int from = at;
    while (at < text.length() && text.charAt(at) > ' ' && "\",|".indexOf(text.charAt(at)) < 0) at++;
    return at == from ? Optional.empty() : Optional.of(text.substring(from, at));
  }

  /** A quoted text; other escapes than those of quote and backslash are not understood. */
  private Optional<String> quoted() {
    var out = new StringBuilder();
    for (at++; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '"') {
        at++;
        return Optional.of(out.toString());
      }
      if (c == '\\') {
        at++;
        if (at == text.length() || "\\\"".indexOf(text.charAt(at)) < 0) return Optional.empty();
        c = text.charAt(at);
      }
      out.append(c);
    }
    return Optional.empty();
  }
}
