package dev.theca.broker;

import dev.theca.broker.plugin.AnchorBook;
import dev.theca.broker.resource.AnchorKey;
import dev.theca.broker.resource.ResourceCode;
import dev.theca.broker.resource.VolumeAnchors;
import dev.theca.broker.spi.Plugin;
import dev.theca.wire.Outcome;
import java.util.HexFormat;
import java.util.Optional;

/** The volume anchors as the plugin that serves them asks for them; all in one tenant's quota. */
final class Anchors implements AnchorBook {
  static final String TENANT = "anchor";
  private static final HexFormat HEX = HexFormat.of();

  private final VolumeAnchors volumes;

  Anchors(VolumeAnchors volumes) {
    this.volumes = volumes;
  }

  @Override
  public Optional<Anchor> read(String owner, String volume) {
    return switch (volumes.read(new AnchorKey(TENANT, owner, volume))) {
      case Outcome.Granted<dev.theca.broker.resource.Anchor>(var found) ->
          found.equals(dev.theca.broker.resource.Anchor.NEW)
              ? Optional.empty()
              : Optional.of(new Anchor(found.sequence(), HEX.formatHex(found.chain())));
      case Outcome.Refused<dev.theca.broker.resource.Anchor>(var why) ->
          throw new IllegalArgumentException(why.getFirst().toString());
    };
  }

  @Override
  public Step advance(
      String owner,
      String volume,
      long expectedSequence,
      String expectedChain,
      long newSequence,
      String newChain) {
    var expected =
        expectedChain.isEmpty()
            ? dev.theca.broker.resource.Anchor.NEW
            : anchor(expectedSequence, expectedChain);
    var key = new AnchorKey(TENANT, owner, volume);
    return switch (volumes.advance(
        key, expected, anchor(newSequence, newChain), "attested:" + owner)) {
      case Outcome.Granted<dev.theca.broker.resource.Anchor> _ -> new Step.Advanced();
      case Outcome.Refused<dev.theca.broker.resource.Anchor>(var why) -> {
        if (why.getFirst().code() == ResourceCode.ANCHOR_MOVED)
          yield new Step.Moved(read(owner, volume));
        throw new Plugin.Unavailable(
            why.getFirst().toString(), new dev.theca.wire.RefusedException(why));
      }
    };
  }

  private static dev.theca.broker.resource.Anchor anchor(long sequence, String chain) {
    return new dev.theca.broker.resource.Anchor(sequence, HEX.parseHex(chain));
  }
}
