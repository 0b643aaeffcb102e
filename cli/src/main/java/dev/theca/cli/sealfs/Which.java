package dev.theca.cli.sealfs;

import dev.theca.cli.broker.WrongUsage;
import dev.theca.cli.line.PlainLine;
import dev.theca.sealfs.AnchorKeeper;
import dev.theca.sealfs.Volume;
import dev.theca.sealfs.VolumeOptions;
import dev.theca.sealfs.VolumeState;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Which volume a command works on, and in which state it is believed: what the record says, unless
 * {@code --any-state} gives that up in so many words.
 */
final class Which {
  @Mixin private KeyOptions keys;

  @Parameters(index = "0", paramLabel = "VOLUME", description = "the volume's file")
  private Path file;

  @Option(
      names = "--uuid",
      paramLabel = "UUID",
      description = "the volume that is expected, when there is no record")
  private @Nullable UUID uuid;

  @Option(
      names = "--root",
      paramLabel = "HEX",
      description = "the root commitment that is expected of a base, when there is no record")
  private @Nullable String root;

  @Option(
      names = "--any-state",
      description = "take any state that verifies, an older one too: freshness=none")
  private boolean any;

  @Option(
      names = "--upper",
      paramLabel = "FILE",
      description = "VOLUME is a base; its changes lie in this file")
  private @Nullable Path upper;

  @Option(
      names = "--upper-key-file",
      paramLabel = "FILE",
      description = "key of an upper that stays; its record lies beside it")
  private @Nullable Path upperKey;

  Which() {
    keys = new KeyOptions();
    file = Path.of("");
  }

  Which(PlainLine line) {
    keys = new KeyOptions(line);
    file = Path.of(line.word(0));
    uuid = line.value("--uuid").map(UUID::fromString).orElse(null);
    root = line.value("--root").orElse(null);
    any = line.has("--any-state");
    upper = line.value("--upper").map(Path::of).orElse(null);
    upperKey = line.value("--upper-key-file").map(Path::of).orElse(null);
  }

  /** An opened volume, how fresh it is known to be, and who keeps its newest state. */
  record Opened(Volume volume, String freshness, Optional<RecordKeeper> keeper)
      implements AutoCloseable {
    @Override
    public void close() throws IOException {
      try {
        volume.close();
      } finally {
        closeRecord();
      }
    }

    void closeRecord() throws IOException {
      if (keeper.isPresent()) keeper.get().close();
    }
  }

  Path file() {
    return file;
  }

  /** The file whose content changes: the upper, when there is one. */
  Path changing() {
    return upper != null ? upper : file;
  }

  KeyOptions keys() {
    return keys;
  }

  boolean hasUpper() {
    return upper != null;
  }

  boolean hasRoot() {
    return root != null;
  }

  /** Opens it to look at it; nothing on the disk changes. */
  Opened toRead() throws IOException {
    return open(false, VolumeOptions.USUAL);
  }

  /** Opens it for changes. */
  Opened toWrite(VolumeOptions options) throws IOException {
    return open(true, options);
  }

  private Opened open(boolean writing, VolumeOptions options) throws IOException {
    try (var key = keys.key()) {
      var record = record(keys.recordFile());
      boolean base = record.map(r -> r.root().isPresent()).orElse(root != null);
      if (base) return base(key, record, writing, options);
      if (upper != null)
        throw new WrongUsage("--upper goes with a base; this is a volume of its own");
      return changeable(key, record, writing, options);
    }
  }

  private Optional<VolumeRecord> record(Optional<Path> place) throws IOException {
    if (place.isEmpty() || !Files.exists(place.get())) return Optional.empty();
    return Optional.of(VolumeRecord.read(place.get()));
  }

  private UUID expected(Optional<VolumeRecord> record) {
    var known = record.map(VolumeRecord::uuid);
    if (uuid != null && known.isPresent() && !known.get().equals(uuid))
      throw new WrongUsage("--uuid is another volume than the one of the record: " + known.get());
    if (uuid != null) return uuid;
    return known.orElseThrow(
        () ->
            new WrongUsage(
                "there is no record of the volume; bring back KEY.volume, or say --uuid UUID"
                    + " --any-state (a base: --uuid UUID --root HEX)"));
  }

