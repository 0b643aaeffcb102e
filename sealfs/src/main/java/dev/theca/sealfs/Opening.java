package dev.theca.sealfs;

import dev.theca.sealfs.disk.Damaged;
import dev.theca.sealfs.disk.HostFile;
import dev.theca.sealfs.disk.HostFiles;
import dev.theca.sealfs.disk.Journal;
import dev.theca.sealfs.disk.VolumeFile;
import dev.theca.sealfs.disk.VolumeKeys;
import dev.theca.sealfs.tree.Commits;
import dev.theca.sealfs.tree.Health;
import dev.theca.sealfs.tree.Store;
import dev.theca.sealfs.tree.Surroundings;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Opens the files of volumes: what is not as demanded is a refusal, and every file is closed. */
final class Opening {
  private static final long INLINE_BYTES = 16 << 20;

  private final Path file;
  private final Surroundings around;
  private final ArrayList<HostFile> opened = new ArrayList<>();

  private Opening(Path file, Surroundings around) {
    this.file = file;
    this.around = around;
  }

  /** The journal files beside a volume's file: {@code upper.seal} has {@code upper.log0}. */
  static Path log(Path file, int which) {
    String name = String.valueOf(file.getFileName());
    String stem = name.endsWith(".seal") ? name.substring(0, name.length() - 5) : name;
    return file.resolveSibling(stem + ".log" + which);
  }

  private interface Work<T> {
    T open(Opening opening) throws Damaged;
  }

  private static <T> Outcome<T> in(Path file, Surroundings around, Work<T> work) {
    var opening = new Opening(file, around);
    boolean done = false;
    try {
      T made = work.open(opening);
      done = true;
      return Outcome.granted(made);
    } catch (Damaged e) {
      return Refusals.of(e, file);
    } finally {
      if (!done) for (HostFile left : opening.opened) left.close();
    }
  }

  private HostFile open(Path path, HostFiles.Mode mode) {
    HostFile made = around.files().open(path, mode);
    opened.add(made);
    return made;
  }

  private static Health health(VolumeOptions options) {
    return new Health(options.onTamper(), options.watch(), options.kill());
  }

  private static Store.Bounds bounds(VolumeOptions options) {
    return new Store.Bounds(options.quotaBytes(), options.inodes(), INLINE_BYTES);
  }

  /** A quota that nobody asks for is the one that the volume was made with. */
  private static Store.Bounds bounds(VolumeOptions options, VolumeFile volume) {
    long made = volume.superblock().quotaBytes();
    return bounds(
        options.quotaBytes() == 0 ? options.withQuota(made, options.quotaInodes()) : options);
  }

  /** A base, only for reading. */
  static Outcome<Store> base(
      Path file, UUID uuid, Secret key, byte[] root, VolumeOptions options, Surroundings around) {
    if (!around.files().exists(file)) return Refusals.missing(file);
    return in(
        file,
        around,
        opening ->
            Store.reading(
                opening.baseFile(uuid, key, root),
                null,
                passed -> {},
                health(options),
                bounds(options)));
  }

  private VolumeFile baseFile(UUID uuid, Secret key, byte[] root) throws Damaged {
    var keys = VolumeKeys.derive(key, uuid, around.witness());
    return VolumeFile.openBase(open(file, HostFiles.Mode.READ), keys, root);
  }

  /** What lies below an upper. */
  record Below(Path file, UUID uuid, Secret key, byte[] root) {}

  private @Nullable VolumeFile below(@Nullable Below below) throws Damaged {
    if (below == null) return null;
    var keys = VolumeKeys.derive(below.key(), below.uuid(), around.witness());
    return VolumeFile.openBase(open(below.file(), HostFiles.Mode.READ), keys, below.root());
  }

  /** An upper whose tree never leaves memory. */
  static Outcome<Store> ephemeral(
      Path file,
      UUID uuid,
      Secret key,
      @Nullable Below below,
      VolumeOptions options,
      Surroundings around) {
    return in(
        file,
        around,
        opening -> {
          var base = opening.below(below);
          var made = opening.fresh(uuid, key, base, options);
          return Store.ephemeral(made, health(options), bounds(options), around.clock());
        });
  }

