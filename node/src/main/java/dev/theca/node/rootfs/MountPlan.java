package dev.theca.node.rootfs;

import dev.theca.linux.IdMap;
import dev.theca.linux.MountOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A mount after its options were read: what the kernel gets, and what we do ourselves. {@code
 * uidmap=} and {@code gidmap=} are words between containerd and us and never reach the kernel.
 */
record MountPlan(RootfsMount mount, MountOptions options, Optional<Owners> owners) {
  private static final String UID_MAP = "uidmap=";
  private static final String GID_MAP = "gidmap=";

  /** How owners on the disk are to be seen. */
  record Owners(IdMap users, IdMap groups) {}

  /** Reads the options; {@link RootfsException} says what cannot be done. */
  static MountPlan of(RootfsMount mount) {
    Optional<IdMap> users = Optional.empty();
    Optional<IdMap> groups = Optional.empty();
    var rest = new ArrayList<String>();
    for (String option : mount.options()) {
      if (option.startsWith(UID_MAP)) users = Optional.of(map(mount, option, UID_MAP));
      else if (option.startsWith(GID_MAP)) groups = Optional.of(map(mount, option, GID_MAP));
      else rest.add(checked(mount, option));
    }
    checkNames(mount);
    if (users.isPresent() != groups.isPresent())
      throw refused(mount, "has only one of uidmap= and gidmap=; both are needed");
    var owners =
        users.isPresent() && groups.isPresent()
            ? Optional.of(new Owners(users.get(), groups.get()))
            : Optional.<Owners>empty();
    return new MountPlan(mount, MountOptions.of(List.copyOf(rest)), owners);
  }

  private static IdMap map(RootfsMount mount, String option, String name) {
    try {
      return IdMap.parse(option.substring(name.length()));
    } catch (IllegalArgumentException e) {
      throw refused(mount, "has the option " + option + ": " + e.getMessage());
    }
  }

  private static String checked(RootfsMount mount, String option) {
    if (option.equals("loop") || option.startsWith("loop="))
      throw refused(
          mount, "wants a loop device, which is not done here; mount the image file beforehand");
    if (option.startsWith("X-containerd."))
      throw refused(mount, "has the option " + option + ", which this version does not know");
    if (option.indexOf('\0') >= 0) throw refused(mount, "has an option with a NUL");
    return option;
  }

  private static void checkNames(RootfsMount mount) {
    for (String name : List.of(mount.type(), mount.source(), mount.target()))
      if (name.indexOf('\0') >= 0) throw refused(mount, "has a name with a NUL");
  }

  boolean overlay() {
    return mount.type().equals("overlay");
  }

  static RootfsException refused(RootfsMount mount, String words) {
    return new RootfsException(named(mount) + " " + words);
  }

  /** How messages name a mount. */
  static String named(RootfsMount mount) {
    return "the rootfs mount of type \"" + mount.type() + "\" from " + mount.source();
  }
}
