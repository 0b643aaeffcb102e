package dev.theca.cli.demo;

import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * What was done and how long it took, printed as it happens. Results are kept in order for the
 * table and for JSON.
 */
final class Stages {
  /** One line of the table; {@code note} says what was seen, in words for a person. */
  record Stage(String chapter, String name, long millis, String note) {}

  private final PrintStream out;
  private final List<Stage> done = new ArrayList<>();
  private String chapter = "";

  /** Progress goes to {@code out}: standard error, when standard output carries JSON. */
  Stages(PrintStream out) {
    this.out = out;
  }

  /** Stages that nobody sees. */
  static Stages silent() {
    return new Stages(new PrintStream(java.io.OutputStream.nullOutputStream()));
  }

  void say(String text) {
    out.println("  " + text.replace("\n", "\n  "));
  }

  void chapter(String title) {
    chapter = title;
    out.println("\n" + title);
  }

  /** Runs one stage; what it throws ends the demo, with the stage's name on the screen. */
  <T> T run(String name, Supplier<T> work) {
    return run(name, work, result -> "");
  }

  <T> T run(String name, Supplier<T> work, java.util.function.Function<T, String> note) {
    if (System.console() != null) out.printf(Locale.ROOT, "  ... %s", name);
    out.flush();
    long start = System.nanoTime();
    T result;
    try {
      result = work.get();
    } catch (RuntimeException | Error e) {
      out.printf(Locale.ROOT, "%s  FAIL %s%n", start(), name);
      throw e;
    }
    long millis = (System.nanoTime() - start) / 1_000_000;
    add(name, millis, note.apply(result), start());
    return result;
  }

  /** Back to the line's start, where there is a person to see it. */
  private static String start() {
    return System.console() == null ? "" : "\r";
  }

  void run(String name, Runnable work) {
    this.<Integer>run(
        name,
        () -> {
          work.run();
          return 0;
        });
  }

  /** A stage that somebody else timed (the node daemon, the agent). */
  void record(String name, long millis, String note) {
    add(name, millis, note, "");
  }

  private void add(String name, long millis, String note, String before) {
    done.add(new Stage(chapter, name, millis, note));
    out.printf(Locale.ROOT, "%s  ok  %-58s %7d ms%n", before, name, millis);
    if (!note.isEmpty()) out.println("        " + note.replace("\n", "\n        "));
  }

  List<Stage> done() {
    return List.copyOf(done);
  }

  JsonValue json() {
    var rows = new ArrayList<JsonValue>();
    for (Stage stage : done) {
      rows.add(
          JsonObject.builder()
              .put("chapter", stage.chapter())
              .put("stage", stage.name())
              .put("ms", stage.millis())
              .put("note", stage.note())
              .build());
    }
    return new JsonArray(rows);
  }
}
