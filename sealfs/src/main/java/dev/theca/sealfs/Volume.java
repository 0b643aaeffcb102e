package dev.theca.sealfs;

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
  private final Uppers uppers;

  private Volume(Store store, Path file, Uppers uppers) {
    this.store = store;
    this.file = file;
    this.uppers = uppers;
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
            store -> {
              var self = new Opening.Below(file, uuid, volumeKey.copy(), root.clone());
              return new Volume(store, file, new Uppers(self, options, around));
            });
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
        .map(store -> new Volume(store, file, new Uppers(null, options, around)));
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
        .map(store -> new Volume(store, file, new Uppers(null, VolumeOptions.USUAL, around)));
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

  /**
   * Lets the tree of a base be changed; changes go to {@code file}, a new file, under a key that
   * must not have been used before, and are gone when the volume is closed: nobody can open that
   * file again, so nobody can roll it back. What lies at {@code file} is removed.
   */
  public void withEphemeralUpper(Path upper, UUID uuid, Secret volumeKey) {
    Volume unused = over(uppers.ephemeral(upper, uuid, volumeKey));
  }

  private Volume over(Store above) {
    store.close();
    store = above;
    return this;
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
    return uppers.durable(upper, uuid, volumeKey, state, rhythm).map(this::over);
  }

  /** Shows the last state of an upper of this base; nothing is written. */
  public Outcome<Volume> lookAtUpper(Path upper, UUID uuid, Secret volumeKey, VolumeState state) {
    return uppers.look(upper, uuid, volumeKey, state).map(this::over);
  }

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
    uppers.close();
    store.close();
    uppers.remove();
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
