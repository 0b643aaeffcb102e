package dev.theca.agent;

import dev.theca.sealfs.OnTamper;
import dev.theca.wire.kbs.KbsUri;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * A volume that stays when its container ends, as the owner's policy wants it.
 *
 * @param name for folder and anchor
 * @param path where the workload finds it
 * @param key a secret of the owner's at the broker: who has not got it opens no volume, whoever's
 *     agent they run
 * @param sizeMiB 0 for no bound but the host's
 * @param counter the broker remembers its state; otherwise the agent does, as long as it lives
 * @param strict fsync waits until the state is remembered
 * @param mode of a new volume's root
 * @param uid who owns a new volume's root; empty: the container's user
 */
record VolumeRule(
    String name,
    String path,
    KbsUri key,
    int sizeMiB,
    boolean counter,
    boolean strict,
    OnTamper onTamper,
    int mode,
    OptionalInt uid,
    OptionalInt gid) {
  static final int MAX_MIB = 16 << 20;

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
  private static final Pattern PATH = Pattern.compile("(/[^/\\p{Cntrl}]+)+");
  private static final Pattern TAKEN =
      Pattern.compile("/(proc|sys|dev|\\.theca)(/.*)?|.*/\\.\\.?(/.*)?");

  static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  static boolean isPath(String path) {
    return path.length() < 4096 && PATH.matcher(path).matches() && !TAKEN.matcher(path).matches();
  }

  boolean isNestedWith(String other) {
    return (path + "/").startsWith(other + "/") || (other + "/").startsWith(path + "/");
  }

  long sizeBytes() {
    return (long) sizeMiB << 20;
  }
}
