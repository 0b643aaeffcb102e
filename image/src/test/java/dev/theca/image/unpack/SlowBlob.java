package dev.theca.image.unpack;

import dev.theca.image.Blob;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;

/** Blobs whose place takes its time. */
final class SlowBlob {
  private SlowBlob() {}

  /** The same layer, whose first byte takes some time. */
  static Layer until(Layer layer, long millis) {
    Blob blob = layer.blob();
    return new Layer(
        layer.descriptor(),
        layer.diffId(),
        new Blob() {
          @Override
          public long size() {
            return blob.size();
          }

          @Override
          public InputStream from(long offset) throws IOException {
            return new FilterInputStream(blob.from(offset)) {
              private boolean waited;

              @Override
              public int read(byte[] into, int from, int length) throws IOException {
                if (!waited) pause(millis);
                waited = true;
                return super.read(into, from, length);
              }
            };
          }
        });
  }

  static void pause(long millis) throws InterruptedIOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new InterruptedIOException("stopped");
    }
  }
}
