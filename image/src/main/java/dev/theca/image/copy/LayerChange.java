package dev.theca.image.copy;

import dev.theca.image.Descriptor;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import java.util.List;

/** What happens to the bytes of layers on their way from one place to another. */
public interface LayerChange {
  /** Whether the layer is changed at all; others are copied as they are. */
  boolean applies(Descriptor layer, int index);

  /** Begins with a layer; refused when it cannot be changed, for example for want of its key. */
  Outcome<Running> begin(Descriptor layer);

  /** Some of what a change does with bytes. */
  interface Step {
    void take(byte[] bytes, int from, int length);
  }

  /** The change of one layer, first byte to last. */
  interface Running extends AutoCloseable {
    /** Changes the next bytes in place. */
    void update(byte[] bytes, int from, int length);

    /**
     * The same in steps, in this order for the same bytes: each can have a thread of its own, so
     * that a layer takes as long as its longest step.
     */
    default List<Step> steps() {
      return List.of(this::update);
    }

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
     * @param digest of what came out; that of the input where {@link #namesOutput}, as the size
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
