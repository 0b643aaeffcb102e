package dev.theca.wire.http2;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads frames (RFC 9113 §4, §6): sizes and stream numbers are right by the RFC, padding is gone,
 * and a header block comes whole. What the frames mean is not looked at. Nothing is read ahead.
 */
public final class FrameIn {
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int MAX_BLOCK = 64 << 10;
  private static final int MAX_PIECES = 32;

  private final ReadableByteChannel in;

  public FrameIn(ReadableByteChannel in) {
    this.in = in;
  }

  /** What every client says first (§3.4). */
  public static byte[] preface() {
    return PREFACE.clone();
  }

  /** Reads the client's preface; false at an orderly end before its first byte. */
  public boolean readPreface() throws IOException {
    Optional<byte[]> found = bytes(PREFACE.length);
    if (found.isEmpty()) return false;
    if (!Arrays.equals(found.get(), PREFACE))
      throw Http2Exception.protocol("the connection does not begin as HTTP/2 with prior knowledge");
    return true;
  }

  /** The next frame; empty at an orderly end of the connection. */
  public Optional<Frame> next() throws IOException {
    Optional<Frame> raw = raw();
    if (raw.isEmpty()) return raw;
    Frame frame = raw.get();
    check(frame);
    return Optional.of(
        switch (frame.type()) {
          case Frame.DATA -> unpadded(frame, 0);
          case Frame.HEADERS -> whole(unpadded(frame, frame.has(Frame.PRIORITISED) ? 5 : 0));
          default -> frame;
        });
  }

  private Optional<Frame> raw() throws IOException {
    Optional<byte[]> read = bytes(Frame.HEAD);
    if (read.isEmpty()) return Optional.empty();
    var head = ByteBuffer.wrap(read.get());
    int length = (head.getShort() & 0xFFFF) << 8 | (head.get() & 0xFF);
    int type = head.get() & 0xFF;
    int flags = head.get() & 0xFF;
    int stream = head.getInt() & 0x7FFF_FFFF;
    if (length > Frame.MAX_PAYLOAD)
      throw new Http2Exception(
          ErrorCode.FRAME_SIZE_ERROR, "a frame of " + length + " bytes, at most 16384 are agreed");
    byte[] payload =
        bytes(length).orElseThrow(() -> new EOFException("the connection ended inside a frame"));
    return Optional.of(new Frame(type, flags, stream, payload, length));
  }

  private static void check(Frame frame) throws Http2Exception {
    int size = frame.size();
    switch (frame.type()) {
      case Frame.DATA, Frame.HEADERS -> stream(frame, true);
      case Frame.PRIORITY -> {
        stream(frame, true);
        size(frame, size == 5);
      }
      case Frame.RST_STREAM -> {
        stream(frame, true);
        size(frame, size == 4);
      }
      case Frame.SETTINGS -> {
        stream(frame, false);
        size(frame, frame.has(Frame.ACK) ? size == 0 : size % 6 == 0);
      }
      case Frame.PING -> {
        stream(frame, false);
        size(frame, size == 8);
      }
      case Frame.GOAWAY -> {
        stream(frame, false);
        size(frame, size >= 8);
      }
      case Frame.WINDOW_UPDATE -> size(frame, size == 4);
      case Frame.PUSH_PROMISE -> throw Http2Exception.protocol("a push that nobody allowed");
      case Frame.CONTINUATION -> throw Http2Exception.protocol("a continuation of no header block");
      default -> {} // RFC 9113 §4.1: unknown types are ignored
    }
  }

  private static void stream(Frame frame, boolean wanted) throws Http2Exception {
    if ((frame.stream() != 0) != wanted)
      throw Http2Exception.protocol(
          "a frame of type " + frame.type() + " on stream " + frame.stream());
  }

  private static void size(Frame frame, boolean right) throws Http2Exception {
    if (!right)
      throw new Http2Exception(
          ErrorCode.FRAME_SIZE_ERROR,
          "a frame of type " + frame.type() + " with " + frame.size() + " bytes");
  }

  private static Frame unpadded(Frame frame, int skipped) throws Http2Exception {
    byte[] all = frame.payload();
    int from = skipped;
    int padding = 0;
    if (frame.has(Frame.PADDED)) {
      if (all.length == 0) size(frame, false);
      padding = all[0] & 0xFF;
      from++;
    }
    if (from + padding > all.length)
      throw Http2Exception.protocol("padding of " + padding + " bytes in a frame of " + all.length);
    if (from == 0 && padding == 0) return frame;
    byte[] rest = Arrays.copyOfRange(all, from, all.length - padding);
    return new Frame(frame.type(), frame.flags(), frame.stream(), rest, frame.size());
  }

  /** Nothing else may come between the pieces of a header block (§6.10). */
  private Frame whole(Frame first) throws IOException {
    if (first.has(Frame.END_HEADERS)) return first;
    var block = new ByteArrayOutputStream();
    block.writeBytes(first.payload());
    for (int pieces = 0; pieces < MAX_PIECES; pieces++) {
      Frame next = raw().orElseThrow(() -> new EOFException("the connection ended in a block"));
      if (next.type() != Frame.CONTINUATION || next.stream() != first.stream())
        throw Http2Exception.protocol("a frame of type " + next.type() + " inside a header block");
      block.writeBytes(next.payload());
      if (block.size() > MAX_BLOCK) break;
      if (next.has(Frame.END_HEADERS))
        return new Frame(
            first.type(),
            first.flags() | Frame.END_HEADERS,
            first.stream(),
            block.toByteArray(),
            first.size());
    }
    throw new Http2Exception(ErrorCode.ENHANCE_YOUR_CALM, "a header block without end");
  }

  private Optional<byte[]> bytes(int count) throws IOException {
    var buffer = ByteBuffer.allocate(count);
    while (buffer.hasRemaining()) {
      if (in.read(buffer) >= 0) continue;
      if (buffer.position() == 0) return Optional.empty();
      throw new EOFException("the connection ended inside a frame");
    }
    return Optional.of(buffer.array());
  }
}
