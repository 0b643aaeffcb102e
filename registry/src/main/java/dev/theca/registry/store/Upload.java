package dev.theca.registry.store;

import dev.theca.wire.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bytes that arrive in one or several requests. They are hashed on the way; only an upload that
 * survived a restart, or one with another algorithm, is read again at its end. What arrived before
 * a connection broke stays, so that the peer can go on from there. One request at a time: the
 * others are told so by {@link #begin}.
 */
public final class Upload {
  private static final int BLOCK = 256 << 10;

  private final String id;
  private final Path file;
  private final ReentrantLock lock = new ReentrantLock();
  private final MessageDigest sha256 = Digest.hasher("sha256");
  private boolean hashed;
  private boolean ended;
  private volatile long size;
  private volatile Instant used;

  Upload(String id, Path file, long size, Instant used) {
    this.id = id;
    this.file = file;
    this.size = size;
    this.hashed = size == 0;
    this.used = used;
  }

  public String id() {
    return id;
  }

  /** What has arrived, in bytes. */
  public long size() {
    return size;
  }

  Instant used() {
    return used;
  }

  /** Takes the upload for one request; false while another has it, or when it is over. */
  public boolean begin(Instant now) {
    if (!lock.tryLock()) return false;
    if (ended) {
      lock.unlock();
      return false;
    }
    used = now;
    return true;
  }

  public void end() {
    lock.unlock();
  }

  /** Takes all bytes of a stream, at most {@code max} in the whole upload; false if more come. */
  public boolean append(InputStream in, long max) throws IOException {
    byte[] block = new byte[BLOCK];
    try (var out = FileChannel.open(file, StandardOpenOption.WRITE)) {
      out.position(size);
      for (int n; (n = fill(in, block)) > 0; ) {
        if (size + n > max) return false;
        var left = ByteBuffer.wrap(block, 0, n);
        while (left.hasRemaining()) out.write(left);
        if (hashed) sha256.update(block, 0, n);
        size += n;
        if (n < block.length) break;
      }
      return true;
    }
  }

  /** A whole block where the stream has one; what came before a fault is kept by the next call. */
  private int fill(InputStream in, byte[] block) throws IOException {
    int n = 0;
    while (n < block.length) {
      int more = read(in, block, n);
      if (more < 0) break;
      n += more;
    }
    return n;
  }

  private int read(InputStream in, byte[] block, int n) throws IOException {
    try {
      return in.read(block, n, block.length - n);
    } catch (IOException e) {
      keep(block, n);
      throw e;
    }
  }

  private void keep(byte[] block, int n) throws IOException {
    try (var out = FileChannel.open(file, StandardOpenOption.WRITE)) {
      var left = ByteBuffer.wrap(block, 0, n);
      for (long at = size; left.hasRemaining(); ) at += out.write(left, at);
    }
    if (hashed) sha256.update(block, 0, n);
    size += n;
  }

  Digest digest(String algorithm) throws IOException {
    if (hashed && algorithm.equals("sha256")) {
      hashed = false; // the hasher begins anew
      return Digest.finish(algorithm, sha256);
    }
    var hasher = Digest.hasher(algorithm);
    byte[] block = new byte[BLOCK];
    try (var in = Files.newInputStream(file)) {
      for (int n; (n = in.read(block)) > 0; ) hasher.update(block, 0, n);
    }
    return Digest.finish(algorithm, hasher);
  }

  /** The file with all of its bytes on the disk; the upload is over. */
  Path complete() throws IOException {
    ended = true;
    try (var out = FileChannel.open(file, StandardOpenOption.WRITE)) {
      out.force(true);
    }
    return file;
  }

  void discard() throws IOException {
    ended = true;
    Files.deleteIfExists(file);
  }
}
