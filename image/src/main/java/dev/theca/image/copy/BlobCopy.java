package dev.theca.image.copy;

import dev.theca.image.Descriptor;
import dev.theca.image.ImageException;
import dev.theca.image.ImageReader;
import dev.theca.image.ImageWriter;
import dev.theca.image.Progress;
import dev.theca.wire.Code;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Moves one blob from place to place, checked against its descriptor, maybe changed on the way. */
final class BlobCopy {
  private final ImageReader from;
  private final ImageWriter to;
  private final Progress progress;
  private final int threads;

  /** {@code threads}: how many processors one of the blobs under way can count on. */
  BlobCopy(ImageReader from, ImageWriter to, Progress progress, int threads) {
    this.from = from;
    this.to = to;
    this.progress = progress;
    this.threads = threads;
  }

  BlobCopy with(int newThreads) {
    return new BlobCopy(from, to, progress, newThreads);
  }

  /** The blob as it is; what the other place has already is not sent again. */
  Outcome<Descriptor> same(Descriptor blob) {
    return to.has(blob)
        .then(
            there -> {
              if (there) {
                progress.blob(blob, Progress.Step.SKIPPED, blob.size());
                return Outcome.granted(blob);
              }
              return moved(blob, new Unchanged(blob));
            });
  }

  Outcome<Descriptor> changed(Descriptor layer, LayerChange change) {
    return change
        .begin(layer)
        .then(
            running -> {
              try (running) {
                return moved(layer, running);
              }
            });
  }

  private Outcome<Descriptor> moved(Descriptor blob, LayerChange.Running change) {
    return from.blob(blob)
        .then(
            source ->
                to.upload()
                    .then(
                        upload -> {
                          try (upload;
                              InputStream in = source.from(0)) {
                            progress.blob(blob, Progress.Step.STARTED, 0);
                            return streamed(blob, in, change, upload);
                          } catch (IOException e) {
                            throw new ImageException(
                                "moving "
                                    + blob.digest()
                                    + " from "
                                    + from.name()
                                    + " to "
                                    + to.name()
                                    + ": "
                                    + e.getMessage(),
                                e);
                          }
                        }));
  }

  private Outcome<Descriptor> streamed(
      Descriptor blob, InputStream in, LayerChange.Running change, ImageWriter.BlobUpload upload)
      throws IOException {
    var before = new Counting(blob, change.checksInput());
    var after = new Counting(blob, false);
    boolean same = change instanceof Unchanged;
    boolean named = same || change.namesOutput();
    var stages = new ArrayList<Conveyor.Stage>();
    stages.add(
        (bytes, length) -> {
          before.take(bytes, length);
          if (before.count > blob.size())
            throw new IOException("more than the " + blob.size() + " bytes that were announced");
          progress.blob(blob, Progress.Step.MOVED, before.count);
        });
    if (!same) {
      for (var step : change.steps()) stages.add((bytes, length) -> step.take(bytes, 0, length));
      if (!named) stages.add(after::take);
    }
    stages.add((bytes, length) -> upload.write(bytes, 0, length));
    Conveyor.run(in, List.copyOf(stages), threads);
    if (before.count != blob.size() || !before.digest().equals(blob.digest()))
      return Outcome.refused(
          Code.of("image-layer"),
          "blob " + blob.digest() + " of " + from.name(),
          blob.size() + " bytes with this digest",
          before.count + " bytes with " + before.digest(),
          "push the image again: the place holds something else");
    return change
        .finish(named ? blob.digest() : after.digest(), named ? before.count : after.count)
        .then(
            descriptor ->
                upload
                    .finish(descriptor.digest())
                    .map(
                        stored -> {
                          progress.blob(blob, Progress.Step.DONE, blob.size());
                          return descriptor;
                        }));
  }

  /** Counts and hashes what passes; only counts where somebody else hashes. */
  private static final class Counting {
    private final Descriptor blob;
    private final boolean elsewhere;
    private final MessageDigest hash;
    private Optional<Digest> digest;
    long count;

    Counting(Descriptor blob, boolean elsewhere) {
      this.blob = blob;
      this.elsewhere = elsewhere;
      this.hash = Digest.hasher(blob.digest().algorithm());
      this.digest = elsewhere ? Optional.of(blob.digest()) : Optional.empty();
    }

    void take(byte[] bytes, int length) {
      if (!elsewhere) hash.update(bytes, 0, length);
      count += length;
    }

    Digest digest() {
      if (digest.isEmpty()) digest = Optional.of(Digest.finish(blob.digest().algorithm(), hash));
      return digest.get();
    }
  }

  /** Lets everything pass. */
  private record Unchanged(Descriptor blob) implements LayerChange.Running {
    @Override
    public void update(byte[] bytes, int from, int length) {}

    @Override
    public Outcome<Descriptor> finish(Digest digest, long size) {
      return Outcome.granted(blob);
    }

    @Override
    public void close() {}
  }
}
