package dev.theca.image.unpack;

import dev.theca.image.tar.TarEntry;
import dev.theca.image.tar.TarReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The last stage: brings one layer's entries to the tree. Ahead of its turn the content of files
 * goes to the sink already, under no name, and the entries are kept for later; when there are too
 * many of them, the layer waits.
 */
final class Feed {
  private static final int MAX_KEPT = 20_000;
  private static final int MAX_KEPT_BYTES = 4 << 20;
  private static final long NO_FILE = -1;

  private record Kept(TarEntry entry, long file) {}

  private final int index;
  private final Applier applier;
  private final TreeSink sink;
  private final Turns turns;
  private final Limits limits;
  private final Budget budget;
  private final byte[] buffer = new byte[1 << 17];
  private List<Kept> kept = new ArrayList<>();
  private int keptBytes;
  private boolean mine;

  Feed(int index, Applier applier, TreeSink sink, Turns turns, Limits limits, Budget budget) {
    this.index = index;
    this.applier = applier;
    this.sink = sink;
    this.turns = turns;
    this.limits = limits;
    this.budget = budget;
  }

  /** About how much memory one takes besides what its entries change in the tree. */
  static int memoryBytes() {
    return MAX_KEPT_BYTES + (1 << 17);
  }

  /** Reads the archive to its end. */
  void read(TarReader tar) throws IOException, InterruptedException {
    for (TarEntry entry; (entry = tar.next()) != null; ) {
      var path = EntryPath.of(entry, limits);
      boolean file = Applier.isFile(entry, path);
      if (file) budget.file(entry.shown(), entry.size());
      if (!mine && (turns.has(index) || full())) begin();
      if (mine) {
        if (file) content(applier.begin(entry, path), entry, tar);
        else applier.apply(entry, path);
      } else {
        long handle = file ? sink.file(Attributes.of(entry)) : NO_FILE;
        if (file) content(handle, entry, tar);
        kept.add(new Kept(entry, handle));
        keptBytes += entry.weightBytes();
      }
    }
  }

  /** Waits until all entries are in the tree. The next layer's turn comes after this. */
  void finish() throws IOException, InterruptedException {
    if (!mine) begin();
  }

  private boolean full() {
    return kept.size() >= MAX_KEPT || keptBytes >= MAX_KEPT_BYTES;
  }

  private void begin() throws IOException, InterruptedException {
    turns.await(index);
    mine = true;
    applier.nextLayer();
    for (Kept one : kept) {
      var path = EntryPath.of(one.entry, limits);
      if (one.file == NO_FILE) applier.apply(one.entry, path);
      else applier.attach(one.entry, path, one.file);
      if (Thread.interrupted()) throw new InterruptedException();
    }
    kept = List.of();
  }

  private void content(long file, TarEntry entry, TarReader tar) throws IOException {
    for (int n; (n = tar.read(buffer)) > 0; ) sink.data(file, tar.offset() - n, buffer, 0, n);
    sink.end(file, entry.size());
  }
}
