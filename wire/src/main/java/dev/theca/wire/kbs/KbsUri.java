package dev.theca.wire.kbs;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;

/**
 * The name of a resource, {@code kbs:///repository/type/tag}; a host in it is ignored, as
 * everywhere in the field.
 */
public record KbsUri(String path) {
  public static Outcome<KbsUri> parse(String text) {
    String rest = text.startsWith("kbs://") ? text.substring(6) : "";
    int slash = rest.indexOf('/');
    String path = slash < 0 ? "" : rest.substring(slash + 1);
    if (!Kbs.isResourcePath(path)) {
      return Outcome.refused(
          Code.of("bad-kbs-uri"),
          "resource name",
          "kbs:///repository/type/tag",
          "'" + (text.length() > 200 ? text.substring(0, 200) : text) + "'",
          "correct the policy or init data");
    }
    return Outcome.granted(new KbsUri(path));
  }

  @Override
  public String toString() {
    return "kbs:///" + path;
  }
}
