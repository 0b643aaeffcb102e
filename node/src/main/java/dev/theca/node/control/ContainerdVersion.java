package dev.theca.node.control;

import java.util.regex.Pattern;

/**
 * Which reply to {@code start} a containerd understands (its version says so, nothing else does).
 */
final class ContainerdVersion {
  private static final Pattern MAJOR = Pattern.compile("v?([0-9]{1,4})\\..*", Pattern.DOTALL);
  private static final int JSON = 2;

  private ContainerdVersion() {}

  /** Task API 3 in JSON: from 2.0 on. A version that we cannot read takes the plain line. */
  static boolean takesVersion3(String version) {
    var match = MAJOR.matcher(version);
    return match.matches() && Integer.parseInt(match.group(1)) >= JSON;
  }
}
