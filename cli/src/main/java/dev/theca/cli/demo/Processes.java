package dev.theca.cli.demo;

import dev.theca.linux.ProcessStat;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The processes of a demo, on disk as well, so that {@code theca down} finds them after the command
 * has ended. A process is ended only when its start time is the recorded one: a reused pid belongs
 * to somebody else.
 */
final class Processes {
  /** One process; {@code startMillis} tells it from a later one with the same pid. */
  record Entry(String name, long pid, long startMillis) {}

  private static final Duration GRACE = Duration.ofSeconds(20);

  private final Path file;
  private final List<Entry> entries = new ArrayList<>();

  private Processes(Path file) {
    this.file = file;
  }

  static Processes recordedIn(Path file) {
    return new Processes(file);
  }

  /** Reads what an earlier command recorded; empty when there is nothing. */
  static Processes read(Path file) {
    var processes = new Processes(file);
    if (!Files.exists(file)) return processes;
    try {
      for (JsonValue item :
          Json.object(Files.readAllBytes(file)).orThrow().array("processes").orElse(List.of())) {
        if (item instanceof JsonObject entry) {
          processes.entries.add(
              new Entry(
                  entry.requireString("name").orThrow(),
                  entry.requireInteger("pid").orThrow(),
                  entry.requireInteger("start").orThrow()));
        }
      }
      return processes;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  void add(String name, ProcessHandle handle) {
    entries.add(new Entry(name, handle.pid(), started(handle)));
    var rows = new ArrayList<JsonValue>();
    for (Entry entry : entries) {
      rows.add(
          JsonObject.builder()
              .put("name", entry.name())
              .put("pid", entry.pid())
              .put("start", entry.startMillis())
              .build());
    }
    try {
      Files.write(
          file, Json.write(JsonObject.builder().put("processes", new JsonArray(rows)).build()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  /** Ends all of them, the last started first; returns the names of those that had to be killed. */
  List<String> end() {
    var killed = new ArrayList<String>();
    for (Entry entry : entries.reversed()) {
      var handle = ProcessHandle.of(entry.pid()).filter(h -> started(h) == entry.startMillis());
      if (handle.isPresent() && !ended(handle.get())) killed.add(entry.name());
    }
    entries.clear();
    return killed;
  }

  private static boolean ended(ProcessHandle handle) {
    if (handle.destroy() && awaitEnd(handle)) return true;
    boolean killed = handle.destroyForcibly() && awaitEnd(handle);
    return !killed;
  }

  private static boolean awaitEnd(ProcessHandle handle) {
    long end = System.nanoTime() + GRACE.toNanos();
    while (runs(handle)) {
      if (System.nanoTime() > end) return false;
      Stage.pause(10);
    }
    return true;
  }

  /** A process that has ended and waits for its parent to look does not run. */
  private static boolean runs(ProcessHandle handle) {
    return handle.isAlive()
        && ProcessStat.of(handle.pid()).filter(stat -> !stat.hasEnded()).isPresent();
  }

  private static long started(ProcessHandle handle) {
    return handle.info().startInstant().map(java.time.Instant::toEpochMilli).orElse(0L);
  }
}
