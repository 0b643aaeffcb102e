package dev.theca.image.copy;

import dev.theca.image.Descriptor;
import dev.theca.image.crypt.LayerOpener;
import dev.theca.image.crypt.OcicryptOpener;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;

/** Decrypts layers on their way; nothing is finished at the target before a layer held. */
public record Decrypting(LayerOpener opener) implements LayerChange {
  @Override
  public boolean applies(Descriptor layer, int index) {
    return layer.encrypted();
  }

  @Override
  public Outcome<Running> begin(Descriptor layer) {
    return opener.open(layer).map(open -> new Opening(layer, open));
  }

  private record Opening(Descriptor layer, LayerOpener.OpenLayer open) implements Running {
    @Override
    public void update(byte[] bytes, int from, int length) {
      open.update(bytes, from, length);
    }

    @Override
    public Outcome<Descriptor> finish(Digest digest, long size) {
      return open.finish().then(held -> OcicryptOpener.decrypted(layer, digest));
    }

    @Override
    public void close() {
      open.close();
    }
  }
}
