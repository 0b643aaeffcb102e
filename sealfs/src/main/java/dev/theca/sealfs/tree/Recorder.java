package dev.theca.sealfs.tree;

import dev.theca.sealfs.disk.Journal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes what changed as the operations of one transaction (FORMAT.md, "Operations"): how things
 * are now, so that the order inside and a second replay do not matter.
 */
final class Recorder {
  static final byte INODE = 1;
  static final byte GONE = 2;
  static final byte NAME = 3;
  static final byte UNNAME = 4;
  static final byte BLOCKS = 5;
  static final byte CUT = 6;

  private final List<byte[]> frames = new ArrayList<>();
  private ByteBuffer frame = empty();

  private Recorder() {}

  private static ByteBuffer empty() {
    return ByteBuffer.allocate(64 << 10).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The frames of a transaction, which also goes into the sets of the next checkpoint. */
  static List<byte[]> record(Changes.Taken taken, Changes changes) {
    var recorder = new Recorder();
    for (Inode inode : taken.inodes()) {
      inode.dirty = false;
      if (inode.gone) continue;
      recorder.inode(inode);
      inode.recorded = true;
      changes.dirtyInodes.add(inode.ino);
      if (inode.extents != null) changes.dirtyExtents.put(inode.ino, inode.extents);
    }
    for (Changes.Named named : taken.names()) {
      var entry = named.entry();
      if (!named.removed() && entry.removed && !entry.recorded) continue; // came and went
      changes.dirtyEntries.add(new Changes.EntryKey(named.directory(), entry.id));
      if (named.removed()) recorder.unname(named.directory(), entry.id);
      else if (!entry.removed) recorder.name(named.directory(), entry);
      entry.recorded = true;
    }
    for (Inode inode : taken.gone()) {
      recorder.room(9).put(GONE).putLong(inode.ino);
      changes.goneInodes.add(inode.ino);
      changes.dirtyInodes.remove(inode.ino);
      changes.dirtyExtents.remove(inode.ino);
    }
    recorder.end();
    return recorder.frames;
  }

  private void inode(Inode inode) {
    var extents = inode.extents;
    if (extents != null) {
      long cut = extents.takeCutJournal();
      if (cut != Long.MAX_VALUE) room(17).put(CUT).putLong(inode.ino).putLong(cut);
    }
    int size = InodeCodec.size(inode);
    InodeCodec.encode(inode, room(5 + size).put(INODE).putInt(size));
    if (extents == null) return;
    extents.takeChanged(
        (first, row) ->
            room(21 + row.length)
                .put(BLOCKS)
                .putLong(inode.ino)
                .putLong(first)
                .putInt(row.length / Blocks.SIZE)
                .put(row));
  }

  private void name(long directory, Directory.Entry entry) {
    InodeCodec.encode(entry, room(9 + InodeCodec.size(entry)).put(NAME).putLong(directory));
  }

  private void unname(long directory, long id) {
    room(17).put(UNNAME).putLong(directory).putLong(id);
  }

  private ByteBuffer room(int bytes) {
    if (frame.position() + bytes > Journal.FRAME) end();
    if (frame.remaining() < bytes) {
      int more = Math.min(Journal.FRAME, Math.max(frame.capacity() * 2, frame.position() + bytes));
      frame = ByteBuffer.allocate(more).order(ByteOrder.LITTLE_ENDIAN).put(frame.flip());
    }
    return frame;
  }

  private void end() {
    if (frame.position() == 0) return;
    frames.add(java.util.Arrays.copyOf(frame.array(), frame.position()));
    frame = empty();
  }
}
