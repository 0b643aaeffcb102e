package dev.theca.image.copy;

import dev.theca.image.Descriptor;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;

/** What happens to the bytes of layers on their way from one place to another. */
public interface LayerChange {
  /** Whether the layer is changed at all; others are copied as they are. */
  boolean applies(Descriptor layer, int index);

  /** Begins with a layer; refused when it cannot be changed, for example for want of its key. */
  Outcome<Running> begin(Descriptor layer);

  /** The change of one layer, first byte to last. */
  interface Running extends AutoCloseable {
    /** Changes the next bytes in place. */
    void update(byte[] bytes, int from, int length);

    /** Whether it compares what comes in with the descriptor itself; then nobody else does. */
    default boolean checksInput() {
      return false;
    }

    /** Whether it names the digest of what comes out itself; then nobody else counts it. */
    default boolean namesOutput() {
      return false;
    }

    /**
     * After the last byte: the descriptor of what came out.
     *
     * @param digest of what came out; that of the input where {@link #namesOutput}
     */
    Outcome<Descriptor> finish(Digest digest, long size);

    @Override
    void close();
  }

  /** Layers are copied as they are. */
  static LayerChange none() {
    return new LayerChange() {
      @Override
      public boolean applies(Descriptor layer, int index) {
        return false;
      }

      @Override
      public Outcome<Running> begin(Descriptor layer) {
        throw new IllegalStateException("nothing is changed");
      }
    };
  }
}
