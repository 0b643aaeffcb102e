package dev.theca.sealfs;

import dev.theca.sealfs.disk.Damaged;
import dev.theca.sealfs.tree.Commits;
import dev.theca.sealfs.tree.Namespace;
import dev.theca.sealfs.tree.Store;
import dev.theca.sealfs.tree.Surroundings;
import dev.theca.sealfs.tree.Tree;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An opened tree: an immutable base, a volume that keeps its changes, or a base with an upper above
 * it. A base is exactly the one whose root was demanded; a volume is in the state that was demanded
 * or one that leads on from it; each block of content is authenticated when it is read. What the
 * host changed is a refusal or EIO, never wrong data.
 *
 * <p>Does not hide sizes of blocks, or when they are read and written.
 */
public final class Volume implements AutoCloseable {
  private Store store;
  private final Path file;
  private final Surroundings around;
  private final VolumeOptions options;
  private Opening.@Nullable Below self;

  private Volume(
      Store store,
      Path file,
      Surroundings around,
      VolumeOptions options,
      Opening.@Nullable Below self) {
    this.store = store;
    this.file = file;
    this.around = around;
    this.options = options;
    this.self = self;
  }

  /**
   * Opens a base volume, demanding its identity and its root commitment; whatever else lies there
   * is refused before its content is looked at.
   */
  public static Outcome<Volume> openBase(Path file, UUID uuid, Secret volumeKey, byte[] root) {
    return openBase(file, uuid, volumeKey, root, VolumeOptions.USUAL);
  }

  /** As above, with a say in what happens to changed content, and in the upper's quota. */
  public static Outcome<Volume> openBase(
      Path file, UUID uuid, Secret volumeKey, byte[] root, VolumeOptions options) {
    return openBase(file, uuid, volumeKey, root, options, Surroundings.real());
  }

  static Outcome<Volume> openBase(
      Path file,
      UUID uuid,
      Secret volumeKey,
      byte[] root,
      VolumeOptions options,
      Surroundings around) {
    return Opening.base(file, uuid, volumeKey, root, options, around)
        .map(
            store ->
                new Volume(
                    store,
                    file,
                    around,
                    options,
                    new Opening.Below(file, uuid, volumeKey.copy(), root.clone())));
  }

  /**
   * Opens a volume that keeps its changes, without a base: data of its own. The key and the UUID
   * come from the same hand as the demanded state.
   */
  public static Outcome<Volume> open(
      Path file, UUID uuid, Secret volumeKey, VolumeState state, VolumeOptions options) {
    return open(
        file, uuid, volumeKey, null, state, options, Commits.Rhythm.USUAL, Surroundings.real());
  }

  static Outcome<Volume> open(
      Path file,
      UUID uuid,
      Secret volumeKey,
      Opening.@Nullable Below below,
      VolumeState state,
      VolumeOptions options,
      Commits.Rhythm rhythm,
      Surroundings around) {
    return Opening.durable(file, uuid, volumeKey, below, state, options, rhythm, around)
        .map(store -> new Volume(store, file, around, options, null));
  }

  /** Opens the last state of a volume that can change, only to look at it; nothing is written. */
  public static Outcome<Volume> look(Path file, UUID uuid, Secret volumeKey, VolumeState state) {
    return look(file, uuid, volumeKey, null, state, Surroundings.real());
  }

  static Outcome<Volume> look(
      Path file,
      UUID uuid,
      Secret volumeKey,
      Opening.@Nullable Below below,
      VolumeState state,
      Surroundings around) {
    return Opening.look(file, uuid, volumeKey, below, state, VolumeOptions.USUAL, around)
        .map(store -> new Volume(store, file, around, VolumeOptions.USUAL, null));
  }

  /** Refusal codes of this room. */
  public enum Refused implements Code {
    MISSING("volume-missing"),
    FORMAT("volume-format"),
    IDENTITY("volume-identity"),
    ROOT("volume-root"),
    DAMAGED("volume-damaged"),
    STALE("volume-stale"),
    BUSY("volume-busy");

    private final String id;

    Refused(String id) {
      this.id = id;
    }

    @Override
    public String id() {
      return id;
    }
  }

  static <T> Outcome<T> missing(Path file) {
    return Outcome.refused(
        Refused.MISSING, "file system volume", "a volume at " + file, "none", NEXT);
  }

  private static final String NEXT =
      "for an image: start the container again, so that it is sealed anew; for data: bring back the"
          + " newest copy of all its files";

  static <T> Outcome<T> refused(Damaged why, Path file) {
    Refused code =
        switch (why.kind()) {
          case FORMAT -> Refused.FORMAT;
          case IDENTITY -> Refused.IDENTITY;
          case ROOT -> Refused.ROOT;
          case CHANGED -> Refused.DAMAGED;
          case STALE -> Refused.STALE;
          case BUSY -> Refused.BUSY;
        };
    String expected =
        switch (code) {
          case MISSING, FORMAT -> "a sealfs volume of version 1 of the kind that was asked for";
          case IDENTITY -> "the volume, above the base, of the hand-over";
          case ROOT -> "the root commitment of the hand-over";
          case DAMAGED -> "a volume sealed with this key and changed by nobody else";
          case STALE -> "the newest state that its keeper knows";
          case BUSY -> "a volume that nobody else has open";
        };
    return Outcome.refused(
        code, "file system volume " + file.getFileName(), expected, why.found(), NEXT);
  }

