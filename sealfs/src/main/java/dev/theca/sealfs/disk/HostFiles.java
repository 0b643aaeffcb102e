package dev.theca.sealfs.disk;

import dev.theca.sealfs.SealfsException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Set;

/** Where the files of volumes come from. */
public interface HostFiles {
  /** How a file is opened. */
  enum Mode {
    READ,
    READ_WRITE,
    /** A new, empty file for reading and writing; what was there is removed. */
    NEW
  }

  /** Opens a file; a missing one is a {@link SealfsException}. */
  HostFile open(Path file, Mode mode);

  boolean exists(Path file);

  /** Makes sure that names created in a directory stay after a crash (fsync(2) of it). */
  void syncDirectory(Path directory);

  /** Renames over what is there. */
  void move(Path from, Path to);

  void delete(Path file);

  /** Files of the operating system, by plain file input and output. */
  HostFiles REAL = new Real();

  /** See {@link #REAL}. */
  final class Real implements HostFiles {
    @Override
    public HostFile open(Path file, Mode mode) {
      try {
        if (mode == Mode.NEW) Files.deleteIfExists(file);
        return new Channel(
            FileChannel.open(
                file,
                switch (mode) {
                  case READ -> Set.of(StandardOpenOption.READ);
                  case READ_WRITE -> Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
                  case NEW ->
                      Set.of(
                          StandardOpenOption.CREATE_NEW,
                          StandardOpenOption.READ,
                          StandardOpenOption.WRITE);
                }),
            file);
      } catch (IOException e) {
        throw fault("cannot open " + file, e);
      }
    }

    @Override
    public boolean exists(Path file) {
      return Files.exists(file);
    }

    @Override
    public void syncDirectory(Path directory) {
      try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      } catch (IOException e) {
        throw fault("cannot sync the directory " + directory, e);
      }
    }

    @Override
    public void move(Path from, Path to) {
      try {
        Files.move(
            from,
            to,
            java.nio.file.StandardCopyOption.ATOMIC_MOVE,
            java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException e) {
        throw fault("cannot rename " + from, e);
      }
    }

    @Override
    public void delete(Path file) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw fault("cannot remove " + file, e);
      }
    }
  }

  /** Says what failed, and whether space was lacking (the JDK tells it in words only). */
  private static SealfsException fault(String what, IOException e) {
    String words = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return words.contains("no space left") || words.contains("quota exceeded")
        ? SealfsException.noSpace(what, e)
        : new SealfsException(what + ": " + e.getMessage(), e);
  }

  /** A file through a channel. */
  final class Channel implements HostFile {
    private final FileChannel channel;
    private final Path file;

    private Channel(FileChannel channel, Path file) {
      this.channel = channel;
      this.file = file;
    }

    @Override
    public int read(long offset, byte[] into, int from, int length) {
      var buffer = ByteBuffer.wrap(into, from, length);
      try {
        while (buffer.hasRemaining()) {
          if (channel.read(buffer, offset + buffer.position() - from) < 0) break;
        }
        return buffer.position() - from;
      } catch (IOException e) {
        throw fault("cannot read " + file, e);
      }
    }

    @Override
    public void write(long offset, byte[] bytes, int from, int length) {
      var buffer = ByteBuffer.wrap(bytes, from, length);
      try {
        while (buffer.hasRemaining()) {
          int unused = channel.write(buffer, offset + buffer.position() - from);
        }
      } catch (IOException e) {
        throw fault("cannot write " + file, e);
      }
    }

    @Override
    public void sync() {
      try {
        channel.force(false);
      } catch (IOException e) {
        throw new SealfsException("cannot sync " + file + ": " + e.getMessage(), e);
      }
    }

    @Override
    public boolean lock() {
      try {
        return channel.tryLock() != null; // held until the channel is closed
      } catch (OverlappingFileLockException e) {
        return false; // this process has it
      } catch (IOException e) {
        throw fault("cannot lock " + file, e);
      }
    }

    @Override
    public long size() {
      try {
        return channel.size();
      } catch (IOException e) {
        throw fault("cannot look at " + file, e);
      }
    }

    @Override
    public void truncate(long size) {
      try {
        channel.truncate(size);
      } catch (IOException e) {
        throw fault("cannot cut " + file, e);
      }
    }

    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException e) {
        throw fault("cannot close " + file, e);
      }
    }
  }
}
