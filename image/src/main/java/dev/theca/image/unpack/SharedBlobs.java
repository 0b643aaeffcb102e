package dev.theca.image.unpack;

import dev.theca.image.Blob;
import dev.theca.wire.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Fetches small layers that an image has several times only once: builders write an empty layer for
 * every step that changed nothing. Large ones are never kept.
 */
final class SharedBlobs {
  private static final int SMALL_BYTES = 1 << 14;

  private SharedBlobs() {}

  static List<Layer> of(List<Layer> layers) {
    var seen = new HashSet<Digest>();
    var again = new HashMap<Digest, Kept>();
    for (Layer layer : layers)
      if (layer.descriptor().size() <= SMALL_BYTES && !seen.add(layer.descriptor().digest()))
        again.putIfAbsent(layer.descriptor().digest(), new Kept(layer.blob()));
    if (again.isEmpty()) return layers;
    var shared = new ArrayList<Layer>();
    for (Layer layer : layers) {
      Kept kept = again.get(layer.descriptor().digest());
      shared.add(kept == null ? layer : new Layer(layer.descriptor(), layer.diffId(), kept));
    }
    return shared;
  }

  /** The whole blob in memory, once somebody read it; not more than its place announced. */
  private static final class Kept implements Blob {
    private final ReentrantLock lock = new ReentrantLock();
    private final Blob blob;
    private byte @Nullable [] bytes;

    Kept(Blob blob) {
      this.blob = blob;
    }

    @Override
    public long size() {
      return blob.size();
    }

    @Override
    public InputStream from(long offset) throws IOException {
      lock.lock();
      try {
        if (bytes == null) {
          try (InputStream in = blob.from(0)) {
            bytes = in.readNBytes(SMALL_BYTES + 1);
          }
        }
        int from = (int) Math.min(offset, bytes.length);
        return new ByteArrayInputStream(bytes, from, bytes.length - from);
      } finally {
        lock.unlock();
      }
    }
  }
}
