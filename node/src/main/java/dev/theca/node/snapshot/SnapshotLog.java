package dev.theca.node.snapshot;

import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.Limits;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.CRC32C;

/**
 * A file of JSON records, one in each line behind its CRC-32C in hex, that only grows until it is
 * written anew. A record is whole or absent: a line that was cut off at the end is dropped when the
 * file is opened. Several writers share one sync of the disk. One caller at a time may append or
 * rewrite; syncing needs no such care.
 */
final class SnapshotLog implements AutoCloseable {
  private static final int MAX_LINE = 8 << 20;
  private static final int PIECE = 1 << 11;
  private static final Limits LIMITS = Limits.DEFAULT.withBytes(MAX_LINE);

  private final Path file;
  private final ReentrantLock syncing = new ReentrantLock();
  private volatile FileChannel channel;
  private volatile boolean sound;
  private volatile long appended;
  private volatile long synced;

  private SnapshotLog(Path file, FileChannel channel, boolean sound) {
    this.file = file;
    this.channel = channel;
    this.sound = sound;
  }

  /** What a file held: {@code damaged} lines lie between good ones and are lost. */
  record Opened(SnapshotLog log, List<JsonObject> records, int damaged) {}

  static Opened open(Path file) throws IOException {
    var records = new ArrayList<JsonObject>();
    int bad = 0;
    int damaged = 0;
    long good = 0;
    if (Files.exists(file)) {
      try (var in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
        long at = 0;
        var line = new ByteArrayOutputStream();
        while (line(in, line)) {
          at += line.size() + 1L;
          var record = record(line.toByteArray());
          if (record.isEmpty()) {
            bad++;
            continue;
          }
          records.add(record.get());
          good = at;
          damaged = bad;
        }
      }
    }
    var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    channel.truncate(good);
    channel.position(good);
    return new Opened(new SnapshotLog(file, channel, damaged == 0), records, damaged);
  }

  /** Reads up to the next line feed; false when the file ends before one. */
  private static boolean line(InputStream in, ByteArrayOutputStream into) throws IOException {
    into.reset();
    byte[] piece = new byte[PIECE];
    while (true) {
      in.mark(PIECE);
      int n = in.read(piece);
      if (n < 0) return false;
      int end = 0;
      while (end < n && piece[end] != '\n') end++;
      into.write(piece, 0, end);
      if (end == n) continue;
      in.reset();
      in.skipNBytes(end + 1L);
      return true;
    }
  }

  /** The record of a line; empty when the checksum or the form is wrong. */
  static Optional<JsonObject> record(byte[] line) {
    if (line.length < 10 || line.length > MAX_LINE || line[8] != ' ') return Optional.empty();
    String sum = new String(line, 0, 8, StandardCharsets.ISO_8859_1);
    byte[] json = java.util.Arrays.copyOfRange(line, 9, line.length);
    if (!sum.equals(checksum(json))) return Optional.empty();
    var read = Json.object(json, LIMITS);
    return read.isGranted() ? Optional.of(read.orThrow()) : Optional.empty();
  }

  private static String checksum(byte[] bytes) {
    var crc = new CRC32C();
    crc.update(bytes);
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }

  private static byte[] line(JsonObject record) {
    byte[] json = Json.write(record);
    var out = new ByteArrayOutputStream(json.length + 10);
    out.writeBytes((checksum(json) + " ").getBytes(StandardCharsets.ISO_8859_1));
    out.writeBytes(json);
    out.write('\n');
    return out.toByteArray();
  }

  /**
   * Whether the next record may be appended: no write has failed, and the file is still where we
   * opened it. Otherwise it must be written anew.
   */
  boolean sound() {
    try {
      return sound && Files.size(file) == channel.position();
    } catch (IOException e) {
      return false; // it was removed below us
    }
  }

  /** Appends one record; the ticket that {@link #sync} takes. */
  long append(JsonObject record) throws IOException {
    long start = channel.position();
    try {
      write(channel, line(record));
      return ++appended;
    } catch (IOException e) {
      sound = false;
      try {
        channel.truncate(start);
      } catch (IOException cut) {
        e.addSuppressed(cut); // half a record is dropped when the file is opened
      }
      throw e;
    }
  }

  /** Returns when the record of this ticket, and all before it, are on the disk. */
  void sync(long ticket) throws IOException {
    if (synced >= ticket) return;
    syncing.lock();
    try {
      if (synced >= ticket) return;
      long now = appended;
      channel.force(false);
      synced = now;
    } catch (IOException e) {
      sound = false;
      throw e;
    } finally {
      syncing.unlock();
    }
  }

  /** Replaces the file by one with these records only, on the disk when this returns. */
  long rewrite(List<JsonObject> records) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    var fresh =
        FileChannel.open(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    try {
      var piece = new ByteArrayOutputStream();
      for (JsonObject record : records) {
        piece.writeBytes(line(record));
        if (piece.size() < 1 << 18) continue;
        write(fresh, piece.toByteArray());
        piece.reset();
      }
      write(fresh, piece.toByteArray());
      fresh.force(true);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      syncFolder();
    } catch (IOException e) {
      sound = false; // it may have been replaced already
      fresh.close();
      throw e;
    }
    syncing.lock();
    try {
      channel.close();
      channel = fresh;
      sound = true;
      synced = ++appended;
      return appended;
    } finally {
      syncing.unlock();
    }
  }

  private void syncFolder() throws IOException {
    try (var folder = FileChannel.open(file.toAbsolutePath().getParent())) {
      folder.force(true);
    }
  }

  private static void write(FileChannel to, byte[] bytes) throws IOException {
    var buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      int unused = to.write(buffer);
    }
  }

  @Override
  public void close() throws IOException {
    syncing.lock();
    try {
      if (synced < appended) channel.force(false);
      channel.close();
    } finally {
      syncing.unlock();
    }
  }
}
