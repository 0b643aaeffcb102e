package dev.theca.rego.builtin.crypto;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Names of hosts, and whether one matches another. */
final class Domains {
  private Domains() {}

  /** The labels from the last to the first; empty where the name is malformed. */
  static Optional<List<String>> labels(String domain) {
    var labels = new ArrayList<String>();
    if (domain.isEmpty()) return Optional.of(labels);
    for (String label : domain.split("\\.", -1)) {
      if (label.isEmpty()) return Optional.empty();
      for (int i = 0; i < label.length(); i++)
        if (label.charAt(i) < 33 || label.charAt(i) > 126) return Optional.empty();
      labels.addFirst(label);
    }
    return Optional.of(labels);
  }

  /** Whether a constraint can be one; a dot before it asks for at least one more label. */
  static boolean isConstraint(String constraint) {
    return labels(constraint.startsWith(".") ? constraint.substring(1) : constraint).isPresent()
        && !constraint.equals(".");
  }

  /** Whether the name is in the domain; an empty domain has every name. */
  static boolean within(String name, String constraint) {
    if (constraint.isEmpty()) return true;
    boolean more = constraint.startsWith(".");
    var inner = labels(name);
    var outer = labels(more ? constraint.substring(1) : constraint);
    if (inner.isEmpty() || outer.isEmpty()) return false;
    int left = inner.get().size() - outer.get().size();
    if (left < 0 || more && left == 0) return false;
    for (int i = 0; i < outer.get().size(); i++)
      if (!outer.get().get(i).equalsIgnoreCase(inner.get().get(i))) return false;
    return true;
  }

  /** Whether one of the patterns, which may begin with the label {@code *}, is the host. */
  static boolean anyMatches(List<String> patterns, String host) {
    String name = lower(host);
    boolean valid = isHost(name, false);
    for (String pattern : patterns) {
      boolean fits =
          valid && isHost(pattern, true) ? matches(lower(pattern), name) : exact(pattern, name);
      if (fits) return true;
    }
    return false;
  }

  private static boolean exact(String pattern, String name) {
    boolean some = !pattern.isEmpty() && !pattern.equals(".") && !name.isEmpty();
    return some && !name.equals(".") && lower(pattern).equals(name);
  }

  private static boolean matches(String pattern, String host) {
    String[] wanted = pattern.split("\\.", -1);
    String[] found =
        (host.endsWith(".") ? host.substring(0, host.length() - 1) : host).split("\\.", -1);
    if (wanted.length != found.length) return false;
    for (int i = 0; i < wanted.length; i++)
      if (!(i == 0 && wanted[0].equals("*")) && !wanted[i].equals(found[i])) return false;
    return true;
  }

  private static boolean isHost(String text, boolean pattern) {
    String host = !pattern && text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    if (host.isEmpty()) return false;
    String[] labels = host.split("\\.", -1);
    for (int i = 0; i < labels.length; i++) {
      if (pattern && i == 0 && labels[0].equals("*")) continue;
      if (!isLabel(labels[i])) return false;
    }
    return true;
  }

  private static boolean isLabel(String label) {
    for (int i = 0; i < label.length(); i++) {
      char c = label.charAt(i);
      boolean fits =
          c >= 'a' && c <= 'z'
              || c >= 'A' && c <= 'Z'
              || c >= '0' && c <= '9'
              || c == '-' && i > 0
              || c == '_';
      if (!fits) return false;
    }
    return !label.isEmpty();
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
