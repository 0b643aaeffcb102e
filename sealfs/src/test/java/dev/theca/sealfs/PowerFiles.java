package dev.theca.sealfs;

import dev.theca.sealfs.disk.HostFile;
import dev.theca.sealfs.disk.HostFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A host in memory that remembers every write, cut and sync in their order, so that the power can
 * be cut afterwards at any of them: what was synced stays, of the rest any part may be there, torn
 * at sectors of 512 bytes. Names come and go at once. Any thread.
 */
final class PowerFiles implements HostFiles {
  private static final int SECTOR = 512;

  /** What happened to a file. */
  private sealed interface Event {
    int file();

    record Write(int file, long offset, byte[] bytes) implements Event {}

    record Cut(int file, long size) implements Event {}

    /** A sync that began when {@code begun} events had happened, and returned. */
    record Synced(int file, int begun) implements Event {}

    /** The names now. */
    record Named(int file, Map<Path, Integer> names) implements Event {}
  }

  /** What stays of writes that were not synced. */
  enum Loss {
    EVERYTHING,
    NOTHING,
    THE_LAST,
    SOME,
    TORN
  }

  /** Asked before each call that changes something; throws what the host answers. */
  @FunctionalInterface
  interface Fault {
    void before(String call, Path file);
  }

  private static final Fault NONE = (call, file) -> {};

  private final List<Event> events = new ArrayList<>();
  private final Map<Integer, byte[]> first = new HashMap<>();
  private final Map<Integer, Bytes> now = new HashMap<>();
  private Map<Path, Integer> names = new TreeMap<>();
  private final java.util.Set<Path> locked = new java.util.HashSet<>();
  private int nextFile;
  private int generation;
  private volatile Fault fault = NONE;

  PowerFiles() {}

  /** A host on which these files lie, durable. */
  PowerFiles(Map<Path, byte[]> files) {
    files.forEach(
        (path, bytes) -> {
          int file = nextFile++;
          names.put(path, file);
          first.put(file, bytes);
          now.put(file, new Bytes(bytes));
        });
    events.add(new Event.Named(-1, Map.copyOf(names)));
  }

  /** Bytes that grow. */
  private static final class Bytes {
    private byte[] bytes;
    private int size;

    Bytes(byte[] bytes) {
      this.bytes = bytes.clone();
      this.size = bytes.length;
    }

    void write(long offset, byte[] from, int at, int length) {
      int end = (int) offset + length;
      if (end > bytes.length) bytes = Arrays.copyOf(bytes, Math.max(end, bytes.length * 3 / 2));
      System.arraycopy(from, at, bytes, (int) offset, length);
      size = Math.max(size, end);
    }

    void cut(long to) {
      if (to >= size) return;
      Arrays.fill(bytes, (int) to, size, (byte) 0);
      size = (int) to;
    }

    byte[] whole() {
      return Arrays.copyOf(bytes, size);
    }
  }

  /** Lets the host fail. */
  void fault(Fault with) {
    fault = with;
  }

  void heal() {
    fault = NONE;
  }

  /** From now on nothing that is still open here can do anything: its process is dead. */
  synchronized void kill() {
    generation++;
    locked.clear();
  }

  /** How many things happened. */
  synchronized int happened() {
    return events.size();
  }

  /** The moments at which a superblock had become durable. */
  synchronized List<Integer> superblocks() {
    var moments = new ArrayList<Integer>();
    boolean written = false;
    for (int i = 0; i < events.size(); i++) {
      if (events.get(i) instanceof Event.Write(int file, long offset, byte[] bytes)
          && offset < 8192
          && bytes.length == 4096) written = true;
      if (events.get(i) instanceof Event.Synced && written) {
        moments.add(i + 1);
        written = false;
      }
    }
    return moments;
  }

  /** All files as a reader sees them now. */
  synchronized Map<Path, byte[]> files() {
    var all = new TreeMap<Path, byte[]>();
    names.forEach((path, file) -> all.put(path, now(file).whole()));
    return all;
  }

  private Bytes now(int file) {
    var bytes = now.get(file);
    if (bytes == null) throw new IllegalStateException("no file " + file);
    return bytes;
  }

  /** The files after a power cut when {@code moment} things had happened. */
  synchronized Map<Path, byte[]> afterCut(int moment, Loss loss, Random random) {
    var durable = new HashMap<Integer, Bytes>();
    first.forEach((file, bytes) -> durable.put(file, new Bytes(bytes)));
    var waiting = new ArrayList<Integer>();
    Map<Path, Integer> there = Map.of();
    for (int i = 0; i < moment; i++) {
      Event event = events.get(i);
      switch (event) {
        case Event.Named(int file, var map) -> there = map;
        case Event.Synced(int file, int begun) ->
            waiting.removeIf(
                index -> {
                  Event old = events.get(index);
                  if (old.file() != file || index >= begun) return false;
                  apply(durable, old);
                  return true;
                });
        case Event.Write w -> waiting.add(i);
        case Event.Cut c -> waiting.add(i);
      }
    }
    for (int i = 0; i < waiting.size(); i++) {
      Event event = events.get(waiting.get(i));
      boolean last = i == waiting.size() - 1;
      switch (loss) {
        case EVERYTHING -> {}
        case NOTHING -> apply(durable, event);
        case THE_LAST -> {
          if (!last) apply(durable, event);
          else tear(durable, event, random);
        }
        case SOME -> {
          if (random.nextBoolean()) apply(durable, event);
        }
        case TORN -> tear(durable, event, random);
      }
    }
    var result = new TreeMap<Path, byte[]>();
    there.forEach(
        (path, file) ->
            result.put(path, durable.computeIfAbsent(file, f -> new Bytes(new byte[0])).whole()));
    return result;
  }

