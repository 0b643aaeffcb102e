package dev.theca.sealfs.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.kit.Fuzz;
import dev.theca.sealfs.Anchor;
import dev.theca.sealfs.OnTamper;
import dev.theca.sealfs.disk.ChunkRef;
import dev.theca.sealfs.disk.Damaged;
import dev.theca.sealfs.disk.Gcm;
import dev.theca.sealfs.disk.HostFile;
import dev.theca.sealfs.disk.Journal;
import dev.theca.sealfs.disk.Quota;
import dev.theca.sealfs.disk.Slots;
import dev.theca.sealfs.disk.StateWriter;
import dev.theca.sealfs.disk.VolumeFile;
import dev.theca.sealfs.disk.VolumeKeys;
import dev.theca.wire.secret.Secret;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Whoever has the key can write any metadata under good tags. It is refused, or it is read; it
 * never brings the reader down, and never makes it run for long.
 */
class MetadataFuzzTest {
  /** A host file in memory. */
  private static final class Memory implements HostFile {
    private byte[] bytes = new byte[1 << 16];
    private int size;

    @Override
    public int read(long offset, byte[] into, int from, int length) {
      int there = Math.clamp(size - offset, 0, length);
      if (there > 0) System.arraycopy(bytes, (int) offset, into, from, there);
      return there;
    }

    @Override
    public void write(long offset, byte[] from, int at, int length) {
      int end = (int) offset + length;
      if (end > bytes.length) bytes = Arrays.copyOf(bytes, end * 2);
      System.arraycopy(from, at, bytes, (int) offset, length);
      size = Math.max(size, end);
    }

    @Override
    public void sync() {}

    @Override
    public boolean lock() {
      return true;
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public void truncate(long to) {
      size = (int) to;
    }

    @Override
    public void close() {}
  }

  private static final VolumeKeys KEYS = keys();

  private static VolumeKeys keys() {
    try (var key = Secret.moveFrom(new byte[32])) {
      return VolumeKeys.derive(key, new UUID(1, 1), Gcm.Witness.DEAF);
    }
  }

  private static final Namespace.Clock CLOCK = () -> 5;

  /** A small tree with one of everything. */
  private static Tree tree() {
    var tree = new Tree(true, new Quota());
    tree.plant(5);
    Inode root = tree.inode(Tree.ROOT);
    add(tree, root, "dir", Inode.S_IFDIR | 0755);
    Inode link = add(tree, root, "link", Inode.S_IFLNK | 0777);
    link.bytes = new byte[] {'x'};
    link.size = 1;
    Inode small = add(tree, root, "small", Inode.S_IFREG | 0600);
    small.bytes = new byte[100];
    small.size = 100;
    small.setXattr(Name.of("user.a").bytes(), new byte[10]);
    Inode file = add(tree, root, "file", Inode.S_IFREG | 0600);
    file.size = 20_000;
    byte[] row = new byte[2 * Blocks.SIZE];
    Blocks.put(row, 0, 40, 16_384, 0, 7, new byte[16], 0);
    Blocks.put(row, Blocks.SIZE, 44, 3_616, 0, 8, new byte[16], 0);
    file.extents().setSmall(row);
    Inode large = add(tree, root, "large", Inode.S_IFREG | 0600);
    large.size = 5_000_000;
    large.extents().setLarge();
    return tree;
  }

  private static Inode add(Tree tree, Inode parent, String name, int mode) {
    var inode = new Inode(tree.nextIno.getAndIncrement(), mode);
    inode.nlink = inode.isDirectory() ? 2 : 1;
    inode.parent = parent.ino;
    tree.inodes.put(inode);
    var entry = parent.directory().add(Name.of(name).bytes(), inode.ino, mode >> 12 & 15);
    tree.changes.inode(inode);
    tree.changes.named(parent.ino, entry);
    return inode;
  }

  private static final StateWriter.Head HEAD =
      new StateWriter.Head(0, 20, new Anchor(0, new byte[32]), 6, 0, 0, false);

  /** A volume whose chunks say what they are told. */
  private static VolumeFile volume(List<StateWriter.Fresh> chunks) throws Damaged {
    var file = new Memory();
    var begun = VolumeFile.begin(file, KEYS, null, 14, 20, new byte[16]);
    var slots = new Slots(VolumeFile.FIRST_SLOT, false);
    assertThat(slots.reserve(40, 8)).isTrue();
    var unused =
        new StateWriter(begun, slots, slots.picture())
            .write(new TreeMap<>(), chunks, List.of(), HEAD, () -> {});
    return VolumeFile.open(file, KEYS, null);
  }

