package dev.theca.image.pull;

import dev.theca.image.Descriptor;
import dev.theca.image.ImageConfig;
import dev.theca.image.ImageReader;
import dev.theca.image.Platform;
import dev.theca.image.Progress;
import dev.theca.image.crypt.LayerOpener;
import dev.theca.image.remote.ManifestResolver;
import dev.theca.image.remote.ResolvedImage;
import dev.theca.image.sign.Accepted;
import dev.theca.image.sign.ImageName;
import dev.theca.image.sign.ImagePolicy;
import dev.theca.image.spi.ZstdDecoder;
import dev.theca.image.unpack.Layer;
import dev.theca.image.unpack.Limits;
import dev.theca.image.unpack.TreeSink;
import dev.theca.image.unpack.Unpacked;
import dev.theca.image.unpack.Unpacker;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/**
 * From an image's name to its tree, in the order that trust needs: the manifest, then the policy's
 * verdict over it, then the keys, then the layers. An image that nobody vouches for costs no key
 * and no layer. The sink must not publish what it got before this grants: a refusal may come after
 * the last byte.
 */
public final class ImagePull {
  private static final int MAX_CONFIG_BYTES = 4 << 20;

  /** Gives the keys of encrypted layers; asked once, after the policy accepted the image. */
  @FunctionalInterface
  public interface Keys {
    Outcome<LayerOpener> opener();
  }

  /**
   * What an image must fulfil.
   *
   * @param encrypted whether every layer must be encrypted
   */
  public record Demands(ImagePolicy policy, Keys keys, boolean encrypted, Platform platform) {}

  /** An image whose signatures, digests and diff ids held. */
  public record Pulled(
      ResolvedImage image, Accepted accepted, ImageConfig config, Unpacked unpacked) {}

  private final ZstdDecoder zstd;
  private final Limits limits;
  private final Progress progress;
  private final InstantSource clock;

  public ImagePull(ZstdDecoder zstd, Limits limits, Progress progress, InstantSource clock) {
    this.zstd = zstd;
    this.limits = limits;
    this.progress = progress;
    this.clock = clock;
  }

  /**
   * Pulls into a sink.
   *
   * @param asByUser the name that policies know; the reader may look elsewhere, at a mirror
   */
  public Outcome<Pulled> pull(
      ImageName asByUser, ImageReader reader, Demands demands, TreeSink sink) {
    return ManifestResolver.resolve(reader, demands.platform())
        .then(
            image ->
                demands
                    .policy()
                    .accept(asByUser, image.root(), Set.copyOf(image.digests()), reader, clock)
                    .then(accepted -> opened(reader, image, accepted, demands, sink)));
  }

  private Outcome<Pulled> opened(
      ImageReader reader, ResolvedImage image, Accepted accepted, Demands demands, TreeSink sink) {
    return encryption(reader, image.manifest().layers(), demands.encrypted())
        .then(fine -> reader.small(image.manifest().config(), MAX_CONFIG_BYTES))
        .then(ImageConfig::parse)
        .then(
            config ->
                Layer.of(reader, image.manifest().layers(), config.diffIds())
                    .then(layers -> unpacked(layers, demands.keys(), sink))
                    .map(unpacked -> new Pulled(image, accepted, config, unpacked)));
  }

  private Outcome<Unpacked> unpacked(List<Layer> layers, Keys keys, TreeSink sink) {
    boolean needed = layers.stream().anyMatch(layer -> layer.descriptor().encrypted());
    Outcome<LayerOpener> opener = needed ? keys.opener() : Outcome.granted(ImagePull::keyless);
    return opener.then(found -> new Unpacker(found, zstd, limits, progress).unpack(layers, sink));
  }

  private static Outcome<LayerOpener.OpenLayer> keyless(Descriptor layer) {
    throw new IllegalStateException("layer " + layer.digest() + " was said to be plain");
  }

  private static Outcome<Boolean> encryption(
      ImageReader reader, List<Descriptor> layers, boolean demanded) {
    for (int i = 0; demanded && i < layers.size(); i++)
      if (!layers.get(i).encrypted())
        return Outcome.refused(
            Code.of("image-plain"),
            "layer " + (i + 1) + " of " + reader.name(),
            "an encrypted layer",
            layers.get(i).mediaType(),
            "seal the image: theca seal");
    return Outcome.granted(true);
  }
}
