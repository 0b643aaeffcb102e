package dev.theca.sealfs.gramine;

/**
 * Where things lie in a protected file: node 0 is the metadata, then groups of one hash node (MHT)
 * and its 96 data nodes. Numbers of nodes are physical where they say so, else logical. Source:
 * GRAMINE.md, "Tree".
 */
final class Layout {
  static final int NODE = 4096;
  static final int KEY = 16;
  static final int TAG = 16;

  /** Bytes of a file that lie in its metadata node. */
  static final int HEAD = 3072;

  /** Data nodes of one MHT, and the MHTs below one. */
  static final int DATA_NODES = 96;

  static final int CHILDREN = 32;

  /** A key and a tag in an MHT. */
  static final int ENTRY = KEY + TAG;

  /** No file is larger: sizes stay far from overflow. */
  static final long MAX_SIZE = (1L << 48) - 1;

  private Layout() {}

  static long dataNodes(long size) {
    return size <= HEAD ? 0 : (size - HEAD + NODE - 1) / NODE;
  }

  static long mhts(long size) {
    return (dataNodes(size) + DATA_NODES - 1) / DATA_NODES;
  }

  /** Of the MHTs, those that have an MHT below them: the first ones. */
  static long innerMhts(long size) {
    long mhts = mhts(size);
    return mhts <= 1 ? 0 : (mhts - 2) / CHILDREN + 1;
  }

  /** Length on the host, in bytes. */
  static long hostLength(long size) {
    return NODE * (1 + mhts(size) + dataNodes(size));
  }

  /** Physical node of an MHT; its data nodes follow. */
  static long mhtNode(long mht) {
    return 1 + (DATA_NODES + 1) * mht;
  }

  static long parent(long mht) {
    return (mht - 1) / CHILDREN;
  }

  /** Byte offset of an MHT's key and tag in its parent. */
  static int childEntry(long mht) {
    return DATA_NODES * ENTRY + ENTRY * (int) ((mht - 1) % CHILDREN);
  }
}
