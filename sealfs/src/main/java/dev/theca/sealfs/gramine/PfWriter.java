package dev.theca.sealfs.gramine;

import dev.theca.wire.secret.Secret;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Writes protected files, format 2.0, one after another. Reads each source once from front to back
 * and writes each node once: hash nodes that have none below them go out with their 96 data nodes
 * in one write, the few others at the end from last to first, the metadata node last of all. Memory
 * is 0.8 MB, and 4 KiB per 12 MiB of a file above 0.4 MB. For one thread.
 *
 * <p>Does not make the sink durable, and does not give it a name: a file without its metadata node
 * does not open. Source: GRAMINE.md.
 */
public final class PfWriter implements AutoCloseable {
  /** Larger files would need too much memory for their inner hash nodes. */
  public static final long MAX_SIZE = 1L << 40;

  private static final int GROUP = Layout.DATA_NODES * Layout.NODE;

  private final Secret key;
  private final SecureRandom random;
  private final NodeCipher cipher = new NodeCipher();
  private final byte[] plain = new byte[GROUP];
  private final byte[] out = new byte[Layout.NODE + GROUP + Layout.TAG];
  private final byte[] keys = new byte[(Layout.DATA_NODES + 1) * Layout.KEY];
  private final byte[] sealedMht = new byte[Layout.NODE + Layout.TAG];

  /** What was written: the size in plaintext, and the metadata tag that names this version. */
  public record Written(long size, byte[] tag) {
    public long hostLength() {
      return Layout.hostLength(size);
    }
  }

  /** The key has 16 bytes and stays the caller's. */
  public PfWriter(Secret key) {
    this(key, new SecureRandom());
  }

  PfWriter(Secret key, SecureRandom random) {
    if (key.sizeBytes() != Layout.KEY)
      throw new IllegalArgumentException("a key of " + key.sizeBytes() + " bytes, not 16");
    this.key = key;
    this.random = random;
  }

  /**
   * Writes one file of {@code size} bytes that will be read under {@code boundPath}.
   *
   * @throws PfException when the source ends early
   */
  public Written write(byte[] boundPath, long size, PfSource source, PfSink sink) {
    if (boundPath.length > BoundRoot.MAX_PATH || size < 0 || size > MAX_SIZE)
      throw new IllegalArgumentException(
          "path of " + boundPath.length + " bytes, file of " + size + " bytes");
    byte[] metadata = new byte[Metadata.PLAIN];
    try {
      Metadata.layOut(metadata, boundPath, size);
      fill(source, 0, metadata, Metadata.HEAD, (int) Math.min(size, Layout.HEAD));
      if (size > Layout.HEAD) new Tree(size, metadata, sink).write(source);
      byte[] nonce = new byte[Metadata.NONCE_BYTES];
      random.nextBytes(nonce);
      byte[] node = Metadata.seal(cipher, metadata, nonce, key);
      sink.write(0, node, 0, Layout.NODE);
      return new Written(size, Arrays.copyOfRange(node, Metadata.MAC, Metadata.MAC + Layout.TAG));
    } finally {
      Arrays.fill(metadata, (byte) 0);
    }
  }

  private static void fill(PfSource source, long offset, byte[] into, int from, int length) {
    for (int done = 0; done < length; ) {
      int n = source.read(offset + done, into, from + done, length - done);
      if (n <= 0 || n > length - done)
        throw new PfException("the source gives " + n + " bytes at " + (offset + done));
      done += n;
    }
  }

  /** The nodes of one file behind its metadata. */
  private final class Tree {
    private final long size;
    private final byte[] metadata;
    private final PfSink sink;
    private final byte[][] inner;
    private final byte[] leaf = new byte[Layout.NODE];

    Tree(long size, byte[] metadata, PfSink sink) {
      this.size = size;
      this.metadata = metadata;
      this.sink = sink;
      this.inner = new byte[Math.toIntExact(Layout.innerMhts(size))][Layout.NODE];
    }

    void write(PfSource source) {
      try {
        long mhts = Layout.mhts(size);
        for (long mht = 0; mht < mhts; mht++) group(mht, source);
        for (int mht = inner.length - 1; mht >= 0; mht--) {
          seal(mht, inner[mht]);
          sink.write(Layout.NODE * Layout.mhtNode(mht), sealedMht, 0, Layout.NODE);
        }
      } finally {
        for (byte[] mht : inner) Arrays.fill(mht, (byte) 0);
        Arrays.fill(leaf, (byte) 0);
      }
    }

    private void group(long mht, PfSource source) {
      boolean isLeaf = mht >= inner.length;
      byte[] entries = isLeaf ? leaf : inner[(int) mht];
      long offset = Layout.HEAD + mht * GROUP;
      int length = (int) Math.min(GROUP, size - offset);
      fill(source, offset, plain, 0, length);
      int nodes = (length + Layout.NODE - 1) / Layout.NODE;
      Arrays.fill(plain, length, nodes * Layout.NODE, (byte) 0);
      if (isLeaf) Arrays.fill(leaf, (byte) 0);
      random.nextBytes(keys);
      for (int i = 0; i < nodes; i++) {
        int at = Layout.NODE * (i + 1);
        cipher.seal(keys, Layout.KEY * i, plain, Layout.NODE * i, Layout.NODE, out, at);
        System.arraycopy(keys, Layout.KEY * i, entries, Layout.ENTRY * i, Layout.KEY);
        // the tag lies where the next node will be
        System.arraycopy(out, at + Layout.NODE, entries, Layout.ENTRY * i + Layout.KEY, Layout.TAG);
      }
      long node = Layout.mhtNode(mht);
      if (isLeaf) {
        seal(mht, leaf);
        System.arraycopy(sealedMht, 0, out, 0, Layout.NODE);
        sink.write(Layout.NODE * node, out, 0, Layout.NODE * (nodes + 1));
      } else {
        sink.write(Layout.NODE * (node + 1), out, Layout.NODE, Layout.NODE * nodes);
      }
    }

    /** Encrypts an MHT into {@link #sealedMht} and tells its parent. */
    private void seal(long mht, byte[] entries) {
      byte[] own = new byte[Layout.KEY];
      random.nextBytes(own);
      cipher.seal(own, 0, entries, 0, Layout.NODE, sealedMht, 0);
      byte[] parent = mht == 0 ? metadata : inner[(int) Layout.parent(mht)];
      int entry = mht == 0 ? Metadata.ROOT : Layout.childEntry(mht);
      System.arraycopy(own, 0, parent, entry, Layout.KEY);
      System.arraycopy(sealedMht, Layout.NODE, parent, entry + Layout.KEY, Layout.TAG);
      Arrays.fill(own, (byte) 0);
    }
  }

  /** Wipes the buffers; the key is the caller's. */
  @Override
  public void close() {
    Arrays.fill(plain, (byte) 0);
    Arrays.fill(keys, (byte) 0);
  }
}
