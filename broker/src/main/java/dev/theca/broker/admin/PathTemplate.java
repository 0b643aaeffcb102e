package dev.theca.broker.admin;

import dev.theca.wire.Outcome;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A path of the broker with holes, matched as a whole and case by case: {@code *} is one segment,
 * {@code **} at the end one segment or more, {@code {tenant}} one segment that is a tenant's name.
 * Everything else stands for itself.
 */
final class PathTemplate {
  private static final String TENANT = "{tenant}";
  private static final Pattern LITERAL = Pattern.compile("[A-Za-z0-9._:~@+-]+");

  private final List<String> segments;

  private PathTemplate(List<String> segments) {
    this.segments = segments;
  }

  static Outcome<PathTemplate> parse(String text) {
    if (!text.startsWith("/kbs/v0/") && !text.startsWith("/theca/v1/"))
      return refused("a path below /kbs/v0/ or /theca/v1/", text);
    var segments = List.of(text.substring(1).split("/", -1));
    for (int i = 0; i < segments.size(); i++) {
      String segment = segments.get(i);
      if (segment.equals("**")) {
        if (i < segments.size() - 1) return refused("** at the end only", text);
      } else if (segment.equals(".")
          || segment.equals("..")
          || !(segment.equals("*") || segment.equals(TENANT) || LITERAL.matcher(segment).matches()))
        return refused("segments of letters, digits and . _ : ~ @ + -, or *, **, {tenant}", text);
    }
    if (segments.stream().filter(TENANT::equals).count() > 1) return refused("{tenant} once", text);
    return Outcome.granted(new PathTemplate(segments));
  }

  /** Whether the path names a tenant; one that does not is out of reach for a bound grant. */
  boolean namesTenant() {
    return segments.contains(TENANT);
  }

  /**
   * The tenant that a matching path names, empty text where the template has none; empty when it
   * does not match.
   */
  Optional<String> match(List<String> path) {
    boolean open = segments.getLast().equals("**");
    int fixed = open ? segments.size() - 1 : segments.size();
    if (open ? path.size() <= fixed : path.size() != fixed) return Optional.empty();
    String tenant = "";
    for (int i = 0; i < fixed; i++) {
      String want = segments.get(i);
      String there = path.get(i);
      if (want.equals(TENANT)) {
        if (!Words.TENANT.matcher(there).matches()) return Optional.empty();
        tenant = there;
      } else if (!want.equals("*") && !want.equals(there)) return Optional.empty();
    }
    return Optional.of(tenant);
  }

  @Override
  public String toString() {
    return "/" + String.join("/", segments);
  }

  private static <T> Outcome<T> refused(String expected, String found) {
    return AdminCode.SETTINGS.refuse(
        "path template",
        expected,
        Words.shown(found),
        "write it like /kbs/v0/resource/{tenant}/**");
  }
}