  private static void walk(VolumeFile volume, Journal journal) throws Damaged {
    var health = new Health(OnTamper.EIO, (ino, block) -> {}, () -> {});
    var store =
        Store.reading(volume, journal, passed -> {}, health, new Store.Bounds(0, 1000, 1 << 20));
    var all = new ArrayList<Inode>();
    store.tree().inodes.each(all::add);
    for (Inode inode : all) {
      try {
        if (inode.isDirectory()) store.namespace().list(inode.ino, 0, (name, cookie, stat) -> true);
        else if (inode.isFile()) {
          store.files().read(inode.ino, 0, ByteBuffer.allocate(100_000));
          long unused = store.files().seek(inode.ino, 0, true);
        }
      } catch (PosixException e) {
        // what is broken is told to the reader
      }
    }
    try {
      var unused = new Checkup(store).run();
    } catch (Damaged | PosixException e) {
      // and to whoever looks for it
    }
  }

  private static List<StateWriter.Fresh> chunks(Tree tree) {
    return Snapshot.whole(tree).fresh();
  }

  @Test
  void any_chunk_under_a_good_tag_is_refused_or_read() throws Exception {
    var good = chunks(tree());
    walk(volume(good), none());
    var seeds = new ArrayList<byte[]>();
    for (var chunk : good) seeds.add(seed(chunk.kind(), chunk.plain()));
    byte[] row = new byte[3 * Blocks.SIZE];
    Blocks.put(row, 0, 40, 16_384, 0, 7, new byte[16], 0);
    seeds.add(seed(ChunkRef.EXTENT, row));
    seeds.add(seed(ChunkRef.SPACE, new byte[] {3, 0, 0, 0, 0, -1}));
    byte[] ref = new byte[ChunkRef.SIZE];
    ref[0] = ChunkRef.INODE;
    seeds.add(seed(ChunkRef.INDEX, ref));
    assertThat(
            Fuzz.run(
                "chunk",
                seeds,
                input -> {
                  if (input.length == 0) return;
                  int kind = input[0] & 7;
                  byte[] plain =
                      Arrays.copyOfRange(input, 1, Math.min(input.length, 1 + ChunkRef.CHUNK));
                  var chunks = new ArrayList<StateWriter.Fresh>();
                  for (var chunk : good) if (chunk.kind() != kind) chunks.add(chunk);
                  chunks.add(
                      new StateWriter.Fresh(kind, kind == ChunkRef.EXTENT ? 6 : 1, 0, plain));
                  walk(volume(chunks), none());
                },
                Damaged.class))
        .isGreaterThan(20);
  }

  private static byte[] seed(int kind, byte[] plain) {
    byte[] seed = new byte[plain.length + 1];
    seed[0] = (byte) kind;
    System.arraycopy(plain, 0, seed, 1, plain.length);
    return seed;
  }

  private static Journal none() {
    var superblock = VolumeFile.begin(new Memory(), KEYS, null, 14, 20, new byte[16]).superblock();
    return Journal.at(new Memory(), new Memory(), superblock);
  }

  @Test
  void any_journal_under_good_tags_is_refused_or_applied() throws Exception {
    var tree = tree();
    var good = chunks(tree);
    var frames = Recorder.record(tree.changes.take(), tree.changes);
    var seeds = new ArrayList<>(frames);
    var cut = ByteBuffer.allocate(17 + 21 + 32 + 9 + 17).order(ByteOrder.LITTLE_ENDIAN);
    cut.put(Recorder.CUT).putLong(6).putLong(10);
    byte[] row = new byte[Blocks.SIZE];
    Blocks.put(row, 0, 30, 16_384, 0, 9, new byte[16], 0);
    cut.put(Recorder.BLOCKS).putLong(6).putLong(3000).putInt(1).put(row);
    cut.put(Recorder.GONE).putLong(3);
    cut.put(Recorder.UNNAME).putLong(1).putLong(4);
    seeds.add(cut.array());
    assertThat(
            Fuzz.run(
                "journal",
                seeds,
                input -> {
                  if (input.length == 0) return;
                  var volume = volume(good);
                  var first = new Memory();
                  var writing = VolumeFile.begin(new Memory(), KEYS, null, 14, 20, new byte[16]);
                  var journal = Journal.at(first, new Memory(), volume.superblock());
                  Anchor unused = journal.append(writing.current().meta(), List.of(input));
                  walk(volume, Journal.at(first, new Memory(), volume.superblock()));
                },
                Damaged.class))
        .isGreaterThan(20);
  }

  private static byte[] encoded(Inode inode) {
    var out = ByteBuffer.allocate(InodeCodec.size(inode)).order(ByteOrder.LITTLE_ENDIAN);
    InodeCodec.encode(inode, out);
    return out.array();
  }

  @Test
  void any_inode_record_is_refused_or_decoded() {
    var seeds = new ArrayList<byte[]>();
    tree().inodes.each(inode -> seeds.add(encoded(inode)));
    assertThat(
            Fuzz.run(
                "inode",
                seeds,
                input -> {
                  var in = ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN);
                  while (in.hasRemaining()) {
                    Inode inode = InodeCodec.decode(in, true);
                    byte[] again = encoded(inode);
                    assertThat(again.length).isLessThan(input.length + 1000);
                  }
                },
                Damaged.class))
        .isGreaterThan(20);
  }
}
