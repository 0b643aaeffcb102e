package dev.theca.cli.sealfs;

import dev.theca.cli.broker.WrongUsage;
import dev.theca.cli.line.PlainLine;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the key of a volume comes from, and the record that says which volume it opens. */
final class KeyOptions {
  @Option(
      names = "--key-file",
      paramLabel = "FILE",
      description = "32 bytes or 64 hex digits, readable by its owner only")
  private @Nullable Path file;

  @Option(
      names = "--key-fd",
      paramLabel = "N",
      description = "an open descriptor with the key, instead of --key-file")
  private @Nullable Integer descriptor;

  @Option(
      names = "--record",
      paramLabel = "FILE",
      description = "what is remembered of the volume (default: KEY-FILE.volume)")
  private @Nullable Path record;

  KeyOptions() {}

  KeyOptions(PlainLine line) {
    file = line.value("--key-file").map(Path::of).orElse(null);
    descriptor = line.value("--key-fd").map(Integer::valueOf).orElse(null);
    record = line.value("--record").map(Path::of).orElse(null);
  }

  boolean given() {
    return file != null || descriptor != null;
  }

  Secret key() throws IOException {
    if (file != null && descriptor == null) return KeyFile.read(file);
    if (file == null && descriptor != null) return KeyFile.read(descriptor);
    throw new WrongUsage("a key is needed: --key-file FILE or --key-fd N");
  }

  /** For a new volume: makes the key's file when there is none. */
  Secret keyOrMake() throws IOException {
    return file != null && descriptor == null ? KeyFile.readOrMake(file, KeyFile.BYTES) : key();
  }

  Optional<Path> keyFile() {
    return Optional.ofNullable(file);
  }

  /** Where the record lies; empty when nobody said. */
  Optional<Path> recordFile() {
    if (record != null) return Optional.of(record);
    return Optional.ofNullable(file).map(VolumeRecord::beside);
  }

  /** The record of a volume that is to be made: there must be none yet. */
  Path newRecord() {
    Path place =
        recordFile().orElseThrow(() -> new WrongUsage("with --key-fd say where: --record FILE"));
    if (Files.exists(place))
      throw new WrongUsage(
          place + " says that the key has a volume; take another key, for each volume its own");
    return place;
  }
}
