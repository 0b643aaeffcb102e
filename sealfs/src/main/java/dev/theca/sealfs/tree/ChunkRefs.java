package dev.theca.sealfs.tree;

import dev.theca.sealfs.disk.ChunkRef;
import dev.theca.sealfs.disk.Damaged;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** The references of an index chunk. */
final class ChunkRefs {
  private ChunkRefs() {}

  static List<ChunkRef> of(byte[] chunk) throws Damaged {
    if (chunk.length == 0 || chunk.length % ChunkRef.SIZE != 0)
      throw new Damaged("an index of " + chunk.length + " bytes");
    var in = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
    var refs = new ArrayList<ChunkRef>();
    while (in.hasRemaining()) refs.add(ChunkRef.read(in));
    return refs;
  }
}
