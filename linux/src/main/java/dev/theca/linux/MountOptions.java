package dev.theca.linux;

import static java.util.Map.entry;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Mount options as mount(8) writes them, sorted into what mount(2) wants: flags of the first call,
 * propagation (MS_PRIVATE, MS_SLAVE, MS_SHARED, MS_UNBINDABLE, each maybe with MS_REC) for calls of
 * its own, and everything that is no flag as data. Later words win over earlier ones. Whether the
 * file system knows a word of the data is not judged here.
 */
public record MountOptions(long flags, List<Long> propagation, List<String> words) {
  private static final long RELATIME = 1 << 21;
  private static final long STRICTATIME = 1 << 24;

  private static final Map<String, Long> SET =
      Map.ofEntries(
          entry("ro", Mounts.MS_RDONLY),
          entry("nosuid", Mounts.MS_NOSUID),
          entry("nodev", Mounts.MS_NODEV),
          entry("noexec", Mounts.MS_NOEXEC),
          entry("sync", 16L),
          entry("remount", Mounts.MS_REMOUNT),
          entry("mand", 64L),
          entry("dirsync", 128L),
          entry("noatime", 1024L),
          entry("nodiratime", 2048L),
          entry("bind", Mounts.MS_BIND),
          entry("rec", Mounts.MS_REC),
          entry("rbind", Mounts.MS_BIND | Mounts.MS_REC),
          entry("relatime", RELATIME),
          entry("strictatime", STRICTATIME),
          entry("defaults", 0L));

  private static final Map<String, Long> CLEAR =
      Map.ofEntries(
          entry("rw", Mounts.MS_RDONLY),
          entry("suid", Mounts.MS_NOSUID),
          entry("dev", Mounts.MS_NODEV),
          entry("exec", Mounts.MS_NOEXEC),
          entry("async", 16L),
          entry("nomand", 64L),
          entry("atime", 1024L),
          entry("diratime", 2048L),
          entry("norelatime", RELATIME),
          entry("nostrictatime", STRICTATIME));

  private static final Map<String, Long> PROPAGATION =
      Map.ofEntries(
          entry("private", Mounts.MS_PRIVATE),
          entry("slave", Mounts.MS_SLAVE),
          entry("shared", Mounts.MS_SHARED),
          entry("unbindable", Mounts.MS_UNBINDABLE),
          entry("rprivate", Mounts.MS_REC | Mounts.MS_PRIVATE),
          entry("rslave", Mounts.MS_REC | Mounts.MS_SLAVE),
          entry("rshared", Mounts.MS_REC | Mounts.MS_SHARED),
          entry("runbindable", Mounts.MS_REC | Mounts.MS_UNBINDABLE));

  public MountOptions {
    propagation = List.copyOf(propagation);
    words = List.copyOf(words);
  }

  public static MountOptions of(List<String> options) {
    long flags = 0;
    var propagation = new ArrayList<Long>();
    var words = new ArrayList<String>();
    for (String option : options) {
      if (SET.containsKey(option)) flags |= SET.getOrDefault(option, 0L);
      else if (CLEAR.containsKey(option)) flags &= ~CLEAR.getOrDefault(option, 0L);
      else if (PROPAGATION.containsKey(option))
        propagation.add(PROPAGATION.getOrDefault(option, 0L));
      else words.add(option);
    }
    return new MountOptions(flags, propagation, words);
  }

  public boolean bind() {
    return (flags & Mounts.MS_BIND) != 0;
  }

  public boolean recursive() {
    return (flags & Mounts.MS_REC) != 0;
  }

  /** The data of mount(2). */
  public String data() {
    return String.join(",", words);
  }

  /** Bytes of the data; mount(2) silently cuts more than a page with its NUL. */
  public int dataBytes() {
    return data().getBytes(StandardCharsets.UTF_8).length;
  }
}
