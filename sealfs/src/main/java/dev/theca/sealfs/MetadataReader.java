package dev.theca.sealfs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads the whole tree below an index root. Every chunk is read once into private memory, its hash
 * compared with the reference that was already trusted, its tag checked, and only then looked at.
 */
final class MetadataReader {
  /** A chunk is not what the root commits to. */
  static final class Damaged extends Exception {
    private static final long serialVersionUID = 1L;

    Damaged(String message) {
      super(message);
    }
  }

  private static final int MAX_DEPTH = 8;

  private final FileChannel channel;
  private final Sealer sealer;
  private final byte[] uuid;
  private final Map<Long, Inode> inodes = new HashMap<>();

  MetadataReader(FileChannel channel, Sealer sealer, byte[] uuid) {
    this.channel = channel;
    this.sealer = sealer;
    this.uuid = uuid;
  }

  Map<Long, Inode> read(ChunkRef root) throws Damaged {
    try {
      walk(root, 0);
    } catch (IOException e) {
      throw new SealfsException("cannot read a volume", e);
    } catch (RuntimeException e) {
      throw new Damaged("metadata that passed its checks makes no sense: " + e.getMessage());
    }
    if (!inodes.containsKey(VolumeWriter.ROOT)) throw new Damaged("no root directory");
    return inodes;
  }

  private void walk(ChunkRef ref, int depth) throws Damaged, IOException {
    if (depth > MAX_DEPTH) throw new Damaged("an index deeper than " + MAX_DEPTH);
    var in = ByteBuffer.wrap(chunk(ref)).order(ByteOrder.LITTLE_ENDIAN);
    switch (ref.kind()) {
      case ChunkRef.INDEX -> {
        while (in.remaining() >= ChunkRef.SIZE) walk(ChunkRef.read(in), depth + 1);
      }
      case ChunkRef.INODE -> {
        while (in.hasRemaining()) {
          var inode = InodeCodec.decode(in);
          inodes.put(inode.ino, inode);
        }
      }
      case ChunkRef.DIR -> InodeCodec.entries(in, inode(ref));
      case ChunkRef.EXTENT -> extent(in, ref);
      default -> throw new Damaged("a chunk of unknown kind " + ref.kind());
    }
  }

  private Inode inode(ChunkRef ref) throws Damaged {
    var inode = inodes.get(ref.key());
    if (inode == null) throw new Damaged("a chunk for an unknown inode " + ref.key());
    return inode;
  }

  private void extent(ByteBuffer in, ChunkRef ref) throws Damaged {
    var inode = inode(ref);
    byte[] have = inode.blocks.bytes();
    if (have.length != ref.key2() * Blocks.SIZE)
      throw new Damaged("descriptors of inode " + ref.key() + " have a gap");
    byte[] all = java.util.Arrays.copyOf(have, have.length + in.remaining());
    in.get(all, have.length, in.remaining());
    inode.blocks = new Blocks(all);
  }

  private byte[] chunk(ChunkRef ref) throws Damaged, IOException {
    if (ref.length() < Sealer.TAG || ref.length() > ChunkRef.MAX_LENGTH || ref.offset() < 0) {
      throw new Damaged("a chunk of " + ref.length() + " bytes");
    }
    byte[] sealed = new byte[ref.length()];
    if (!Volume.readFully(channel, ref.offset(), sealed, sealed.length))
      throw new Damaged("the file is cut off at byte " + ref.offset());
    byte[] hash = dev.theca.wire.Digest.hasher("sha256").digest(sealed);
    byte[] plain = new byte[ref.length() - Sealer.TAG];
    if (!java.security.MessageDigest.isEqual(hash, ref.sha256())
        || !sealer.open(
            ref.counter(),
            Sealer.metaAad(uuid, ref.kind(), ref.key(), ref.key2()),
            sealed,
            sealed.length,
            plain)) {
      throw new Damaged("metadata at byte " + ref.offset() + " was changed");
    }
    return plain;
  }
}
