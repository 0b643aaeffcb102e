package dev.theca.cli.image;

import dev.theca.image.Descriptor;
import dev.theca.image.Progress;
import dev.theca.wire.Digest;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Shows how far each blob is: on a terminal as lines that change in place, elsewhere one line for
 * each blob that is done. Quick for whoever reports, however often.
 */
public final class LayerProgress implements Progress, AutoCloseable {
  private static final long REDRAW_NANOS = 100_000_000;
  private static final int WIDTH = 24;

  private record State(Descriptor blob, Step step, long bytes) {}

  private final PrintStream out;
  private final boolean terminal;
  private final Map<Digest, State> blobs = new LinkedHashMap<>();
  private long drawn;
  private int lines;

  LayerProgress(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** On standard error, which is a terminal when a console is there and the user wants colours. */
  public static LayerProgress console() {
    var console = System.console();
    boolean dumb = "dumb".equals(System.getenv().getOrDefault("TERM", "dumb"));
    return new LayerProgress(System.err, console != null && console.isTerminal() && !dumb);
  }

  @Override
  public synchronized void blob(Descriptor blob, Step step, long bytes) {
    blobs.put(blob.digest(), new State(blob, step, bytes));
    if (!terminal) {
      if (step == Step.DONE || step == Step.SKIPPED) out.println(line(blob, step, blob.size()));
      return;
    }
    long now = System.nanoTime();
    if (step != Step.MOVED || now - drawn > REDRAW_NANOS) {
      drawn = now;
      draw();
    }
  }

  private void draw() {
    var text = new StringBuilder();
    if (lines > 0) text.append("\033[").append(lines).append('A');
    for (State state : blobs.values())
      text.append("\033[2K").append(line(state.blob(), state.step(), state.bytes())).append('\n');
    lines = blobs.size();
    out.print(text);
    out.flush();
  }

  private static String line(Descriptor blob, Progress.Step step, long bytes) {
    String name = blob.digest().hex().substring(0, 12) + "  ";
    return switch (step) {
      case STARTED, MOVED -> name + bar(bytes, blob.size()) + "  " + Bytes.of(bytes);
      case SKIPPED -> name + "is there already, " + Bytes.of(blob.size());
      case DONE -> name + "done, " + Bytes.of(blob.size());
    };
  }

  private static String bar(long bytes, long size) {
    int full = size == 0 ? WIDTH : (int) Math.min(WIDTH, bytes * WIDTH / size);
    return "[" + "#".repeat(full) + ".".repeat(WIDTH - full) + "]";
  }

  @Override
  public synchronized void close() {
    if (terminal && !blobs.isEmpty()) draw();
  }
}