  private VolumeFile fresh(
      UUID uuid, Secret key, @Nullable VolumeFile base, VolumeOptions options) {
    var keys = VolumeKeys.derive(key, uuid, around.witness());
    return VolumeFile.begin(
        open(file, HostFiles.Mode.NEW), keys, base, options.blockLog2(), 2, around.salts().get());
  }

  /** A volume that keeps its changes. */
  static Outcome<Store> durable(
      Path file,
      UUID uuid,
      Secret key,
      @Nullable Below below,
      VolumeState state,
      VolumeOptions options,
      Commits.Rhythm rhythm,
      Surroundings around) {
    boolean fresh = state instanceof VolumeState.New;
    if (!fresh)
      for (Path part : new Path[] {file, log(file, 0), log(file, 1)})
        if (!around.files().exists(part)) return Refusals.missing(part);
    return in(file, around, opening -> opening.durable(uuid, key, below, state, options, rhythm));
  }

  private static HostFile alone(HostFile made) throws Damaged {
    if (!made.lock()) throw new Damaged(Damaged.Kind.BUSY, "a volume that is open elsewhere");
    return made;
  }

  private Store durable(
      UUID uuid,
      Secret key,
      @Nullable Below below,
      VolumeState state,
      VolumeOptions options,
      Commits.Rhythm rhythm)
      throws Damaged {
    boolean fresh = state instanceof VolumeState.New;
    var mode = fresh ? HostFiles.Mode.NEW : HostFiles.Mode.READ_WRITE;
    var base = below(below);
    VolumeFile volume;
    if (fresh) {
      if (around.files().exists(file)) alone(open(file, HostFiles.Mode.READ_WRITE)).close();
      volume = fresh(uuid, key, base, options);
      HostFile unused = alone(volume.file(false));
    } else {
      var keys = VolumeKeys.derive(key, uuid, around.witness());
      volume = VolumeFile.open(alone(open(file, mode)), keys, base);
      if (volume.epochsUsedUp())
        throw new Damaged(
            Damaged.Kind.FORMAT, "a volume that was opened for writing 32768 times: compact it");
    }
    var first = open(log(file, 0), mode);
    var second = open(log(file, 1), mode);
    var directory = file.toAbsolutePath().getParent();
    if (fresh && directory != null) around.files().syncDirectory(directory);
    var journal =
        fresh
            ? Journal.begin(first, second, volume.superblock())
            : Journal.at(first, second, volume.superblock());
    return Store.durable(
        volume,
        journal,
        fresh,
        wanted(state),
        health(options),
        options.keeper(),
        rhythm.strictly(options.strict()),
        bounds(options, volume),
        around);
  }

  /** The last state of a volume that can change, only for reading. */
  static Outcome<Store> look(
      Path file,
      UUID uuid,
      Secret key,
      @Nullable Below below,
      VolumeState state,
      VolumeOptions options,
      Surroundings around) {
    for (Path part : new Path[] {file, log(file, 0), log(file, 1)})
      if (!around.files().exists(part)) return Refusals.missing(part);
    return in(
        file,
        around,
        opening -> {
          var keys = VolumeKeys.derive(key, uuid, around.witness());
          var base = opening.below(below);
          var volume = VolumeFile.open(opening.open(file, HostFiles.Mode.READ), keys, base);
          var journal =
              Journal.at(
                  opening.open(log(file, 0), HostFiles.Mode.READ),
                  opening.open(log(file, 1), HostFiles.Mode.READ),
                  volume.superblock());
          return Store.reading(volume, journal, wanted(state), health(options), bounds(options));
        });
  }

  private static Store.Wanted wanted(VolumeState state) {
    var demanded = state.demanded();
    if (demanded.isEmpty()) return passed -> {};
    return passed -> {
      if (!passed.contains(demanded.get()))
        throw new Damaged(
            Damaged.Kind.STALE,
            "states "
                + passed.getFirst().sequence()
                + " to "
                + passed.getLast().sequence()
                + " of another history, or an older copy");
    };
  }
}
