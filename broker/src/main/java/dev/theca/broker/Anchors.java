package dev.theca.broker;

import dev.theca.broker.plugin.AnchorBook;
import dev.theca.broker.resource.VolumeAnchors;

/** The volume anchors as the plugin that serves them asks for them. */
final class Anchors implements AnchorBook {
  private final VolumeAnchors volumes;

  Anchors(VolumeAnchors volumes) {
    this.volumes = volumes;
  }
}
