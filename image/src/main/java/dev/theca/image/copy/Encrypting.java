package dev.theca.image.copy;

import dev.theca.image.Descriptor;
import dev.theca.image.crypt.LayerSealer;
import dev.theca.image.crypt.SealingLayer;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import java.util.List;
import java.util.Set;

/**
 * Encrypts layers on their way. Layers that are encrypted already stay as they are.
 *
 * @param chosen the layers' places, from 0 at the bottom; all when empty
 */
public record Encrypting(LayerSealer sealer, Set<Integer> chosen) implements LayerChange {
  public Encrypting {
    chosen = Set.copyOf(chosen);
  }

  @Override
  public boolean applies(Descriptor layer, int index) {
    return !layer.encrypted() && (chosen.isEmpty() || chosen.contains(index));
  }

  @Override
  public Outcome<Running> begin(Descriptor layer) {
    return sealer.begin(layer).map(Sealing::new);
  }

  private record Sealing(SealingLayer layer) implements Running {
    @Override
    public void update(byte[] bytes, int from, int length) {
      layer.update(bytes, from, length);
    }

    @Override
    public List<Step> steps() {
      return List.of(layer::check, layer::encrypt, layer::authenticate);
    }

    @Override
    public boolean checksInput() {
      return true;
    }

    @Override
    public boolean namesOutput() {
      return true;
    }

    @Override
    public Outcome<Descriptor> finish(Digest digest, long size) {
      return layer.finish().map(SealingLayer.Sealed::descriptor);
    }

    @Override
    public void close() {
      layer.close();
    }
  }
}
