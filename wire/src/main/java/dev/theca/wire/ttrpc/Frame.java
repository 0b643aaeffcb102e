package dev.theca.wire.ttrpc;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/**
 * A ttRPC frame: u32 BE length of data, u32 BE stream id, u8 type, u8 flags, data (containerd/ttrpc
 * PROTOCOL.md). A frame whose data exceeds 4 MiB is read and dropped, {@code tooLong} says so.
 */
record Frame(int stream, byte type, byte[] data, boolean tooLong) {
  static final byte REQUEST = 1;
  static final byte RESPONSE = 2;
  static final int MAX_DATA = 4 << 20;

  /** The next frame; null at an orderly end of the connection. */
  static @org.jspecify.annotations.Nullable Frame read(ReadableByteChannel in) throws IOException {
    var header = ByteBuffer.allocate(10);
    int first = in.read(header);
    if (first < 0) return null;
    fill(in, header);
    header.flip();
    long length = Integer.toUnsignedLong(header.getInt());
    int stream = header.getInt();
    byte type = header.get();
    if (length > MAX_DATA) {
      drop(in, length);
      return new Frame(stream, type, new byte[0], true);
    }
    var data = ByteBuffer.allocate((int) length);
    fill(in, data);
    return new Frame(stream, type, data.array(), false);
  }

  static void write(WritableByteChannel out, int stream, byte type, byte[] data)
      throws IOException {
    var whole = ByteBuffer.allocate(10 + data.length);
    whole.putInt(data.length).putInt(stream).put(type).put((byte) 0).put(data).flip();
    while (whole.hasRemaining()) {
      int unused = out.write(whole);
    }
  }

  private static void fill(ReadableByteChannel in, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (in.read(buffer) < 0) throw new EOFException("the connection ended inside a frame");
    }
  }

  private static void drop(ReadableByteChannel in, long length) throws IOException {
    var sink = ByteBuffer.allocate(1 << 16);
    for (long left = length; left > 0; ) {
      sink.clear().limit((int) Math.min(sink.capacity(), left));
      int n = in.read(sink);
      if (n < 0) throw new EOFException("the connection ended inside a frame");
      left -= n;
    }
  }
}
