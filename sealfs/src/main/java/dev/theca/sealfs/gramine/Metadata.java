package dev.theca.sealfs.gramine;

import dev.theca.wire.Outcome;
import dev.theca.wire.secret.AesCmac;
import dev.theca.wire.secret.Secret;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Node 0 of a protected file: a header in clear and 3884 encrypted bytes. Holds the plaintext of
 * the latter, wiped by {@link #close}. Offsets are copied from GRAMINE.md, "Node 0", and nowhere
 * else; numbers are little-endian.
 */
final class Metadata implements AutoCloseable {
  // in clear
  static final int ID = 0;
  static final int MAJOR = 8;
  static final int MINOR = 9;
  static final int NONCE = 10;
  static final int MAC = 42;
  static final int FLAGS = 58; // version 2 only; version 1 begins its encrypted part here
  static final int SEALED = 59;

  // in the encrypted part
  static final int PLAIN = 3884;
  static final int PATH_ROOM = 772;
  static final int SIZE = 772;
  static final int ROOT = 780; // key, then tag
  static final int HEAD = 812;

  static final int NONCE_BYTES = 32;
  static final int VERSION = 2;
  static final int PENDING = 1;

  private static final byte[] MAGIC = "GRAFS_PF".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LABEL =
      "SGX-PROTECTED-FS-METADATA-KEY".getBytes(StandardCharsets.US_ASCII);
  private static final VarHandle U64 =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** The encrypted part's plaintext. */
  final byte[] plain;

  private final byte[] tag;

  private Metadata(byte[] plain, byte[] tag) {
    this.plain = plain;
    this.tag = tag;
  }

  /** What stands in clear, checked as far as it can be without a key. */
  record Header(int major, int flags) {
    static Outcome<Header> parse(byte[] node) {
      if (!Arrays.equals(node, ID, MAGIC.length, MAGIC, 0, MAGIC.length))
        return PfCode.FORMAT.refused("file", "a protected file of Gramine", "another file");
      int major = node[MAJOR];
      int minor = node[MINOR];
      if (major < 1 || major > VERSION || minor != 0)
        return PfCode.VERSION.refused(
            "format version", "1.0 or 2.0", (major & 0xFF) + "." + (minor & 0xFF));
      int flags = major == 1 ? 0 : node[FLAGS] & 0xFF;
      if ((flags & ~PENDING) != 0)
        return PfCode.VERSION.refused("feature flags", "0 or 1", Integer.toString(flags));
      return Outcome.granted(new Header(major, flags));
    }

    boolean pending() {
      return (flags & PENDING) != 0;
    }
  }

  /** Opens a node whose header was checked. */
  static Outcome<Metadata> open(byte[] node, Header header, Secret key) {
    int at = header.major() == 1 ? FLAGS : SEALED;
    byte[] sealed = Arrays.copyOfRange(node, at, at + PLAIN + Layout.TAG);
    System.arraycopy(node, MAC, sealed, PLAIN, Layout.TAG);
    byte[] nodeKey = key(key, Arrays.copyOfRange(node, NONCE, NONCE + NONCE_BYTES));
    byte[] plain = new byte[PLAIN];
    try {
      if (!new NodeCipher().open(nodeKey, 0, sealed, 0, PLAIN, plain, 0))
        return PfCode.DAMAGED.refused(
            "metadata node", "a tag that holds", "changed bytes, or another key");
    } finally {
      Arrays.fill(nodeKey, (byte) 0);
    }
    var metadata = new Metadata(plain, Arrays.copyOfRange(node, MAC, MAC + Layout.TAG));
    var sane = sane(metadata);
    if (!sane.isGranted()) metadata.close();
    return sane;
  }

  private static Outcome<Metadata> sane(Metadata metadata) {
    if (metadata.pathLength() == PATH_ROOM)
      return PfCode.FORMAT.refused("path", "one that ends", "no end in 772 bytes");
    long size = metadata.size();
    if (size < 0 || size > Layout.MAX_SIZE)
      return PfCode.LENGTH.refused(
          "size", "at most " + Layout.MAX_SIZE, Long.toUnsignedString(size));
    return Outcome.granted(metadata);
  }

  /** A whole node of version 2, encrypted; {@code plain} is laid out by {@link #layOut}. */
  static byte[] seal(NodeCipher cipher, byte[] plain, byte[] nonce, Secret key) {
    byte[] node = new byte[Layout.NODE];
    byte[] nodeKey = key(key, nonce);
    byte[] sealed = new byte[PLAIN + Layout.TAG];
    try {
      cipher.seal(nodeKey, 0, plain, 0, PLAIN, sealed, 0);
    } finally {
      Arrays.fill(nodeKey, (byte) 0);
    }
    System.arraycopy(MAGIC, 0, node, ID, MAGIC.length);
    node[MAJOR] = VERSION;
    System.arraycopy(nonce, 0, node, NONCE, NONCE_BYTES);
    System.arraycopy(sealed, PLAIN, node, MAC, Layout.TAG);
    System.arraycopy(sealed, 0, node, SEALED, PLAIN);
    return node;
  }

  /** Path and size into an empty encrypted part; the caller adds head and root entry. */
  static void layOut(byte[] plain, byte[] path, long size) {
    System.arraycopy(path, 0, plain, 0, path.length);
    U64.set(plain, SIZE, size);
  }

  /** The key of a metadata node: AES-CMAC over counter 1, label, nonce and 128 bits. */
  static byte[] key(Secret key, byte[] nonce) {
    byte[] input = new byte[104];
    input[0] = 1;
    System.arraycopy(LABEL, 0, input, 4, LABEL.length);
    System.arraycopy(nonce, 0, input, 68, NONCE_BYTES);
    input[100] = (byte) 0x80;
    return key.lend(kdk -> AesCmac.mac(kdk, input));
  }

  private int pathLength() {
    int end = 0;
    while (end < PATH_ROOM && plain[end] != 0) end++;
    return end;
  }

  byte[] path() {
    return Arrays.copyOf(plain, pathLength());
  }

  long size() {
    return (long) U64.get(plain, SIZE);
  }

  /** Names this version of the file: commits to all of it, against everybody without the key. */
  byte[] tag() {
    return tag.clone();
  }

  @Override
  public void close() {
    Arrays.fill(plain, (byte) 0);
  }
}
