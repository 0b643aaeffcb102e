package dev.theca.wire.grpc;

import dev.theca.wire.rpc.RpcStatus;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** Messages with their lengths before them, out of data that comes in any pieces. */
final class Messages {
  private static final int PREFIX = 5;

  private final int max;
  private byte[] buffer = {};
  private int count;

  /** A message has at most {@code max} bytes. */
  Messages(int max) {
    this.max = max;
  }

  /** A message as it travels. */
  static byte[] prefixed(byte[] message) {
    return ByteBuffer.allocate(PREFIX + message.length)
        .put((byte) 0)
        .putInt(message.length)
        .put(message)
        .array();
  }

  /** Takes a piece; the beginning of a message that is not taken ends in {@link GrpcException}. */
  void add(byte[] piece) {
    if (count + piece.length > buffer.length)
      buffer = Arrays.copyOf(buffer, Math.max(count + piece.length, 2 * buffer.length));
    System.arraycopy(piece, 0, buffer, count, piece.length);
    count += piece.length;
    if (count >= PREFIX) check();
  }

  private void check() {
    if (buffer[0] != 0)
      throw new GrpcException(RpcStatus.UNIMPLEMENTED, "messages are not taken compressed");
    long length = Integer.toUnsignedLong(ByteBuffer.wrap(buffer).getInt(1));
    if (length > max)
      throw new GrpcException(
          RpcStatus.RESOURCE_EXHAUSTED,
          "a message of " + length + " bytes, at most " + max + " are taken");
  }

  /** The next message that has come whole. */
  Optional<byte[]> next() {
    if (count < PREFIX) return Optional.empty();
    check();
    int end = PREFIX + ByteBuffer.wrap(buffer).getInt(1);
    if (count < end) return Optional.empty();
    byte[] message = Arrays.copyOfRange(buffer, PREFIX, end);
    buffer = Arrays.copyOfRange(buffer, end, count);
    count = buffer.length;
    return Optional.of(message);
  }

  /** Bytes of what is not yet taken out. */
  int size() {
    return count;
  }
}