  /**
   * Lets the tree of a base be changed; changes go to {@code file}, a new file, under a key that
   * must not have been used before, and are gone when the volume is closed: nobody can open that
   * file again, so nobody can roll it back. What lies at {@code file} is removed.
   */
  public void withEphemeralUpper(Path upper, UUID uuid, Secret volumeKey) {
    var base = takeSelf();
    var above = Opening.ephemeral(upper, uuid, volumeKey, base, options, around).orThrow();
    base.key().close();
    store.close();
    store = above;
    ephemeral = upper;
  }

  private Opening.Below takeSelf() {
    var base = self;
    if (base == null) throw new IllegalStateException("the volume has an upper, or is no base");
    self = null;
    return base;
  }

  /**
   * Lets the tree of a base be changed; changes go to {@code file} and its journal and stay, in the
   * state that is demanded of them.
   */
  public Outcome<Volume> withUpper(Path upper, UUID uuid, Secret volumeKey, VolumeState state) {
    return withUpper(upper, uuid, volumeKey, state, Commits.Rhythm.USUAL);
  }

  Outcome<Volume> withUpper(
      Path upper, UUID uuid, Secret volumeKey, VolumeState state, Commits.Rhythm rhythm) {
    var base = takeSelf();
    try {
      return Opening.durable(upper, uuid, volumeKey, base, state, options, rhythm, around)
          .map(
              above -> {
                store.close();
                store = above;
                return this;
              });
    } finally {
      base.key().close();
    }
  }

  /** Shows the last state of an upper of this base; nothing is written. */
  public Outcome<Volume> lookAtUpper(Path upper, UUID uuid, Secret volumeKey, VolumeState state) {
    var base = takeSelf();
    try {
      return Opening.look(upper, uuid, volumeKey, base, state, options, around)
          .map(
              above -> {
                store.close();
                store = above;
                return this;
              });
    } finally {
      base.key().close();
    }
  }

  private @Nullable Path ephemeral;

  /**
   * Puts a file into the tree before it is mounted, owned by root; missing directories are made
   * 0755. A file that is there is replaced, a symlink on the way is not followed.
   */
  public void inject(String path, byte[] bytes, int mode) {
    new Injection(store).file(path, bytes, mode);
  }

  /** The same for somebody else than root. */
  public void inject(String path, byte[] bytes, int mode, int uid, int gid) {
    new Injection(store).file(path, bytes, mode, uid, gid);
  }

  /** Makes a directory before the tree is mounted, with its parents. */
  public void injectDirectory(String path, int mode) {
    new Injection(store).directory(path, mode);
  }

  /**
   * The content of a regular file of at most {@code limit} bytes, when there is one at {@code path}
   * and its tags hold.
   */
  public Optional<byte[]> peek(String path, int limit) {
    return new Injection(store).content(path, limit);
  }

  /**
   * The 16-byte key of an export of this volume as Gramine's protected files; it serves nothing
   * else. The caller closes it.
   */
  public Secret gramineKey() {
    return store.volume().keys().gramineKey();
  }

  /** Who owns the root directory and who may enter it, before the tree is mounted. */
  public void own(int mode, int uid, int gid) {
    new Injection(store).root(mode, uid, gid);
  }

  /** No change is taken any more, for good; what is there can still be read. */
  public void turnReadOnly() {
    store.health().turnReadOnly();
  }

  /** The state that a keeper has to remember; empty for a base, and for what is not kept. */
  public Optional<Anchor> anchor() {
    return store.anchor();
  }

  /** Everything done before is durable (fsync(2)), as far as the volume keeps anything. */
  public void sync() {
    store.sync();
  }

  /** Whether changes are taken. */
  public boolean isWritable() {
    return store.isWritable();
  }

  /** What is in it. */
  public VolumeTree tree() {
    return new VolumeTree(this);
  }

  /** Changes it without a mount; only a volume that takes changes. */
  public VolumeEdit edit() {
    return new VolumeEdit(this);
  }

  /** Sizes and counts of a volume that was opened, so they are proved. */
  public record Facts(long usedBytes, long inodes, long generation, int epochs) {}

  public Facts facts() {
    var head = store.volume().superblock();
    return new Facts(
        store.usedBytes(), store.namespace().inodes(), head.generation(), head.epochs());
  }

  /** How many pieces of content were refused because their tag did not hold. */
  public long tamperedBlocks() {
    return store.health().tamperedBlocks();
  }

  /** Reads everything: the first thing that is not as it was stored ends it. */
  public Outcome<Verified> verify() {
    return new Verification(store, file).run();
  }

  /** What was read and found whole. */
  public record Verified(long inodes, long bytes) {}

  Store store() {
    return store;
  }

  Path file() {
    return file;
  }

  /** Number of the root directory. */
  static final long ROOT = Tree.ROOT;

  /** Writes what is left to be written and closes the files; an ephemeral upper is removed. */
  @Override
  public void close() {
    var base = self;
    if (base != null) base.key().close();
    self = null;
    store.close();
    var gone = ephemeral;
    if (gone != null) around.files().delete(gone);
    ephemeral = null;
  }

  /** Ends as a crash does: nothing more is written. */
  void abandon() {
    store.abandon();
  }

  /** All bytes of a file, for tests and small things. */
  byte[] read(long ino) {
    byte[] all = new byte[(int) store.namespace().stat(ino).size()];
    store.files().read(ino, 0, ByteBuffer.wrap(all));
    return all;
  }

  Namespace namespace() {
    return store.namespace();
  }
}
