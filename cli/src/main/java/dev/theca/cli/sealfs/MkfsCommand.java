package dev.theca.cli.sealfs;

import dev.theca.agent.VolumeSink;
import dev.theca.cli.broker.Connection;
import dev.theca.cli.broker.WrongUsage;
import dev.theca.cli.image.Bytes;
import dev.theca.cli.image.Outlet;
import dev.theca.image.unpack.Archive;
import dev.theca.interop.Zstd;
import dev.theca.sealfs.Sealed;
import dev.theca.sealfs.Volume;
import dev.theca.sealfs.VolumeOptions;
import dev.theca.sealfs.VolumeState;
import dev.theca.sealfs.VolumeWriter;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code theca sealfs mkfs}: a new volume, or a base with content. */
@Command(
    name = "mkfs",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Makes an empty volume that keeps its changes, or, from an archive or a folder, a base that",
      "never changes. The key's file is made when there is none, and KEY.volume beside it: keep",
      "both, and not with the volume.",
      "",
      "Examples:",
      "  theca sealfs mkfs data.seal --key-file data.key --quota-bytes 1000000000",
      "  theca sealfs mkfs root.seal --key-file root.key --from-tar root.tar",
      "  theca sealfs mkfs upper.seal --key-file upper.key --above root.seal --base-key-file root.key"
    })
final class MkfsCommand implements Callable<Integer> {
  @Mixin private Talk talk = new Talk();
  @Mixin private KeyOptions keys = new KeyOptions();

  @Parameters(paramLabel = "VOLUME", description = "a file that does not exist yet")
  private Path file = Path.of("");

  @Option(
      names = "--from-tar",
      paramLabel = "FILE",
      description = "what is in it: tar, plain, gzip or zstd")
  private @Nullable Path tar;

  @Option(names = "--from-dir", paramLabel = "FOLDER", description = "what is in it")
  private @Nullable Path folder;

  @Option(
      names = "--above",
      paramLabel = "BASE",
      description = "the volume begins with this base's content, and keeps what changes")
  private @Nullable Path above;

  @Option(names = "--base-key-file", paramLabel = "FILE", description = "with --above")
  private @Nullable Path baseKey;

  @Option(
      names = "--quota-bytes",
      paramLabel = "N",
      description = "content and metadata together, from 1 MiB on (default: what the disk holds)")
  private long quotaBytes;

  @Option(
      names = "--quota-inodes",
      paramLabel = "N",
      description = "files, folders and the rest (default: what memory holds)")
  private long quotaInodes;

  @Option(
      names = "--block-log2",
      defaultValue = "14",
      paramLabel = "N",
      description = "12 to 16: 12 suits databases (default: ${DEFAULT-VALUE})")
  private int blockLog2;

  @Override
  public Integer call() {
    return talk.run(this::make);
  }

  private int make(Outlet outlet) throws IOException {
    int sources = (tar != null ? 1 : 0) + (folder != null ? 1 : 0) + (above != null ? 1 : 0);
    if (sources > 1) throw new WrongUsage("one of --from-tar, --from-dir and --above");
    if ((baseKey != null) != (above != null)) throw new WrongUsage("--base-key-file with --above");
    boolean fixed = tar != null || folder != null;
    if (fixed && (quotaBytes != 0 || quotaInodes != 0 || blockLog2 != 14))
      throw new WrongUsage("a base has no quota, and blocks of 16 KiB");
    if (Files.exists(file)) throw new WrongUsage(file + " is there already; choose another name");
    var options = VolumeOptions.USUAL.withBlockLog2(blockLog2).withQuota(quotaBytes, quotaInodes);
    Path place = keys.newRecord();
    var id = UUID.randomUUID();
    try (var key = keys.keyOrMake()) {
      return fixed ? base(outlet, place, id, key) : changeable(outlet, place, id, key, options);
    }
  }

  private int base(Outlet outlet, Path place, UUID id, Secret key) throws IOException {
    Sealed sealed;
    try (var writer = VolumeWriter.create(file, id, key)) {
      fill(writer);
      sealed = writer.seal();
    }
    var record = VolumeRecord.ofBase(id, sealed.root());
    record.write(place);
    String root = HexFormat.of().formatHex(sealed.root());
    return outlet.say(
        said(record, place).put("bytes", sealed.bytes()).put("inodes", sealed.inodes()).build(),
        "sealed %s: %d entries, %s%nvolume %s%nroot   %s%nrecord %s"
            .formatted(file, sealed.inodes(), Bytes.of(sealed.bytes()), id, root, place));
  }

  private void fill(VolumeWriter writer) throws IOException {
    if (tar != null)
      try (var in = Files.newInputStream(tar)) {
        var unused =
            Archive.unpack(in, new Zstd(), new VolumeSink(writer), VolumeSink.LIMITS).orThrow();
      }
    else if (folder != null)
      new TreeCopy(HostFolder.of(folder), Target.of(writer)).all(VolumeWriter.ROOT);
  }

  private int changeable(Outlet outlet, Path place, UUID id, Secret key, VolumeOptions options)
      throws IOException {
    Optional<VolumeRecord.Base> below = below();
    var record =
        new VolumeRecord(id, Optional.empty(), below, Optional.empty(), quotaBytes, quotaInodes);
    record.write(place); // first: a volume without a record could not be opened in good faith
    try (var keeper = new RecordKeeper(place, record)) {
      var kept = options.withKeeper(keeper, false);
      try (var volume =
          below.isPresent() ? above(id, key, kept, below.get()) : own(id, key, kept)) {
        keeper.await(volume.anchor().orElseThrow());
      }
    }
    return outlet.say(
        said(VolumeRecord.read(place), place).build(),
        "made %s%nvolume %s%nrecord %s".formatted(file, id, place));
  }

  private Volume own(UUID id, Secret key, VolumeOptions options) {
    return Volume.open(file, id, key, VolumeState.NEW, options).orThrow();
  }

  private Optional<VolumeRecord.Base> below() throws IOException {
    var key = baseKey;
    if (key == null) return Optional.empty();
    var record = VolumeRecord.read(VolumeRecord.beside(key));
    return Optional.of(
        new VolumeRecord.Base(
            record.uuid(),
            record.root().orElseThrow(() -> new WrongUsage("--above takes a base"))));
  }

  private Volume above(UUID id, Secret key, VolumeOptions options, VolumeRecord.Base below)
      throws IOException {
    var base = above;
    var from = baseKey;
    if (base == null || from == null) throw new WrongUsage("--above with --base-key-file");
    try (var opens = KeyFile.read(from)) {
      var volume = Volume.openBase(base, below.uuid(), opens, below.root(), options).orThrow();
      return volume.withUpper(file, id, key, VolumeState.NEW).orThrow();
    }
  }

  private JsonObject.Builder said(VolumeRecord record, Path place) {
    var json = JsonObject.builder().put("volume", file.toString()).put("record", place.toString());
    record
        .json()
        .members()
        .forEach(
            (name, value) -> {
              if (!name.equals("format")) json.put(name, value);
            });
    return json;
  }
}
