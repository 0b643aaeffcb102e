package dev.theca.broker.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/**
 * Appends records to a file, one per line, on disk before {@link #deliver} returns. A full file is
 * renamed to {@code NAME.1}, that one to {@code NAME.2}, and the oldest goes. A line that a crash
 * left half written is cut off at the next start.
 */
public final class FileSink implements Sink {
  private final Path file;
  private final long maxBytes;
  private final int keptFiles;
  private FileChannel channel;

  public FileSink(Path file, long maxBytes, int keptFiles) throws IOException {
    this.file = file;
    this.maxBytes = maxBytes;
    this.keptFiles = keptFiles;
    channel = open(file);
    cutHalfLine(channel);
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file,
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.READ),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
  }

  private static void cutHalfLine(FileChannel channel) throws IOException {
    long end = channel.size();
    var one = ByteBuffer.allocate(1);
    while (end > 0) {
      one.clear();
      if (channel.read(one, end - 1) == 1 && one.get(0) == '\n') break;
      end--;
    }
    channel.truncate(end);
    channel.position(end);
  }

  @Override
  public synchronized void deliver(List<Line> records) throws IOException {
    for (Line record : records) {
      var bytes = ByteBuffer.wrap((record.text() + "\n").getBytes(StandardCharsets.UTF_8));
      if (channel.position() > 0 && channel.position() + bytes.remaining() > maxBytes) rotate();
      while (bytes.hasRemaining()) {
        int unused = channel.write(bytes);
      }
    }
    channel.force(true);
  }

  private void rotate() throws IOException {
    channel.force(true);
    channel.close();
    for (int i = keptFiles; i > 1; i--) {
      if (Files.exists(numbered(i - 1)))
        Files.move(numbered(i - 1), numbered(i), StandardCopyOption.REPLACE_EXISTING);
    }
    if (keptFiles > 0) Files.move(file, numbered(1), StandardCopyOption.REPLACE_EXISTING);
    else Files.delete(file);
    channel = open(file);
  }

  private Path numbered(int number) {
    return file.resolveSibling(file.getFileName() + "." + number);
  }

  @Override
  public synchronized void close() throws IOException {
    channel.close();
  }
}
