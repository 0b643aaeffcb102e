package dev.theca.wire.kbs;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The pod that a request comes from, so that whoever asks why it was refused finds it by a name
 * that people know. It is the host's word, handed on by the agent in the header {@value #HEADER}:
 * nothing proves it, nothing may be decided by it. Written {@code NAMESPACE/NAME UID}, the UID
 * perhaps missing; names as Kubernetes has them (RFC 1123).
 *
 * @param uid empty text where nobody said it
 */
public record PodName(String namespace, String name, String uid) {
  /** The header of requests to a broker. */
  public static final String HEADER = "Theca-Pod";

  private static final int MAX = 63 + 1 + 253 + 1 + 64;
  private static final Pattern UID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{7,63}");
  private static final Pattern PATH =
      Pattern.compile(
          "([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)/([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)");

  /** What a text names; empty where it is of another form. */
  public static Optional<PodName> parse(String text) {
    if (text.length() > MAX) return Optional.empty();
    int space = text.indexOf(' ');
    String uid = space < 0 ? "" : text.substring(space + 1);
    Matcher path = PATH.matcher(space < 0 ? text : text.substring(0, space));
    if (!path.matches() || space >= 0 && !isUid(uid)) return Optional.empty();
    return Optional.of(new PodName(path.group(1), path.group(2), uid));
  }

  /** Whether a text may be a pod's UID: 8 to 64 letters, digits and hyphens. */
  public static boolean isUid(String text) {
    return UID.matcher(text).matches();
  }

  /** {@code NAMESPACE/NAME}. */
  public String path() {
    return namespace + "/" + name;
  }

  /** What {@link #parse} reads. */
  @Override
  public String toString() {
    return uid.isEmpty() ? path() : path() + " " + uid;
  }
}
