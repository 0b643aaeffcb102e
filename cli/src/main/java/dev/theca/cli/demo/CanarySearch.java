package dev.theca.cli.demo;

import io.airlift.compress.v3.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPInputStream;

/**
 * Looks for random bytes where they must not be: in the content of every regular file (raw, and
 * decompressed when it is gzip or zstd) and in every file name below some folders. Only files that
 * changed after {@code since} are read: the bytes were drawn after that moment, so an older file
 * cannot hold them. The change time cannot be set by programs. Says what it could not read.
 */
final class CanarySearch {
  /** Bytes to look for, and what they are called in the report. */
  record Needle(String name, byte[] bytes) {}

  /** Where a needle was found; {@code how} is raw, gzip, zstd or name. */
  record Hit(String needle, Path file, String how) {}

  /** What a search read and found. */
  record Findings(List<Hit> hits, long files, long bytes, List<Path> unreadable) {}

  private static final int TRIES = 3;
  private static final Duration PAUSE = Duration.ofMillis(300);

  private final List<Needle> needles;
  private final FileTime since;
  private final List<Hit> hits = new ArrayList<>();
  private final List<Path> unreadable = new ArrayList<>();
  private long files;
  private long bytes;

  private CanarySearch(List<Needle> needles, Instant since) {
    this.needles = needles;
    this.since = FileTime.from(since);
  }

  static Findings search(Collection<Path> folders, List<Needle> needles, Instant since) {
    var search = new CanarySearch(needles, since);
    for (Path folder : folders) search.walk(folder);
    search.again();
    return new Findings(
        List.copyOf(search.hits), search.files, search.bytes, List.copyOf(search.unreadable));
  }

  /** Other programs' files come and go: what could not be read is looked at once more. */
  private void again() {
    for (int i = 0; i < TRIES && !unreadable.isEmpty(); i++) {
      LockSupport.parkNanos(PAUSE.toNanos());
      var places = List.copyOf(unreadable);
      unreadable.clear();
      for (Path place : places) {
        if (Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) walk(place);
        else if (Files.isRegularFile(place, LinkOption.NOFOLLOW_LINKS)) read(place);
        else if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) unreadable.add(place);
      }
    }
  }

  private void walk(Path folder) {
    if (!Files.isDirectory(folder)) return;
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(
                Path directory, BasicFileAttributes attributes) {
              look(directory);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              look(file);
              if (attributes.isRegularFile()) read(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) unreadable.add(file);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      unreadable.add(folder);
    }
  }

  private void look(Path file) {
    byte[] name = file.toString().getBytes(StandardCharsets.UTF_8);
    for (Needle needle : needles) {
      if (indexOf(name, name.length, needle.bytes()) >= 0)
        hits.add(new Hit(needle.name(), file, "name"));
    }
  }

  private void read(Path file) {
    try {
      var changed = (FileTime) Files.getAttribute(file, "unix:ctime");
      if (changed.compareTo(since) < 0) return;
      files++;
      byte[] magic = new byte[4];
      try (var in = Files.newInputStream(file)) {
        in.readNBytes(magic, 0, 4);
      }
      try (var in = Files.newInputStream(file)) {
        scan(in, file, "raw");
      }
      if ((magic[0] & 0xff) == 0x1f && (magic[1] & 0xff) == 0x8b) unpacked(file, "gzip");
      if ((magic[0] & 0xff) == 0x28 && (magic[1] & 0xff) == 0xb5 && magic[2] == 0x2f)
        unpacked(file, "zstd");
    } catch (IOException e) {
      if (Files.exists(file)) unreadable.add(file);
    }
  }

  private void unpacked(Path file, String how) throws IOException {
    try (var in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      scan(
          how.equals("gzip") ? new GZIPInputStream(in, 1 << 16) : new ZstdInputStream(in),
          file,
          how);
    } catch (java.util.zip.ZipException
        | java.io.EOFException
        | io.airlift.compress.v3.MalformedInputException e) {
      return; // begins like an archive and is none: the raw scan has covered it
    }
  }

  private void scan(InputStream in, Path file, String how) throws IOException {
    int longest = needles.stream().mapToInt(n -> n.bytes().length).max().orElse(1);
    byte[] window = new byte[1 << 20];
    int kept = 0;
    var left = new ArrayList<>(needles);
    for (int n; !left.isEmpty() && (n = in.read(window, kept, window.length - kept)) > 0; ) {
      bytes += n;
      int end = kept + n;
      left.removeIf(
          needle -> {
            boolean found = indexOf(window, end, needle.bytes()) >= 0;
            if (found) hits.add(new Hit(needle.name(), file, how));
            return found;
          });
      kept = Math.min(longest - 1, end);
      System.arraycopy(window, end - kept, window, 0, kept);
    }
  }

  private static int indexOf(byte[] text, int length, byte[] needle) {
    byte first = needle[0];
    outer:
    for (int i = 0; i <= length - needle.length; i++) {
      if (text[i] != first) continue;
      for (int j = 1; j < needle.length; j++) {
        if (text[i + j] != needle[j]) continue outer;
      }
      return i;
    }
    return -1;
  }

  /** One line for the report. */
  static String summary(Findings findings) {
    return String.format(
        Locale.ROOT,
        "%d files, %.1f MiB read, %d hits%s",
        findings.files(),
        findings.bytes() / 1048576.0,
        findings.hits().size(),
        findings.unreadable().isEmpty() ? "" : ", unreadable: " + findings.unreadable());
  }
}
