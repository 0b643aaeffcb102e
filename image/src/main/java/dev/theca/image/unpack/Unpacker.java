package dev.theca.image.unpack;

import dev.theca.image.ImageException;
import dev.theca.image.Progress;
import dev.theca.image.crypt.LayerOpener;
import dev.theca.image.spi.ZstdDecoder;
import dev.theca.image.work.Stage;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Unpacks the layers of an image into a sink, each in one pass: fetch, digest, decrypt, decompress,
 * diff id, tar. Layers run side by side and are applied in order. Memory does not grow with the
 * size or number of layers, only with the number of names in the tree ({@link Limits}).
 *
 * <p>Refused is an image whose bytes are not what its manifest and configuration say, that breaks a
 * limit or holds no archives; the first refusal ends everything. The sink holds half a tree then,
 * and also while this runs: its owner may publish it after a grant only. Faults are unchecked
 * exceptions. An interrupt ends everything too, as an {@link ImageException} with the thread's
 * interrupt flag set. No thread outlives the call. Safe for several threads, each with a sink of
 * its own.
 */
public final class Unpacker {
  /** For images without encrypted layers: refuses those that are. */
  public static final LayerOpener NO_KEYS =
      layer ->
          Outcome.refused(
              Code.of("image-encrypted"),
              "layer " + layer.digest(),
              "a plain layer",
              "an encrypted one",
              "give a key that opens it");

  private final LayerOpener opener;
  private final ZstdDecoder zstd;
  private final Limits limits;
  private final Progress progress;
  private final int parallel;

  /** One that runs as many layers side by side as there are processors. */
  public Unpacker(LayerOpener opener, ZstdDecoder zstd, Limits limits, Progress progress) {
    this(opener, zstd, limits, progress, Runtime.getRuntime().availableProcessors());
  }

  public Unpacker(
      LayerOpener opener, ZstdDecoder zstd, Limits limits, Progress progress, int parallel) {
    if (parallel < 1) throw new IllegalArgumentException(parallel + " layers at a time");
    this.opener = opener;
    this.zstd = zstd;
    this.limits = limits;
    this.progress = progress;
    this.parallel = parallel;
  }

  /** Unpacks layers, bottom to top. */
  public Outcome<Unpacked> unpack(List<Layer> layers, TreeSink sink) {
    var compressions = new ArrayList<Compression>();
    for (Layer layer : layers) {
      var compression = Compression.of(layer.descriptor());
      if (compression instanceof Outcome.Refused<Compression> no) return no.as();
      compressions.add(compression.orThrow());
    }
    return new Run(SharedBlobs.of(layers), compressions, sink).run();
  }

  /** One call: which layers run, and how much memory they have left. */
  private final class Run {
    private final List<Layer> layers;
    private final List<Compression> compressions;
    private final TreeSink sink;
    private final Applier applier;
    private final Turns turns = new Turns();
    private final Budget budget = new Budget(limits.totalBytes());
    private final LinkedBlockingQueue<Integer> finished = new LinkedBlockingQueue<>();

    /** Those that run: a finished one would keep its buffers. */
    private final Map<Integer, Stage<Outcome<Boolean>>> running = new HashMap<>();

    private long memoryBytes = Runtime.getRuntime().maxMemory() / 2;
    private int started;

    Run(List<Layer> layers, List<Compression> compressions, TreeSink sink) {
      this.layers = layers;
      this.compressions = compressions;
      this.sink = sink;
      this.applier = new Applier(sink, limits);
    }

    Outcome<Unpacked> run() {
      try {
        for (int done = 0; done < layers.size(); done++) {
          startSome();
          int index = finished.take();
          memoryBytes += memoryBytes(index);
          var outcome = Objects.requireNonNull(running.remove(index)).result();
          if (outcome instanceof Outcome.Refused<Boolean> no) return no.as();
        }
        return Outcome.granted(budget.sum(layers.size(), applier.entries()));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ImageException("unpacking was interrupted", e);
      } finally {
        running.values().forEach(Stage::stop);
        running.values().forEach(Stage::join);
      }
    }

    /** Starts what fits. Layers start in order, so the one whose turn it is always runs. */
    private void startSome() {
      while (started < layers.size()
          && running.size() < parallel
          && (running.isEmpty() || memoryBytes(started) <= memoryBytes)) {
        int index = started++;
        memoryBytes -= memoryBytes(index);
        running.put(
            index, Stage.start("layer " + index, job(index)::run, () -> finished.add(index)));
      }
    }

    private long memoryBytes(int index) {
      return LayerJob.memoryBytes(compressions.get(index), zstd.maxWindowBytes());
    }

    private LayerJob job(int index) {
      return new LayerJob(
          layers.get(index),
          compressions.get(index),
          opener,
          zstd,
          limits,
          budget,
          progress,
          new Feed(index, applier, sink, turns, limits, budget),
          turns);
    }
  }
}
