package dev.theca.image.unpack;

import dev.theca.image.tar.Malformed;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decompresses gzip (RFC 1952), all members of it, in large steps: the JDK's own stream asks for
 * 512 bytes at a time unless told otherwise, and ends silently at what is no further member. Here
 * anything behind the last member is refused.
 */
final class GzipInput extends InputStream {
  private static final int FHCRC = 2;
  private static final int FEXTRA = 4;
  private static final int FNAME = 8;
  private static final int FCOMMENT = 16;
  private static final int RESERVED = 0xE0;
  private static final int MAX_HEADER = 1 << 17;

  private final InputStream in;
  private final byte[] input = new byte[1 << 16];
  private final Inflater inflater = new Inflater(true);
  private final CRC32 crc = new CRC32();
  private int at;
  private int end;
  private boolean inMember;
  private boolean members;

  GzipInput(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    if (length == 0) return 0;
    try {
      while (true) {
        if (!inMember && !begin()) return -1;
        int n = inflater.inflate(into, from, length);
        if (n > 0) {
          crc.update(into, from, n);
          return n;
        }
        if (inflater.finished()) finish();
        else if (inflater.needsDictionary()) throw new Malformed("gzip with a dictionary");
        else if (inflater.needsInput()) feed();
      }
    } catch (DataFormatException e) {
      throw new Malformed("not gzip: " + e.getMessage());
    }
  }

  private void feed() throws IOException {
    at = 0;
    end = Math.max(0, in.read(input, 0, input.length));
    if (end == 0) throw new Malformed("gzip that is cut off");
    inflater.setInput(input, 0, end);
  }

  /** Reads the head of a member; false at the end of all. */
  private boolean begin() throws IOException {
    if (at == end) {
      at = 0;
      end = Math.max(0, in.read(input, 0, input.length));
      if (end == 0) {
        if (!members) throw new Malformed("not gzip: nothing");
        return false;
      }
    }
    if (next() != 0x1F || next() != 0x8B)
      throw new Malformed(members ? "other bytes behind gzip" : "not gzip");
    if (next() != 8) throw new Malformed("gzip of an unknown method");
    int flags = next();
    if ((flags & RESERVED) != 0) throw new Malformed("gzip with unknown flags");
    skip(6);
    if ((flags & FEXTRA) != 0) skip(next() | next() << 8);
    if ((flags & FNAME) != 0) text();
    if ((flags & FCOMMENT) != 0) text();
    if ((flags & FHCRC) != 0) skip(2);
    inMember = members = true;
    inflater.reset();
    crc.reset();
    inflater.setInput(input, at, end - at);
    return true;
  }

  private void finish() throws IOException {
    at = end - inflater.getRemaining();
    long written = inflater.getBytesWritten();
    if (number() != crc.getValue() || number() != (written & 0xFFFF_FFFFL))
      throw new Malformed("gzip whose checksum is wrong");
    inMember = false;
  }

  private long number() throws IOException {
    return next() | next() << 8 | next() << 16 | (long) next() << 24;
  }

  private void text() throws IOException {
    for (int n = 0; next() != 0; n++)
      if (n > MAX_HEADER) throw new Malformed("gzip with an endless name");
  }

  private void skip(int bytes) throws IOException {
    for (int i = 0; i < bytes; i++) next();
  }

  private int next() throws IOException {
    if (at == end) {
      at = 0;
      end = Math.max(0, in.read(input, 0, input.length));
      if (end == 0) throw new Malformed("gzip that is cut off");
    }
    return input[at++] & 0xFF;
  }

  @Override
  public void close() {
    inflater.end();
  }
}
