package dev.theca.sealfs;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;

/**
 * Writes all metadata as encrypted chunks of at most 64 KiB and an index over them: a tree of
 * references sorted by (kind, key, key2), each with the SHA-256 of its chunk. The reference of the
 * topmost chunk commits to everything.
 */
final class MetadataWriter {
  private static final int CHUNK = 1 << 16;

  private final SlotWriter slots;
  private final Sealer sealer;
  private final byte[] uuid;
  private final List<ChunkRef> leaves = new ArrayList<>();
  private final ByteArrayOutputStream chunk = new ByteArrayOutputStream();
  private long key;
  private long key2;

  MetadataWriter(SlotWriter slots, Sealer sealer, byte[] uuid) {
    this.slots = slots;
    this.sealer = sealer;
    this.uuid = uuid;
  }

  ChunkRef write(SortedMap<Long, Inode> inodes) {
    for (Inode inode : inodes.values()) add(ChunkRef.INODE, inode.ino, 0, InodeCodec.encode(inode));
    end(ChunkRef.INODE);
    for (Inode inode : inodes.values()) {
      if (!inode.isDirectory()) continue;
      for (var child : inode.children()) {
        var there = java.util.Objects.requireNonNull(inodes.get(child.ino()));
        add(
            ChunkRef.DIR,
            inode.ino,
            child.cookie(),
            InodeCodec.entry(child, there.mode >> 12 & 15));
      }
      end(ChunkRef.DIR);
    }
    for (Inode inode : inodes.values()) {
      if (inode.blocks.count() <= InodeCodec.INLINE_BLOCKS) continue;
      byte[] table = inode.blocks.bytes();
      for (int at = 0; at < table.length; at += CHUNK) {
        byte[] part = Arrays.copyOfRange(table, at, Math.min(table.length, at + CHUNK));
        leaves.add(put(ChunkRef.EXTENT, inode.ino, at / Blocks.SIZE, part));
      }
    }
    return index(leaves);
  }

  private void add(int kind, long firstKey, long firstKey2, byte[] record) {
    if (chunk.size() > 0 && chunk.size() + record.length > CHUNK) end(kind);
    if (chunk.size() == 0) {
      key = firstKey;
      key2 = firstKey2;
    }
    chunk.writeBytes(record);
  }

  private void end(int kind) {
    if (chunk.size() == 0) return;
    leaves.add(put(kind, key, key2, chunk.toByteArray()));
    chunk.reset();
  }

  private ChunkRef index(List<ChunkRef> references) {
    int perChunk = CHUNK / ChunkRef.SIZE;
    var level = new ArrayList<ChunkRef>();
    for (int at = 0; at < references.size(); at += perChunk) {
      var out = new ByteArrayOutputStream();
      for (ChunkRef ref : references.subList(at, Math.min(references.size(), at + perChunk)))
        out.writeBytes(ref.bytes());
      ChunkRef first = references.get(at);
      level.add(put(ChunkRef.INDEX, first.key(), first.key2(), out.toByteArray()));
    }
    return level.size() == 1 ? level.getFirst() : index(level);
  }

  private ChunkRef put(int kind, long firstKey, long firstKey2, byte[] plain) {
    long counter = sealer.nextCounter();
    byte[] out =
        sealer.seal(counter, Sealer.metaAad(uuid, kind, firstKey, firstKey2), plain, plain.length);
    long offset = slots.append(out, out.length) * SlotWriter.SLOT;
    byte[] hash = dev.theca.wire.Digest.hasher("sha256").digest(out);
    return new ChunkRef(kind, 0, out.length, offset, counter, firstKey, firstKey2, hash);
  }
}
