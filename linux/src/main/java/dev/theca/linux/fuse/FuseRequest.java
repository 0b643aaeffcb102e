package dev.theca.linux.fuse;

import dev.theca.linux.Errno;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One request and the room for its answer, wherever a transport puts them; used again for the next.
 *
 * <p>On the device all of a request lies in a row, and so does all of an answer. On a ring the
 * headers have a buffer of their own, and names and data share theirs with the answer's body: names
 * are read before the body is written. Every length that the kernel gives is checked against the
 * buffers here.
 */
final class FuseRequest {
  static final int HEADER = 40;
  static final int ANSWER = 16;
  private static final int RING_FIXED = 128;
  private static final int RING_COMMIT = 264;
  private static final int RING_PAYLOAD = 272;
  private static final int RING_HEADER = 288;

  private final boolean ring;
  private final ByteBuffer head;
  private final ByteBuffer answer;
  private final ByteBuffer data;
  private final ByteBuffer body;
  private final int fixedAt;
  private int end;

  private FuseRequest(
      boolean ring, ByteBuffer head, ByteBuffer answer, ByteBuffer data, ByteBuffer body) {
    this.ring = ring;
    this.head = head;
    this.answer = answer;
    this.data = data;
    this.body = body;
    this.fixedAt = ring ? RING_FIXED : HEADER;
  }

  /** Of a device that reads into {@code in} and writes {@code out}. */
  static FuseRequest ofDevice(ByteBuffer in, ByteBuffer out) {
    return new FuseRequest(
        false,
        in.order(ByteOrder.LITTLE_ENDIAN),
        out.order(ByteOrder.LITTLE_ENDIAN),
        ordered(in.duplicate()),
        ordered(out.slice(ANSWER, out.capacity() - ANSWER)));
  }

  /** Of one entry of a ring ({@code struct fuse_uring_req_header}, payload). */
  static FuseRequest ofRing(ByteBuffer header, ByteBuffer payload) {
    if (header.capacity() < RING_HEADER) throw new IllegalArgumentException("header buffer");
    header.order(ByteOrder.LITTLE_ENDIAN);
    return new FuseRequest(
        true, header, header, ordered(payload.duplicate()), ordered(payload.duplicate()));
  }

  private static ByteBuffer ordered(ByteBuffer buffer) {
    return buffer.order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Takes what the device has put at the start of its buffer. False when it is too short or too
   * long to be a request; that cannot be answered.
   */
  boolean received(int bytes) {
    end = bytes;
    body.clear();
    answer.clear();
    return bytes >= HEADER && bytes <= head.capacity() && head.getInt(0) == bytes;
  }

  /** Takes what the kernel has put into a ring's entry; false when its size cannot be. */
  boolean received() {
    end = head.getInt(RING_PAYLOAD);
    body.clear();
    return end >= 0 && end <= data.capacity();
  }

  /** Prepares for an operation whose fixed part has this size. */
  void layout(int fixedSize) {
    int from = ring ? 0 : HEADER + fixedSize;
    if (from > end || fixedSize > RING_FIXED) throw new FuseException(Errno.EINVAL);
    data.limit(end).position(from);
  }

  int opcode() {
    return head.getInt(4);
  }

  long node() {
    return head.getLong(16);
  }

  FuseCaller caller() {
    return new FuseCaller(head.getInt(24), head.getInt(28), head.getInt(32));
  }

  /** From the fixed part. */
  int fixedInt(int at) {
    return head.getInt(fixedAt + at);
  }

  /** From the fixed part. */
  long fixedLong(int at) {
    return head.getLong(fixedAt + at);
  }

  /** An offset or length: never negative. */
  long fixedOffset(int at) {
    long value = fixedLong(at);
    if (value < 0) throw new FuseException(Errno.EINVAL);
    return value;
  }

  /** The next name of a directory's entry. */
  byte[] name() {
    byte[] name = text();
    if (name.length == 0) throw new FuseException(Errno.EINVAL);
    for (byte b : name) if (b == '/') throw new FuseException(Errno.EINVAL);
    return name;
  }

  /** The next bytes up to a NUL, which must be there. */
  byte[] text() {
    int from = data.position();
    int at = from;
    while (at < end && data.get(at) != 0) at++;
    if (at >= end) throw new FuseException(Errno.EINVAL);
    byte[] text = new byte[at - from];
    data.get(text).get();
    return text;
  }

  /** The next {@code size} bytes. */
  byte[] bytes(int size) {
    byte[] bytes = new byte[checked(size)];
    data.get(bytes);
    return bytes;
  }

  /** A view of the next {@code size} bytes, lent. */
  ByteBuffer view(int size) {
    return ordered(data.slice(data.position(), checked(size)));
  }

  private int checked(int size) {
    if (size < 0 || size > data.remaining()) throw new FuseException(Errno.EINVAL);
    return size;
  }

  /** What is left of the request. */
  ByteBuffer data() {
    return data;
  }

  /** Where the answer's body is written, from 0. */
  ByteBuffer body() {
    return body;
  }

  /** Says that the body is what was written to it, or an error (positive) and no body. */
  void answer(int error) {
    if (error != 0) body.clear();
    long unique = head.getLong(8);
    answer.putInt(0, ANSWER + body.position()).putInt(4, -error).putLong(8, unique);
    if (ring) answer.putInt(RING_PAYLOAD, body.position());
    else answer.limit(ANSWER + body.position()).position(0);
  }

  /** The number with which a ring's answer is handed back. */
  long commitId() {
    return head.getLong(RING_COMMIT);
  }
}
