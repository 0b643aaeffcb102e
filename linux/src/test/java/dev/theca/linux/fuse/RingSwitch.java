package dev.theca.linux.fuse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Holds the machine's switch for FUSE over io_uring in one position, alone among the processes that
 * use this class, and puts it back.
 */
final class RingSwitch implements AutoCloseable {
  private static final Path SWITCH = Path.of("/sys/module/fuse/parameters/enable_uring");

  private final Optional<FileChannel> held;
  private final String before;

  private RingSwitch(Optional<FileChannel> held, String before) {
    this.held = held;
    this.before = before;
  }

  /** Where there is no switch, or no right to turn it, everything stays as it is. */
  static RingSwitch turn(boolean on) throws IOException {
    if (!Files.isWritable(SWITCH)) return new RingSwitch(Optional.empty(), "");
    var channel = FileChannel.open(SWITCH, StandardOpenOption.WRITE);
    try {
      var unused = channel.lock();
      String before = Files.readString(SWITCH).strip();
      write(channel, on ? "Y" : "N");
      return new RingSwitch(Optional.of(channel), before);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static void write(FileChannel channel, String value) throws IOException {
    int unused =
        channel.write(
            ByteBuffer.wrap(value.getBytes(java.nio.charset.StandardCharsets.US_ASCII)), 0);
  }

  @Override
  public void close() throws IOException {
    if (held.isEmpty()) return;
    try (var channel = held.get()) {
      write(channel, before);
    }
  }
}