  private static void apply(Map<Integer, Bytes> durable, Event event) {
    var bytes = durable.computeIfAbsent(event.file(), f -> new Bytes(new byte[0]));
    if (event instanceof Event.Write(int file, long offset, byte[] data))
      bytes.write(offset, data, 0, data.length);
    if (event instanceof Event.Cut(int file, long size)) bytes.cut(size);
  }

  private static void tear(Map<Integer, Bytes> durable, Event event, Random random) {
    if (!(event instanceof Event.Write(int file, long offset, byte[] data))) {
      if (random.nextBoolean()) apply(durable, event);
      return;
    }
    var bytes = durable.computeIfAbsent(file, f -> new Bytes(new byte[0]));
    for (int at = 0; at < data.length; ) {
      int next = Math.min(data.length, at + SECTOR - (int) ((offset + at) % SECTOR));
      if (random.nextInt(3) > 0) bytes.write(offset + at, data, at, next - at);
      at = next;
    }
  }

  @Override
  public synchronized HostFile open(Path path, Mode mode) {
    fault.before("open", path);
    if (mode == Mode.NEW) {
      int file = nextFile++;
      names = new TreeMap<>(names);
      names.put(path, file);
      now.put(file, new Bytes(new byte[0]));
      events.add(new Event.Named(file, Map.copyOf(names)));
    }
    Integer file = names.get(path);
    if (file == null) throw new SealfsException("no file", new IOException("missing"));
    return new Open(path, file, generation);
  }

  @Override
  public synchronized boolean exists(Path file) {
    return names.containsKey(file);
  }

  @Override
  public void syncDirectory(Path directory) {
    fault.before("directory", directory);
  }

  @Override
  public synchronized void move(Path from, Path to) {
    fault.before("move", from);
    names = new TreeMap<>(names);
    Integer file = names.remove(from);
    if (file == null) throw new SealfsException("no file", new IOException("missing"));
    names.put(to, file);
    events.add(new Event.Named(file, Map.copyOf(names)));
  }

  @Override
  public synchronized void delete(Path file) {
    names = new TreeMap<>(names);
    names.remove(file);
    events.add(new Event.Named(-1, Map.copyOf(names)));
  }

  private final class Open implements HostFile {
    private final Path path;
    private final int file;
    private final int born;
    private boolean holds;

    Open(Path path, int file, int born) {
      this.path = path;
      this.file = file;
      this.born = born;
    }

    private void alive() {
      if (born != generation) throw new SealfsException("dead", new IOException("killed"));
    }

    @Override
    public int read(long offset, byte[] into, int from, int length) {
      synchronized (PowerFiles.this) {
        alive();
        fault.before("read", path);
        var bytes = now(file);
        int there = Math.clamp(bytes.size - offset, 0, length);
        if (there > 0) System.arraycopy(bytes.bytes, (int) offset, into, from, there);
        return there;
      }
    }

    @Override
    public void write(long offset, byte[] bytes, int from, int length) {
      synchronized (PowerFiles.this) {
        alive();
        try {
          fault.before("write", path);
        } catch (SealfsException e) {
          put(offset, bytes, from, length / 2 & -SECTOR); // a part may have arrived
          throw e;
        }
        put(offset, bytes, from, length);
      }
    }

    private void put(long offset, byte[] bytes, int from, int length) {
      if (length == 0) return;
      now(file).write(offset, bytes, from, length);
      events.add(new Event.Write(file, offset, Arrays.copyOfRange(bytes, from, from + length)));
    }

    @Override
    public void sync() {
      int begun;
      synchronized (PowerFiles.this) {
        alive();
        fault.before("sync", path);
        begun = events.size();
      }
      Thread.yield(); // others may write meanwhile, which this sync says nothing about
      synchronized (PowerFiles.this) {
        alive();
        events.add(new Event.Synced(file, begun));
      }
    }

    @Override
    public long size() {
      synchronized (PowerFiles.this) {
        alive();
        return now(file).size;
      }
    }

    @Override
    public void truncate(long size) {
      synchronized (PowerFiles.this) {
        alive();
        fault.before("truncate", path);
        now(file).cut(size);
        events.add(new Event.Cut(file, size));
      }
    }

    @Override
    public boolean lock() {
      synchronized (PowerFiles.this) {
        alive();
        if (!locked.add(path)) return false;
        holds = true;
        return true;
      }
    }

    @Override
    public void close() {
      synchronized (PowerFiles.this) {
        if (holds && born == generation) locked.remove(path);
        holds = false;
      }
    }
  }
}