  private Opened base(
      Secret key, Optional<VolumeRecord> record, boolean writing, VolumeOptions options)
      throws IOException {
    byte[] demanded =
        record.flatMap(VolumeRecord::root).orElseGet(() -> VolumeRecord.root(String.valueOf(root)));
    if (root != null && !HexFormat.of().formatHex(demanded).equalsIgnoreCase(root))
      throw new WrongUsage("--root is another one than that of the record");
    UUID id = expected(record);
    var above = upper;
    var aboveKey = upperKey;
    if (above == null) {
      if (writing) throw new WrongUsage("a base does not change; name an upper: --upper FILE");
      return new Opened(
          Volume.openBase(file, id, key, demanded, options).orThrow(), "root", Optional.empty());
    }
    if (aboveKey == null) {
      if (!writing) throw new WrongUsage("an upper that stays has a key: --upper-key-file FILE");
      if (Files.exists(above))
        throw new WrongUsage(above + " is there already; name a new file, or give its key");
      return ephemeral(Volume.openBase(file, id, key, demanded, options).orThrow(), above);
    }
    return upper(above, aboveKey, new VolumeRecord.Base(id, demanded), key, writing, options);
  }

  private static Opened ephemeral(Volume volume, Path above) {
    try (var key = Secret.random(KeyFile.BYTES, new SecureRandom())) {
      volume.withEphemeralUpper(above, UUID.randomUUID(), key);
    } catch (RuntimeException e) {
      volume.close();
      throw e;
    }
    return new Opened(volume, "ephemeral", Optional.empty());
  }

  private Opened upper(
      Path above,
      Path aboveKey,
      VolumeRecord.Base below,
      Secret key,
      boolean writing,
      VolumeOptions options)
      throws IOException {
    Path place = VolumeRecord.beside(aboveKey);
    if (!Files.exists(place))
      throw new WrongUsage("no record " + place + "; make the upper: mkfs UPPER --above BASE");
    var record = VolumeRecord.read(place);
    var state = state(Optional.of(record));
    var keeper = new RecordKeeper(place, record);
    try (var own = KeyFile.read(aboveKey)) {
      var limited = limited(options, record, keeper);
      var base = Volume.openBase(file, below.uuid(), key, below.root(), limited).orThrow();
      boolean done = false;
      try {
        var opened =
            (writing
                    ? base.withUpper(above, record.uuid(), own, state)
                    : base.lookAtUpper(above, record.uuid(), own, state))
                .orThrow();
        done = true;
        return new Opened(opened, freshness(state), Optional.of(keeper));
      } finally {
        if (!done) base.close();
      }
    }
  }

  private Opened changeable(
      Secret key, Optional<VolumeRecord> record, boolean writing, VolumeOptions options)
      throws IOException {
    UUID id = expected(record);
    var state = state(record);
    if (!writing)
      return new Opened(
          Volume.look(file, id, key, state).orThrow(), freshness(state), Optional.empty());
    if (record.isEmpty())
      return new Opened(
          Volume.open(file, id, key, state, options).orThrow(), "none", Optional.empty());
    var place = keys.recordFile().orElseThrow();
    var keeper = new RecordKeeper(place, record.get());
    var volume = Volume.open(file, id, key, state, limited(options, record.get(), keeper));
    return new Opened(volume.orThrow(), freshness(state), Optional.of(keeper));
  }

  private static VolumeOptions limited(
      VolumeOptions options, VolumeRecord record, AnchorKeeper keeper) {
    return options
        .withQuota(record.quotaBytes(), record.quotaInodes())
        .withKeeper(keeper, options.strict());
  }

  private VolumeState state(Optional<VolumeRecord> record) {
    if (any) return VolumeState.ANY;
    return record
        .flatMap(VolumeRecord::anchor)
        .<VolumeState>map(VolumeState.Since::new)
        .orElseThrow(
            () ->
                new WrongUsage(
                    "nobody remembers the volume's newest state; bring back its record, or take"
                        + " whatever verifies: --any-state"));
  }

  private static String freshness(VolumeState state) {
    return state instanceof VolumeState.Any ? "none" : "anchor";
  }
}
