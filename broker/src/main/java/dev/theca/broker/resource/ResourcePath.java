package dev.theca.broker.resource;

import dev.theca.wire.Outcome;
import dev.theca.wire.kbs.Kbs;

/**
 * {@code tenant/type/tag}: checked, so that nothing else comes near SQL or a context of sealing.
 * Contexts are unambiguous because no segment has a slash.
 */
record ResourcePath(String text) {
  static Outcome<ResourcePath> parse(String text) {
    if (Kbs.isResourcePath(text)) return Outcome.granted(new ResourcePath(text));
    String printable = text.substring(0, Math.min(text.length(), 80)).replaceAll("[^ -~]", "?");
    return Outcome.refused(
        ResourceCode.RESOURCE_PATH_MALFORMED,
        "resource path",
        "tenant/type/tag of letters, digits, _ - and inner dots, at most 512 characters",
        "'" + printable + "' of " + text.length() + " characters",
        "name the resource as kbs:///tenant/type/tag does");
  }

  /** Whether a text can be a tenant: a first segment. */
  static boolean isTenant(String text) {
    return text.length() <= 256 && text.indexOf('/') < 0 && Kbs.isResourcePath(text + "/a/b");
  }

  String tenant() {
    return text.substring(0, text.indexOf('/'));
  }

  String context(long version) {
    return "resource/" + text + "/" + version;
  }
}
