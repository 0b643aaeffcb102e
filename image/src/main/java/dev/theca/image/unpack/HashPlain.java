package dev.theca.image.unpack;

import dev.theca.wire.Digest;
import java.io.IOException;
import java.util.concurrent.Callable;

/** The third stage: hashes the archive while the next one reads it. */
final class HashPlain implements Callable<Digest> {
  private final String algorithm;
  private final Line from;
  private final Line to;

  HashPlain(String algorithm, Line from, Line to) {
    this.algorithm = algorithm;
    this.from = from;
    this.to = to;
  }

  /** The digest of what came; of a stream that failed it means nothing. */
  @Override
  public Digest call() {
    var hash = Digest.hasher(algorithm);
    try {
      for (Piece piece; (piece = from.take()) != null; ) {
        hash.update(piece.bytes, 0, piece.length);
        to.put(piece);
      }
      to.end();
    } catch (IOException | InterruptedException | RuntimeException | Error e) {
      to.fail(e);
    }
    return Digest.finish(algorithm, hash);
  }
}
