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
import java.util.Optional;
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
    // who begins in the middle does not hash: the blocks go to a digest that nobody asks
    try (var out = FileChannel.open(file, StandardOpenOption.WRITE);
        var disk = new Writeback(out);
        var hash = new BlockHash(hashed ? sha256 : Digest.hasher("sha256"))) {
      out.position(size);
      while (true) {
        var block = hash.next();
        var fault = fill(in, block);
        if (fault.isEmpty() && size + block.length > max) return false;
        var left = ByteBuffer.wrap(block.bytes, 0, block.length);
        while (left.hasRemaining()) out.write(left);
        boolean last = block.length < block.bytes.length;
        size += block.length;
        disk.wrote(block.length);
        hash.take(block); // the block is not ours from here on
        if (fault.isPresent()) throw fault.get();
        if (last) return true;
      }
    }
  }

  /** A whole block where the stream has one; what came before a fault counts, too. */
  private static Optional<IOException> fill(InputStream in, BlockHash.Block block) {
    block.length = 0;
    try {
      while (block.length < block.bytes.length) {
        int n = in.read(block.bytes, block.length, block.bytes.length - block.length);
        if (n < 0) break;
        block.length += n;
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e);
    }
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
