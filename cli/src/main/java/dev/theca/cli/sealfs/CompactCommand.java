package dev.theca.cli.sealfs;

import dev.theca.cli.broker.Connection;
import dev.theca.cli.broker.WrongUsage;
import dev.theca.cli.image.Bytes;
import dev.theca.cli.image.Outlet;
import dev.theca.sealfs.Volume;
import dev.theca.sealfs.VolumeHead;
import dev.theca.sealfs.VolumeOptions;
import dev.theca.sealfs.VolumeState;
import dev.theca.sealfs.VolumeTree;
import dev.theca.sealfs.VolumeWriter;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code theca sealfs compact}: the same tree in a new volume, under a new key. */
@Command(
    name = "compact",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Writes a volume anew: no old blocks, no used-up epochs, another UUID and another key. What was",
      "an upper becomes a volume of its own; a base stays a base. The old volume stays as it is.",
      "",
      "Example: theca sealfs compact data.seal new.seal --key-file data.key --new-key-file new.key"
    })
final class CompactCommand implements Callable<Integer> {
  @Mixin private Talk talk = new Talk();
  @Mixin private Which which = new Which();

  @Parameters(index = "1", paramLabel = "NEW", description = "a file that does not exist yet")
  private Path target = Path.of("");

  @Option(
      names = "--new-key-file",
      required = true,
      paramLabel = "FILE",
      description = "key of the new volume; made when there is none")
  private Path newKey = Path.of("");

  @Override
  public Integer call() {
    return talk.run(this::compact);
  }

  private int compact(Outlet outlet) throws IOException {
    if (Files.exists(target)) throw new WrongUsage(target + " is there already");
    Path place = VolumeRecord.beside(newKey);
    if (Files.exists(place)) throw new WrongUsage(place + " says that the key has a volume");
    try (var opened = which.toRead();
        var key = KeyFile.readOrMake(newKey, KeyFile.BYTES)) {
      if (same(key)) throw new WrongUsage("the new volume needs another key: --new-key-file FILE");
      var tree = opened.volume().tree();
      var id = UUID.randomUUID();
      boolean base = opened.freshness().equals("root");
      var copy = base ? base(tree, place, id, key) : changeable(tree, place, id, key);
      long before = Files.size(which.changing());
      long after = Files.size(target);
      return outlet.say(
          JsonObject.builder()
              .put("volume", target.toString())
              .put("uuid", id.toString())
              .put("record", place.toString())
              .put("entries", copy.entries())
              .put("before-bytes", before)
              .put("after-bytes", after)
              .build(),
          "%d entries, %s before, %s after%nvolume %s%nrecord %s"
              .formatted(copy.entries(), Bytes.of(before), Bytes.of(after), id, place));
    }
  }

  private boolean same(Secret key) throws IOException {
    try (var old = which.keys().key()) {
      return old.sameAs(key);
    }
  }

  private TreeCopy base(VolumeTree tree, Path place, UUID id, Secret key) throws IOException {
    try (var writer = VolumeWriter.create(target, id, key)) {
      var copy = new TreeCopy(Source.of(tree), Target.of(writer));
      copy.all(VolumeWriter.ROOT);
      VolumeRecord.ofBase(id, writer.seal().root()).write(place);
      return copy;
    }
  }

  private TreeCopy changeable(VolumeTree tree, Path place, UUID id, Secret key) throws IOException {
    var head = VolumeHead.read(which.changing()).orThrow();
    var record =
        new VolumeRecord(
            id,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            head.quotaBytes(),
            head.quotaInodes());
    record.write(place);
    try (var keeper = new RecordKeeper(place, record)) {
      var options =
          VolumeOptions.USUAL
              .withBlockLog2(Integer.numberOfTrailingZeros(head.blockBytes()))
              .withQuota(head.quotaBytes(), head.quotaInodes())
              .withKeeper(keeper, false);
      try (var volume = Volume.open(target, id, key, VolumeState.NEW, options).orThrow()) {
        var copy = new TreeCopy(Source.of(tree), Target.of(volume.edit()));
        copy.all(VolumeTree.ROOT);
        volume.sync();
        keeper.await(volume.anchor().orElseThrow());
        return copy;
      }
    }
  }
}
