package dev.theca.sealfs.gramine;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * The hash nodes of an open file, each checked against its parent and so against the metadata. The
 * last 64 that were used stay in memory; what leaves it is wiped.
 */
final class MhtCache implements AutoCloseable {
  private static final int KEPT = 64;

  private final Nodes nodes;
  private final Metadata metadata;
  private final NodeCipher cipher;
  private final LinkedHashMap<Long, byte[]> kept = new LinkedHashMap<>(KEPT, 0.75f, true);
  private final byte[] sealed = new byte[Layout.NODE + Layout.TAG];

  MhtCache(Nodes nodes, Metadata metadata, NodeCipher cipher) {
    this.nodes = nodes;
    this.metadata = metadata;
    this.cipher = cipher;
  }

  /** The keys and tags in an MHT; empty when it, or one above it, is cut off or changed. */
  Optional<byte[]> get(long mht) {
    byte[] there = kept.get(mht);
    if (there != null) return Optional.of(there);
    Optional<byte[]> above = mht == 0 ? Optional.of(metadata.plain) : get(Layout.parent(mht));
    int entry = mht == 0 ? Metadata.ROOT : Layout.childEntry(mht);
    return above.flatMap(entries -> open(mht, entries, entry));
  }

  private Optional<byte[]> open(long mht, byte[] entries, int entry) {
    byte[] plain = new byte[Layout.NODE];
    if (!nodes.read(Layout.mhtNode(mht), 1, sealed)
        || !cipher.open(entries, entry, sealed, 0, plain, 0)) return Optional.empty();
    kept.put(mht, plain);
    if (kept.size() > KEPT) Arrays.fill(kept.pollFirstEntry().getValue(), (byte) 0);
    return Optional.of(plain);
  }

  @Override
  public void close() {
    kept.values().forEach(mht -> Arrays.fill(mht, (byte) 0));
    kept.clear();
  }
}
