package dev.theca.image.unpack;

import dev.theca.image.Progress;
import dev.theca.image.crypt.LayerOpener;
import dev.theca.image.crypt.LayerOpener.OpenLayer;
import dev.theca.image.spi.ZstdDecoder;
import dev.theca.image.tar.Malformed;
import dev.theca.image.tar.TarReader;
import dev.theca.image.work.Stage;
import dev.theca.wire.Code;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Optional;

/**
 * One layer, in four stages that work at the same time: fetch, decompress, hash, apply. Judged in
 * this order: the blob's digest and size, what its cipher says, the archive, the diff id.
 */
final class LayerJob {
  private static final int COMPRESSED_PIECES = 4;
  private static final int COMPRESSED_PIECE_BYTES = 1 << 16;
  private static final int PLAIN_PIECES = 6;
  private static final int PLAIN_PIECE_BYTES = 1 << 17;
  private static final int INFLATER_BYTES = 1 << 17;

  private final Layer layer;
  private final Compression compression;
  private final LayerOpener opener;
  private final ZstdDecoder zstd;
  private final Limits limits;
  private final Budget budget;
  private final Progress progress;
  private final Feed feed;
  private final Turns turns;

  LayerJob(
      Layer layer,
      Compression compression,
      LayerOpener opener,
      ZstdDecoder zstd,
      Limits limits,
      Budget budget,
      Progress progress,
      Feed feed,
      Turns turns) {
    this.layer = layer;
    this.compression = compression;
    this.opener = opener;
    this.zstd = zstd;
    this.limits = limits;
    this.budget = budget;
    this.progress = progress;
    this.feed = feed;
    this.turns = turns;
  }

  /** About how much memory a layer takes while it is unpacked, without the tree. */
  static long memoryBytes(Compression compression, int windowBytes) {
    long decoder =
        switch (compression) {
          case NONE -> 0;
          case GZIP -> INFLATER_BYTES;
          // Two windows, and half of that while they grow; blocks and literals.
          case ZSTD -> 3L * Math.min(windowBytes, 8 << 20) + (1 << 20);
        };
    return COMPRESSED_PIECES * COMPRESSED_PIECE_BYTES
        + PLAIN_PIECES * PLAIN_PIECE_BYTES
        + Feed.memoryBytes()
        + decoder;
  }

  Outcome<Boolean> run() throws InterruptedException {
    progress.blob(layer.descriptor(), Progress.Step.STARTED, 0);
    var opened =
        layer.descriptor().encrypted()
            ? opener.open(layer.descriptor())
            : Outcome.<OpenLayer>granted(new PlainLayer());
    if (opened instanceof Outcome.Refused<OpenLayer> no) return no.as();
    try (var cipher = opened.orThrow()) {
      return piped(cipher);
    }
  }

  private Outcome<Boolean> piped(OpenLayer cipher) throws InterruptedException {
    var compressed = new Pool(COMPRESSED_PIECES, COMPRESSED_PIECE_BYTES);
    var plain = new Pool(PLAIN_PIECES, PLAIN_PIECE_BYTES);
    var blobLine = new Line();
    var plainLine = new Line();
    var tarLine = new Line();
    String id = layer.descriptor().digest().hex().substring(0, 12);
    var fetch = new Fetch(layer, cipher, compressed, blobLine, progress);
    var decompress =
        new Decompress(
            new LineInput(blobLine, compressed),
            fetch::bytes,
            compression,
            zstd,
            limits,
            budget,
            plain,
            plainLine);
    Runnable nothing = () -> {};
    var fetching = Stage.start("fetch " + id, fetch, nothing);
    // Whoever wants no more from a stage tells the one before: nothing may wait for ever.
    var decompressing = Stage.start("decompress " + id, decompress, compressed::close);
    var hashing =
        Stage.start(
            "hash " + id, new HashPlain(layer.diffId().algorithm(), plainLine, tarLine), nothing);
    boolean judged = false;
    try {
      var malformed = apply(new LineInput(tarLine, plain), fetching);
      plain.close();
      var outcome = judge(fetching.result(), malformed, hashing);
      if (outcome.isGranted()) outcome = finish();
      judged = true;
      return outcome;
    } finally {
      if (!judged) {
        fetching.stop();
        fetch.abort();
      }
      plain.close();
      compressed.close();
      decompressing.stop();
      hashing.stop();
      fetching.join();
      decompressing.join();
      hashing.join();
    }
  }

  /** Reads the archive and what is behind it; empty when it was one. */
  private Optional<Malformed> apply(InputStream plain, Stage<Fetch.Fetched> fetching)
      throws InterruptedException {
    try {
      feed.read(new TarReader(plain, limits.tar()));
      while (plain.skip(Long.MAX_VALUE) > 0) {} // what is behind counts for the diff id
      return Optional.empty();
    } catch (Malformed e) {
      return Optional.of(e);
    } catch (InterruptedIOException e) {
      throw new InterruptedException();
    } catch (IOException e) {
      var unused = fetching.result(); // throws what went wrong there
      throw new IllegalStateException("a pipe broke", e);
    }
  }

  private Outcome<Boolean> judge(
      Fetch.Fetched blob, Optional<Malformed> malformed, Stage<Digest> hashing)
      throws InterruptedException {
    var descriptor = layer.descriptor();
    if (blob.bytes() != descriptor.size() || !blob.digest().equals(descriptor.digest()))
      return refused(
          "image-layer",
          "the " + descriptor.size() + " bytes that the manifest names",
          blob.bytes() == descriptor.size()
              ? "other bytes, " + blob.digest()
              : blob.bytes() > descriptor.size() ? "more bytes" : blob.bytes() + " bytes",
          "push the image again; the registry holds something else");
    if (!blob.authentic().isGranted()) return blob.authentic();
    if (malformed.isPresent()) return refused(malformed.get());
    Digest found = hashing.result();
    if (!found.equals(layer.diffId()))
      return refused(
          "image-layer",
          "an archive with the diff id " + layer.diffId(),
          "one with " + found,
          "build the image again");
    return Outcome.granted(true);
  }

  private Outcome<Boolean> finish() throws InterruptedException {
    try {
      feed.finish();
    } catch (Malformed e) {
      return refused(e);
    } catch (IOException e) {
      throw new IllegalStateException("entries in memory cannot be read", e);
    }
    turns.pass();
    budget.blob(layer.descriptor().size());
    progress.blob(layer.descriptor(), Progress.Step.DONE, layer.descriptor().size());
    return Outcome.granted(true);
  }

  private Outcome<Boolean> refused(Malformed why) {
    return why instanceof Malformed.Exceeded
        ? refused(
            "image-limit",
            "within the limits for images",
            why.getMessage() + "",
            "raise the limit if you trust who built the image")
        : refused("image-layer", "a tar archive", why.getMessage() + "", "build the image again");
  }

  private Outcome<Boolean> refused(String code, String expected, String found, String next) {
    return Outcome.refused(
        Code.of(code), "layer " + layer.descriptor().digest(), expected, found, next);
  }

  /** A layer that nobody encrypted. */
  private static final class PlainLayer implements OpenLayer {
    @Override
    public void update(byte[] bytes, int from, int length) {}

    @Override
    public Outcome<Boolean> finish() {
      return Outcome.granted(true);
    }

    @Override
    public void close() {}
  }
}
