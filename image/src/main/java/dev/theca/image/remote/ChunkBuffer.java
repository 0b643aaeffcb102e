package dev.theca.image.remote;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Bytes that wait to be sent: segments that are made when they are needed and used again, up to one
 * chunk in all.
 */
final class ChunkBuffer {
  static final int SEGMENT_BYTES = 64 << 10;

  private final List<byte[]> segments = new ArrayList<>();
  private int limit;
  private int size;

  ChunkBuffer(int limit) {
    this.limit = limit;
  }

  /** A server may want larger chunks than we meant to send (OCI-Chunk-Min-Length). */
  void atLeast(int bytes) {
    limit = Math.max(limit, bytes);
  }

  int size() {
    return size;
  }

  boolean isFull() {
    return size >= limit;
  }

  /** Takes as many bytes as there is room for; how many these were. */
  int put(byte[] bytes, int from, int length) {
    int index = size / SEGMENT_BYTES;
    int at = size % SEGMENT_BYTES;
    if (index == segments.size()) segments.add(new byte[SEGMENT_BYTES]);
    int count = Math.min(Math.min(length, SEGMENT_BYTES - at), limit - size);
    System.arraycopy(bytes, from, segments.get(index), at, count);
    size += count;
    return count;
  }

  /** What is there from an offset on. */
  Payload from(int offset) {
    var parts = new ArrayList<byte[]>();
    for (int at = offset; at < size; ) {
      byte[] segment = segments.get(at / SEGMENT_BYTES);
      int start = at % SEGMENT_BYTES;
      int end = Math.min(SEGMENT_BYTES, start + size - at);
      parts.add(
          start == 0 && end == SEGMENT_BYTES ? segment : Arrays.copyOfRange(segment, start, end));
      at += end - start;
    }
    return new Payload(parts, size - offset);
  }

  void clear() {
    size = 0;
  }
}
