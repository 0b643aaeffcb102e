package dev.theca.broker.admin;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A path in the one form that rules are compared with: decoded, no empty, {@code .} or {@code ..}
 * segment, no trailing slash, and nothing that a second decoding would turn into one of these.
 * Whatever is not in that form is refused as a whole; it is never repaired here.
 */
final class PlainPath {
  private static final int MAX_CHARS = 4096;
  private static final Pattern TRICKS = Pattern.compile("[\\p{Cntrl}\\\\?#]|%[0-9A-Fa-f]{2}");

  private PlainPath() {}

  static Optional<List<String>> segments(String path) {
    if (path.length() > MAX_CHARS
        || !(path.startsWith("/kbs/v0/") || path.startsWith("/theca/v1/"))
        || TRICKS.matcher(path).find()) return Optional.empty();
    var segments = List.of(path.substring(1).split("/", -1));
    boolean plain =
        segments.stream().noneMatch(s -> s.isEmpty() || s.equals(".") || s.equals(".."));
    return plain ? Optional.of(segments) : Optional.empty();
  }
}
