package dev.theca.sealfs;

import dev.theca.sealfs.tree.Commits;
import dev.theca.sealfs.tree.Store;
import dev.theca.sealfs.tree.Surroundings;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Lays an upper over a base that was opened: once, since the base's key goes with it. What is no
 * base, or has an upper, gets none.
 */
final class Uppers {
  private final VolumeOptions options;
  private final Surroundings around;
  private Opening.@Nullable Below base;
  private @Nullable Path ephemeral;

  Uppers(Opening.@Nullable Below base, VolumeOptions options, Surroundings around) {
    this.base = base;
    this.options = options;
    this.around = around;
  }

  private Opening.Below take() {
    var taken = base;
    if (taken == null) throw new IllegalStateException("the volume has an upper, or is no base");
    base = null;
    return taken;
  }

  /** One whose file goes with it. */
  Store ephemeral(Path upper, UUID uuid, Secret volumeKey) {
    var below = take();
    try {
      var above = Opening.ephemeral(upper, uuid, volumeKey, below, options, around).orThrow();
      ephemeral = upper;
      return above;
    } finally {
      below.key().close();
    }
  }

  /** One that keeps its changes. */
  Outcome<Store> durable(
      Path upper, UUID uuid, Secret volumeKey, VolumeState state, Commits.Rhythm rhythm) {
    var below = take();
    try {
      return Opening.durable(upper, uuid, volumeKey, below, state, options, rhythm, around);
    } finally {
      below.key().close();
    }
  }

  /** The last state of one, only to look at it. */
  Outcome<Store> look(Path upper, UUID uuid, Secret volumeKey, VolumeState state) {
    var below = take();
    try {
      return Opening.look(upper, uuid, volumeKey, below, state, options, around);
    } finally {
      below.key().close();
    }
  }

  /** No upper comes any more. */
  void close() {
    var left = base;
    if (left != null) left.key().close();
    base = null;
  }

  /** Removes what nobody can open again. */
  void remove() {
    var gone = ephemeral;
    if (gone != null) around.files().delete(gone);
    ephemeral = null;
  }
}
