package dev.theca.kit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Holds the machine's switch for FUSE over io_uring in one position, alone among the processes that
 * use this class, of whatever room, and puts it back.
 */
public final class RingSwitch implements AutoCloseable {
  private static final Path SWITCH = Path.of("/sys/module/fuse/parameters/enable_uring");

  /** A neighbour that nobody opens: a lock of a process ends when it closes the file anywhere. */
  private static final Path LOCK = Path.of("/sys/module/fuse/parameters/max_user_bgreq");

  private final Optional<FileChannel> held;
  private final String before;

  private RingSwitch(Optional<FileChannel> held, String before) {
    this.held = held;
    this.before = before;
  }

  /** Where there is no switch, or no right to turn it, everything stays as it is. */
  public static RingSwitch turn(boolean on) throws IOException {
    if (!Files.isWritable(SWITCH)) return new RingSwitch(Optional.empty(), "");
    var channel = FileChannel.open(LOCK, StandardOpenOption.WRITE);
    try {
      var unused = channel.lock();
      String before = Files.readString(SWITCH).strip();
      Files.writeString(SWITCH, on ? "Y" : "N");
      return new RingSwitch(Optional.of(channel), before);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Turns it on again, should somebody who does not use this class have turned it off. */
  public void insist() throws IOException {
    if (held.isPresent()) Files.writeString(SWITCH, "Y");
  }

  @Override
  public void close() throws IOException {
    if (held.isEmpty()) return;
    try (var _ = held.get()) {
      Files.writeString(SWITCH, before);
    }
  }
}
