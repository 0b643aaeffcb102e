package dev.theca.linux.fuse;

/** How requests of the kernel reach the server. */
public enum Transport {
  /** The ring where the kernel offers one, else the device. Only asked for, never running. */
  AUTO,
  /** read(2) and write(2) on {@code /dev/fuse}. */
  DEVICE,
  /** io_uring commands, one queue for each processor (Linux 6.14 and {@code fuse.enable_uring}). */
  RING
}
