package dev.theca.rego.builtin.crypto;

import java.util.Optional;

/** An address of mail (RFC 2821, section 4.1.2). */
record Mailbox(String local, String domain) {
  private static final String ATOM = "!#$%&'*+-/=?^_`{|}~.";

  static Optional<Mailbox> parse(String text) {
    var local = new StringBuilder();
    int at = text.startsWith("\"") ? quoted(text, local) : plain(text, local);
    if (at < 0 || at >= text.length() || text.charAt(at) != '@') return Optional.empty();
    String domain = text.substring(at + 1);
    return Domains.labels(domain).map(_ -> new Mailbox(local.toString(), domain));
  }

  /** Where the quoted part ends, -1 where it is malformed. */
  private static int quoted(String text, StringBuilder local) {
    for (int i = 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') return i + 1;
      if (c == '\\') {
        i++;
        if (i == text.length()) return -1;
        c = text.charAt(i);
      }
      if (c == 0 || c == '\n' || c == '\r' || c > 127) return -1;
      local.append(c);
    }
    return -1;
  }

  private static int plain(String text, StringBuilder local) {
    int i = 0;
    for (; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
        if (i == text.length()) return -1;
        local.append(text.charAt(i));
        continue;
      }
      boolean atom =
          c >= '0' && c <= '9'
              || c >= 'a' && c <= 'z'
              || c >= 'A' && c <= 'Z'
              || ATOM.indexOf(c) >= 0;
      if (!atom) break;
      local.append(c);
    }
    boolean dots =
        local.isEmpty()
            || local.charAt(0) == '.'
            || local.charAt(local.length() - 1) == '.'
            || local.indexOf("..") >= 0;
    return dots ? -1 : i;
  }
}
