package dev.theca.linux.fuse;

import dev.theca.linux.DeviceNumber;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The processes of this machine that serve a mount, as {@code /proc} tells of them. */
public final class FuseServers {
  private static final String CONNECTION = "fuse_connection:";

  private FuseServers() {}

  /**
   * The processes that hold a descriptor of the mount with this device number (proc_pid_fdinfo(5)).
   * Empty also where the kernel does not say, or when they are not ours to look at.
   */
  public static List<Long> of(DeviceNumber mount) {
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return processes
          .map(path -> String.valueOf(path.getFileName()))
          .filter(name -> name.chars().allMatch(c -> c >= '0' && c <= '9'))
          .map(Long::parseLong)
          .filter(pid -> serves(pid, mount))
          .toList();
    } catch (IOException e) {
      return List.of(); // no /proc
    }
  }

  /** Whether a process still has files open; one that ended has none, collected or not. */
  public static boolean lives(long pid) {
    try (Stream<Path> open = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      return open.findAny().isPresent();
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean serves(long pid, DeviceNumber mount) {
    try (Stream<Path> open = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      return open.anyMatch(fd -> isOf(fd, mount));
    } catch (IOException e) {
      return false; // it ended, or is not ours
    }
  }

  private static boolean isOf(Path fd, DeviceNumber mount) {
    try {
      if (!Files.readSymbolicLink(fd).equals(Path.of("/dev/fuse"))) return false;
      Path info = fd.resolveSibling("../fdinfo").resolve(fd.getFileName());
      return Files.readString(info)
          .lines()
          .filter(line -> line.startsWith(CONNECTION))
          .map(line -> line.substring(CONNECTION.length()).strip())
          .anyMatch(String.valueOf(mount.minor())::equals);
    } catch (IOException e) {
      return false; // closed meanwhile
    }
  }
}
