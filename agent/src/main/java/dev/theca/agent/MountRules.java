package dev.theca.agent;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.nodeagent.MountWish;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Mounts of the host in a container: what every runtime brings is taken, anything else only where
 * the policy names it. A host that mounts over a program or its configuration runs another program.
 */
final class MountRules {
  /** Kernel file systems by their type; a bind there would be the host's own tree. */
  private static final Set<String> KERNEL =
      Set.of(
          "/proc proc",
          "/dev tmpfs",
          "/dev/pts devpts",
          "/dev/shm tmpfs",
          "/dev/shm bind",
          "/dev/mqueue mqueue",
          "/sys sysfs",
          "/sys/fs/cgroup cgroup",
          "/sys/fs/cgroup cgroup2");

  private static final Set<String> FILES =
      Set.of(
          "/etc/hosts",
          "/etc/hostname",
          "/etc/resolv.conf",
          "/dev/termination-log",
          "/var/run/secrets/kubernetes.io/serviceaccount");

  private static final Pattern PLAIN = Pattern.compile("(/[^/\\p{Cntrl}]+)+");
  private static final Pattern DOTS = Pattern.compile(".*/\\.\\.?(/.*)?");

  private MountRules() {}

  static Outcome<Boolean> check(List<MountWish> mounts, ImageRules rules) {
    for (var mount : mounts) {
      String path = mount.destination();
      if (!PLAIN.matcher(path).matches() || DOTS.matcher(path).matches())
        return refused("a mount", "a plain absolute path", "'" + path + "'", "correct the pod");
      if (FILES.contains(path) || KERNEL.contains(path + " " + mount.type())) continue;
      if (!rules.mounts().names(path))
        return refused(
            "mount at " + path,
            rules.mounts().words().isEmpty()
                ? "none of the host's volumes"
                : "one of " + rules.mounts(),
            (mount.readOnly() ? "a read-only " : "a ") + mount.type() + " mount of the host",
            "remove the volume from the pod, or name its path in mounts of the workload policy");
    }
    return Outcome.granted(true);
  }

  private static Outcome<Boolean> refused(String what, String expected, String found, String next) {
    return Outcome.refused(Code.of("policy-mount"), what, expected, found, next);
  }
}
