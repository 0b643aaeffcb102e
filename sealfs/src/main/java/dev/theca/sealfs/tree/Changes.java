package dev.theca.sealfs.tree;

import dev.theca.sealfs.disk.Quota;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What changed since the last commit, and since the last checkpoint. Callers hold the tree's gate
 * for reading; the commit takes everything while it holds the gate alone. Without recording (an
 * ephemeral volume, whose tree never leaves memory) it keeps nothing.
 */
final class Changes {
  /** A name that came or went. */
  record Named(long directory, Directory.Entry entry, boolean removed) {}

  /** What a directory entry is sorted by in the chunks. */
  record EntryKey(long directory, long id) {}

  private final boolean recording;
  private final Quota quota;
  private List<Inode> inodes = new ArrayList<>();
  private List<Named> names = new ArrayList<>();
  private List<Inode> gone = new ArrayList<>();
  private long weight;

  // Since the last checkpoint; changed by the commit only.
  final Set<Long> dirtyInodes = new HashSet<>();
  final Set<EntryKey> dirtyEntries = new HashSet<>();
  final Map<Long, Extents> dirtyExtents = new HashMap<>();
  final Set<Long> goneInodes = new HashSet<>();

  Changes(boolean recording, Quota quota) {
    this.recording = recording;
    this.quota = quota;
  }

  boolean recording() {
    return recording;
  }

  /** An inode is another now; its record counts at once. */
  void inode(Inode inode) {
    if (!inode.gone) charge(inode, InodeCodec.size(inode));
    if (recording) note(inode);
  }

  private void charge(Inode inode, int bytes) {
    quota.grew(bytes - inode.charged);
    inode.charged = bytes;
  }

  private synchronized void note(Inode inode) {
    if (inode.dirty || inode.gone) return;
    inode.dirty = true;
    inodes.add(inode);
    weight += 128;
  }

  synchronized void named(long directory, Directory.Entry entry) {
    if (!recording) return;
    names.add(new Named(directory, entry, false));
    weight += 48;
  }

  synchronized void unnamed(long directory, Directory.Entry entry) {
    if (!recording || !entry.recorded) return; // an unrecorded one leaves the list by itself
    names.add(new Named(directory, entry, true));
    weight += 32;
  }

  synchronized void gone(Inode inode) {
    inode.gone = true;
    charge(inode, 0);
    if (!recording || !inode.recorded) return;
    gone.add(inode);
    weight += 16;
  }

  synchronized void grew(int bytes) {
    weight += bytes;
  }

  /** About how many bytes the next commit writes; 0 when there is nothing. */
  synchronized long weight() {
    return weight;
  }

  /** What the next commit records. */
  record Taken(List<Inode> inodes, List<Named> names, List<Inode> gone) {
    boolean isEmpty() {
      return inodes.isEmpty() && names.isEmpty() && gone.isEmpty();
    }
  }

  synchronized Taken take() {
    var taken = new Taken(inodes, names, gone);
    inodes = new ArrayList<>();
    names = new ArrayList<>();
    gone = new ArrayList<>();
    weight = 0;
    return taken;
  }
}
