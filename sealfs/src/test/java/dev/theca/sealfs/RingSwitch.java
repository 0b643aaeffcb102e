package dev.theca.sealfs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Holds the machine's switch for FUSE over io_uring in one position, alone among the processes that
 * ask so, and puts it back. Where there is none, or no right to turn it, all stays as it is.
 */
record RingSwitch(Optional<FileChannel> held, String before) implements AutoCloseable {
  private static final Path SWITCH = Path.of("/sys/module/fuse/parameters/enable_uring");

  static RingSwitch turn(boolean on) throws IOException {
    if (!Files.isWritable(SWITCH)) return new RingSwitch(Optional.empty(), "");
    var channel = FileChannel.open(SWITCH, StandardOpenOption.WRITE);
    var unused = channel.lock();
    String before = Files.readString(SWITCH).strip();
    write(channel, on ? "Y" : "N");
    return new RingSwitch(Optional.of(channel), before);
  }

  private static void write(FileChannel channel, String value) throws IOException {
    int unused = channel.write(ByteBuffer.wrap(value.getBytes(StandardCharsets.US_ASCII)), 0);
  }

  @Override
  public void close() throws IOException {
    if (held.isEmpty()) return;
    try (var channel = held.get()) {
      write(channel, before);
    }
  }
}
