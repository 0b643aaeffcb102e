package dev.theca.registry.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The body of one request, by its length or in chunks (RFC 9112 section 7.1). Ends exactly where
 * the body ends; a connection that ends before is a fault. Asks for the body with 100 when the peer
 * waits for that.
 */
final class RequestBody extends InputStream {
  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int MAX_LINE = 256;
  private static final int MAX_TRAILER = 4096;

  private final InputStream in;
  private final OutputStream out;
  private final boolean chunked;
  private boolean awaited;
  private boolean chunkOpen;
  private boolean done;
  private boolean broken;
  private long left;
  private long received;

  RequestBody(InputStream in, OutputStream out, RequestHead head) throws BadRequestException {
    this.in = in;
    this.out = out;
    long length = head.bodyLength();
    this.chunked = length == RequestHead.CHUNKED;
    this.left = chunked ? 0 : length;
    this.done = length == 0;
    var expect = head.field("expect");
    if (expect.isPresent() && !expect.get().equalsIgnoreCase("100-continue"))
      throw new BadRequestException(417, "an expectation other than 100-continue");
    this.awaited = expect.isPresent();
  }

  /** Whether the peer went away, or sent what is no body. */
  boolean broken() {
    return broken;
  }

  /** What was read of it, in bytes. */
  long received() {
    return received;
  }

  /** Whether all of it was read. */
  boolean ended() {
    return done;
  }

  /** Whether the peer waits for 100 and has sent nothing. */
  boolean unasked() {
    return awaited;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    try {
      return next(into, offset, length);
    } catch (IOException e) {
      broken = true;
      throw e;
    }
  }

  private int next(byte[] into, int offset, int length) throws IOException {
    if (done) return -1;
    if (length == 0) return 0;
    if (awaited) {
      awaited = false;
      out.write(CONTINUE);
      out.flush();
    }
    if (chunked && left == 0 && !nextChunk()) return -1;
    int n = in.read(into, offset, (int) Math.min(length, left));
    if (n < 0) throw new EOFException("the connection ended inside of a body");
    left -= n;
    received += n;
    if (!chunked && left == 0) done = true;
    return n;
  }

  private boolean nextChunk() throws IOException {
    if (chunkOpen && !new Lines(in, MAX_LINE).next().isEmpty())
      throw new BadRequestException(400, "a chunk that does not end where it said");
    chunkOpen = true;
    String line = new Lines(in, MAX_LINE).next();
    int end = line.indexOf(';');
    String size = (end < 0 ? line : line.substring(0, end)).strip();
    if (!size.matches("[0-9a-fA-F]{1,15}"))
      throw new BadRequestException(400, "a chunk without a size");
    left = Long.parseLong(size, 16);
    if (left > 0) return true;
    var trailer = new Lines(in, MAX_TRAILER);
    while (!trailer.next().isEmpty()) {
      continue; // trailer fields mean nothing here
    }
    done = true;
    return false;
  }
}
