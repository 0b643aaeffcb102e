package dev.theca.linux.fuse;

import dev.theca.linux.Cpus;
import dev.theca.linux.DetachedMount;
import dev.theca.linux.Fd;
import dev.theca.linux.IoUring;
import dev.theca.linux.LinuxException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What this machine offers to a file-system server. Mounts nothing that anybody could see.
 *
 * @param device why {@code /dev/fuse} cannot be used; empty when it can
 * @param minor of the kernel's FUSE protocol, version 7; empty without the right to mount
 * @param ring why requests would not come over io_uring; empty when they would
 * @param maxPages pages of 4096 bytes in the largest request; empty on kernels that do not say
 * @param readAhead whether read-ahead of a mount can be set
 */
public record FuseProbe(
    Optional<String> device,
    OptionalInt minor,
    Optional<String> ring,
    OptionalInt maxPages,
    boolean readAhead) {
  private static final Path ENABLE = Path.of("/sys/module/fuse/parameters/enable_uring");
  private static final Path MAX_PAGES = Path.of("/proc/sys/fs/fuse/max_pages_limit");
  private static final Path BDI = Path.of("/sys/class/bdi");
  private static final int BUFFER = 8192;
  private static final int MINOR = 44;

  /** Looks, without side effects. */
  public static FuseProbe look() {
    return new FuseProbe(noDevice(), spoken(), noRing(), pages(), readAheadCanBeSet());
  }

  private static Optional<String> noDevice() {
    try (var _ = Fd.open(Path.of("/dev/fuse"), Fd.O_RDWR)) {
      return Optional.empty();
    } catch (LinuxException e) {
      return Optional.of(reason(e));
    }
  }

  private static String reason(LinuxException e) {
    return String.valueOf(e.getMessage());
  }

  /** The kernel says its version in the first request of a mount that nobody sees. */
  private static OptionalInt spoken() {
    try (var fd = Fd.open(Path.of("/dev/fuse"), Fd.O_RDWR | Fd.O_NONBLOCK);
        var _ =
            DetachedMount.of(
                "fuse",
                Map.of(
                    "fd",
                    Integer.toString(fd.number()),
                    "rootmode",
                    "40000",
                    "user_id",
                    "0",
                    "group_id",
                    "0"))) {
      var init = ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
      int n = fd.read(init);
      return n < MINOR + 4 ? OptionalInt.empty() : OptionalInt.of(init.getInt(MINOR));
    } catch (LinuxException e) {
      return OptionalInt.empty();
    }
  }

  private static Optional<String> noRing() {
    if (!Files.exists(ENABLE))
      return Optional.of("this kernel has no FUSE over io_uring; it comes with Linux 6.14");
    try {
      if (!Files.readString(ENABLE).startsWith("Y"))
        return Optional.of("it is switched off; write Y to " + ENABLE + " as root");
    } catch (IOException e) {
      return Optional.of("cannot read " + ENABLE + ": " + e.getMessage());
    }
    if (Cpus.possible().isEmpty())
      return Optional.of("/sys/devices/system/cpu/possible cannot be read");
    try (var _ = IoUring.open(1)) {
      return Optional.empty();
    } catch (LinuxException e) {
      return Optional.of(reason(e));
    }
  }

  private static OptionalInt pages() {
    try {
      return OptionalInt.of(Integer.parseInt(Files.readString(MAX_PAGES).strip()));
    } catch (IOException | NumberFormatException e) {
      return OptionalInt.empty();
    }
  }

  private static boolean readAheadCanBeSet() {
    try (var devices = Files.list(BDI)) {
      return devices.map(d -> d.resolve("read_ahead_kb")).anyMatch(Files::isWritable);
    } catch (IOException e) {
      return false;
    }
  }
}
