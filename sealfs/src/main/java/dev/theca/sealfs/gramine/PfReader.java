package dev.theca.sealfs.gramine;

import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * An opened protected file, format 1.0 or 2.0, read at any place. Every byte it gives was written
 * under this key, for this path and this offset, in one version of the file. Once anything does not
 * hold, the whole file is refused from then on.
 *
 * <p>Does not notice an older version of the whole file: compare {@link #tag} with a listing.
 */
public final class PfReader implements AutoCloseable {
  /** Appended to a file's name for its recovery file. */
  public static final String RECOVERY = ".gramine.recovery";

  private final Nodes nodes;
  private final Metadata metadata;
  private final NodeCipher cipher = new NodeCipher();
  private final MhtCache mhts;
  private final byte[] sealed = new byte[Layout.DATA_NODES * Layout.NODE + Layout.TAG];
  private final byte[] edge = new byte[Layout.NODE];
  private Optional<Outcome<Integer>> broken = Optional.empty();

  private PfReader(Nodes nodes, Metadata metadata) {
    this.nodes = nodes;
    this.metadata = metadata;
    this.mhts = new MhtCache(nodes, metadata, cipher);
  }

  /** Opens a file that must have been written for {@code boundPath}. The key stays the caller's. */
  public static Outcome<PfReader> open(Path file, Secret key, byte[] boundPath) {
    return open(file, key, Optional.of(boundPath.clone()));
  }

  /** Opens a file whatever path it was written for: a swapped file is not noticed. */
  public static Outcome<PfReader> openUnderAnyPath(Path file, Secret key) {
    return open(file, key, Optional.empty());
  }

  private static Outcome<PfReader> open(Path file, Secret key, Optional<byte[]> path) {
    Path beside = HostFile.withSuffix(file, RECOVERY);
    return HostFile.open(file).then(bytes -> open(bytes, () -> HostFile.open(beside), key, path));
  }

  /** How the recovery file is found, when it is needed. */
  @FunctionalInterface
  interface Recovery {
    Outcome<HostBytes> open();
  }

  /** Takes the file over, and closes it unless the answer is yes. */
  static Outcome<PfReader> open(
      HostBytes file, Recovery recovery, Secret key, Optional<byte[]> path) {
    boolean granted = false;
    try {
      var opened =
          header(file)
              .then(
                  header ->
                      header.pending()
                          ? recovered(file, recovery)
                          : Outcome.granted(Nodes.of(file)))
              .then(nodes -> open(nodes, key, path));
      granted = opened.isGranted();
      return opened;
    } finally {
      if (!granted) file.close();
    }
  }

  private static Outcome<Metadata.Header> header(HostBytes file) {
    byte[] node = new byte[Layout.NODE];
    long length = file.length();
    if (length < Layout.NODE || length % Layout.NODE != 0 || !file.read(0, node, 0, Layout.NODE))
      return PfCode.LENGTH.refused("file", "a multiple of 4096 bytes", length + " bytes");
    return Metadata.Header.parse(node);
  }

  private static Outcome<Nodes> recovered(HostBytes file, Recovery recovery) {
    if (!(recovery.open() instanceof Outcome.Granted<HostBytes>(var bytes)))
      return PfCode.PENDING.refused("file", "one at rest", "a write cut off, no recovery file");
    var nodes = Nodes.recovered(file, bytes);
    if (!nodes.isGranted()) bytes.close();
    return nodes;
  }

  private static Outcome<PfReader> open(Nodes nodes, Secret key, Optional<byte[]> path) {
    byte[] node = new byte[Layout.NODE];
    if (!nodes.read(0, 1, node)) return PfCode.LENGTH.refused("file", "its metadata", "a cut file");
    var opened =
        Metadata.Header.parse(node)
            .then(header -> Metadata.open(node, header, key))
            .then(
                metadata -> {
                  var reader = open(nodes, metadata, path);
                  if (!reader.isGranted()) metadata.close();
                  return reader;
                });
    if (!opened.isGranted() && nodes.isRecovered()) nodes.close();
    return opened;
  }

  private static Outcome<PfReader> open(Nodes nodes, Metadata metadata, Optional<byte[]> path) {
    if (path.isPresent() && !Arrays.equals(path.get(), metadata.path())) {
      return PfCode.PATH.refused(
          "embedded path", PathText.shown(path.get()), PathText.shown(metadata.path()));
    }
    long wanted = Layout.hostLength(metadata.size());
    long length = nodes.length();
    // a write that was cut off may have made the file longer already
    if (nodes.isRecovered() ? length < wanted : length != wanted)
      return PfCode.LENGTH.refused(
          "file of " + metadata.size() + " bytes", wanted + " bytes on the host", length + "");
    var reader = new PfReader(nodes, metadata);
    if (metadata.size() > Layout.HEAD && reader.mhts.get(0).isEmpty())
      return damaged("hash node 0");
    return Outcome.granted(reader);
  }

  private static <T> Outcome<T> damaged(String node) {
    return PfCode.DAMAGED.refused(node, "a tag that holds", "changed bytes");
  }

  /** Size of the plaintext in bytes. */
  public long size() {
    return metadata.size();
  }

  /** The path that the file was written for. */
  public byte[] path() {
    return metadata.path();
  }

  /** The metadata tag, 16 bytes: names this version of the file. */
  public byte[] tag() {
    return metadata.tag();
  }

  /**
   * Reads up to {@code length} bytes at an offset; how many, fewer only at the end, 0 behind it. On
   * a refusal that part of {@code into} holds zeroes.
   */
  public synchronized Outcome<Integer> read(long offset, byte[] into, int from, int length) {
    Objects.checkFromIndexSize(from, length, into.length);
    if (offset < 0) throw new IllegalArgumentException("offset " + offset);
    if (broken.isPresent()) return broken.get();
    int wanted = (int) Math.min(length, Math.max(0, size() - offset));
    int done = 0;
    if (offset < Layout.HEAD && wanted > 0) {
      done = (int) Math.min(wanted, Layout.HEAD - offset);
      System.arraycopy(metadata.plain, Metadata.HEAD + (int) offset, into, from, done);
    }
    while (done < wanted) {
      var answer = group(offset + done, into, from + done, wanted - done);
      if (!(answer instanceof Outcome.Granted<Integer>(var n))) {
        Arrays.fill(into, from, from + length, (byte) 0);
        broken = Optional.of(answer);
        return answer;
      }
      done += n;
    }
    return Outcome.granted(done);
  }

  /** Reads what lies in data nodes of one MHT, with one read of the host file. */
  private Outcome<Integer> group(long offset, byte[] into, int from, int length) {
    long data = (offset - Layout.HEAD) / Layout.NODE;
    long mht = data / Layout.DATA_NODES;
    int first = (int) (data % Layout.DATA_NODES);
    int skip = (int) ((offset - Layout.HEAD) % Layout.NODE);
    int count =
        Math.min(Layout.DATA_NODES - first, (skip + length + Layout.NODE - 1) / Layout.NODE);
    var entries = mhts.get(mht);
    if (entries.isEmpty()) return damaged("hash node " + mht);
    if (!nodes.read(Layout.mhtNode(mht) + 1 + first, count, sealed))
      return PfCode.LENGTH.refused("data node " + data, "4096 bytes", "the end of the file");
    int done = 0;
    for (int i = 0; i < count; i++) {
      int begin = i == 0 ? skip : 0;
      int n = Math.min(length - done, Layout.NODE - begin);
      boolean whole = n == Layout.NODE;
      byte[] out = whole ? into : edge;
      int entry = (first + i) * Layout.ENTRY;
      if (!cipher.open(entries.get(), entry, sealed, i * Layout.NODE, out, whole ? from + done : 0))
        return damaged("data node " + (data + i));
      if (!whole) System.arraycopy(edge, begin, into, from + done, n);
      done += n;
    }
    return Outcome.granted(done);
  }

  /** Closes the file and wipes what was decrypted of it. */
  @Override
  public synchronized void close() {
    broken = Optional.of(PfCode.MISSING.refused("file", "an open one", "a closed one"));
    mhts.close();
    metadata.close();
    Arrays.fill(edge, (byte) 0);
    nodes.close();
  }
}
