package dev.theca.image.remote;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One challenge of a WWW-Authenticate field (RFC 9110 section 11.6.1): the scheme in lower case and
 * its parameters, names in lower case. What cannot be read ends the list.
 */
record Challenge(String scheme, Map<String, String> parameters) {
  private static final int MAX_CHARS = 8 << 10;
  private static final int MAX_CHALLENGES = 16;

  String parameter(String name) {
    return parameters.getOrDefault(name, "");
  }

  static List<Challenge> parse(List<String> fields) {
    var out = new ArrayList<Challenge>();
    for (String field : fields) if (field.length() <= MAX_CHARS) new Reader(field, out).read();
    return List.copyOf(out);
  }

  private static final class Reader {
    private final String text;
    private final List<Challenge> out;
    private int at;

    Reader(String text, List<Challenge> out) {
      this.text = text;
      this.out = out;
    }

    void read() {
      while (skip(" \t,") && out.size() < MAX_CHALLENGES) {
        String scheme = token();
        if (scheme.isEmpty()) return;
        out.add(new Challenge(scheme, Map.copyOf(parameters())));
      }
    }

    /** Until a word that is no parameter's name: that is the next scheme. */
    private Map<String, String> parameters() {
      var found = new LinkedHashMap<String, String>();
      while (skip(" \t,")) {
        int start = at;
        String name = token();
        skip(" \t");
        if (name.isEmpty() || !take('=')) {
          at = name.isEmpty() ? text.length() : start;
          break;
        }
        skip(" \t");
        found.putIfAbsent(name, at < text.length() && text.charAt(at) == '"' ? quoted() : raw());
      }
      return found;
    }

    private String quoted() {
      var value = new StringBuilder();
      for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
        if (text.charAt(at) == '\\' && at + 1 < text.length()) at++;
        value.append(text.charAt(at));
      }
      at++;
      return value.toString();
    }

    private String token() {
      return raw().toLowerCase(Locale.ROOT);
    }

    private String raw() {
      int from = at;
      while (at < text.length() && " \t,=\"".indexOf(text.charAt(at)) < 0) at++;
      return text.substring(Math.min(from, text.length()), at);
    }

    private boolean take(char c) {
      if (at >= text.length() || text.charAt(at) != c) return false;
      at++;
      return true;
    }

    private boolean skip(String chars) {
      while (at < text.length() && chars.indexOf(text.charAt(at)) >= 0) at++;
      return at < text.length();
    }
  }
}
