package dev.theca.sealfs.gramine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/**
 * Bytes of a host file. Everything is read once into private memory and judged there: the host may
 * change it between two reads.
 */
interface HostBytes extends AutoCloseable {
  long length();

  /** Fills {@code into}; false when the file ends before. */
  boolean read(long offset, byte[] into, int from, int length);

  @Override
  void close();

  /** A file that is open. */
  record Channel(SeekableByteChannel channel) implements HostBytes {
    @Override
    public long length() {
      try {
        return channel.size();
      } catch (IOException e) {
        throw new PfException("cannot ask for the length of a protected file", e);
      }
    }

    @Override
    public boolean read(long offset, byte[] into, int from, int length) {
      var buffer = ByteBuffer.wrap(into, from, length);
      try {
        channel.position(offset);
        while (buffer.hasRemaining()) if (channel.read(buffer) < 0) return false;
        return true;
      } catch (IOException e) {
        throw new PfException("cannot read a protected file", e);
      }
    }

    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException e) {
        throw new PfException("cannot close a protected file", e);
      }
    }
  }
}
