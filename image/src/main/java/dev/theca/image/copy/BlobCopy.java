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

/** Moves one blob from place to place, checked against its descriptor, maybe changed on the way. */
final class BlobCopy {
  private final ImageReader from;
  private final ImageWriter to;
  private final Progress progress;

  BlobCopy(ImageReader from, ImageWriter to, Progress progress) {
    this.from = from;
    this.to = to;
    this.progress = progress;
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
    var before = new Counting(blob.digest().algorithm());
    var after = new Counting("sha256");
    boolean same = change instanceof Unchanged;
    var stages = new ArrayList<Conveyor.Stage>();
    stages.add(
        (bytes, length) -> {
          before.take(bytes, length);
          if (before.count > blob.size())
            throw new IOException("more than the " + blob.size() + " bytes that were announced");
          progress.blob(blob, Progress.Step.MOVED, before.count);
        });
    if (!same) {
      stages.add((bytes, length) -> change.update(bytes, 0, length));
      stages.add(after::take);
    }
    stages.add((bytes, length) -> upload.write(bytes, 0, length));
    Conveyor.run(in, List.copyOf(stages));
    Digest found = before.digest();
    if (before.count != blob.size() || !found.equals(blob.digest()))
      return Outcome.refused(
          Code.of("image-layer"),
          "blob " + blob.digest() + " of " + from.name(),
          blob.size() + " bytes with this digest",
          before.count + " bytes with " + found,
          "push the image again: the place holds something else");
    Digest result = same ? found : after.digest();
    return change
        .finish(result, same ? before.count : after.count)
        .then(
            descriptor ->
                upload
                    .finish(result)
                    .map(
                        stored -> {
                          progress.blob(blob, Progress.Step.DONE, blob.size());
                          return descriptor;
                        }));
  }

  /** Counts and hashes what passes. */
  private static final class Counting {
    private final String algorithm;
    private final MessageDigest hash;
    long count;

    Counting(String algorithm) {
      this.algorithm = algorithm;
      this.hash = Digest.hasher(algorithm);
    }

    void take(byte[] bytes, int length) {
      hash.update(bytes, 0, length);
      count += length;
    }

    Digest digest() {
      return Digest.finish(algorithm, hash);
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
