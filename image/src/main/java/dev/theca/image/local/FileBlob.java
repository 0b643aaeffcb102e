package dev.theca.image.local;

import dev.theca.image.Blob;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A part of a file, read by position: several readers do not disturb each other. */
record FileBlob(Path file, long start, long size) implements Blob {
  @Override
  public InputStream from(long offset) throws IOException {
    if (offset < 0 || offset > size)
      throw new IllegalArgumentException("offset " + offset + " of " + size);
    return new Part(FileChannel.open(file, StandardOpenOption.READ), start + offset, size - offset);
  }

  private static final class Part extends InputStream {
    private final FileChannel channel;
    private long at;
    private long left;

    Part(FileChannel channel, long at, long left) {
      this.channel = channel;
      this.at = at;
      this.left = left;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      if (length == 0) return 0;
      if (left == 0) return -1;
      int n = channel.read(ByteBuffer.wrap(into, from, (int) Math.min(length, left)), at);
      if (n > 0) {
        at += n;
        left -= n;
      }
      return n;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
