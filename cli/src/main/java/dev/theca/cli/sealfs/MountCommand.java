package dev.theca.cli.sealfs;

import dev.theca.cli.broker.Connection;
import dev.theca.cli.broker.WrongUsage;
import dev.theca.cli.image.Outlet;
import dev.theca.cli.line.PlainLine;
import dev.theca.linux.fuse.Transport;
import dev.theca.sealfs.OnTamper;
import dev.theca.sealfs.SealMount;
import dev.theca.sealfs.VolumeOptions;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code theca sealfs mount}: serves a volume until it is unmounted or asked to end. */
@Command(
    name = "mount",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Mounts a volume and serves it, in the foreground, until somebody unmounts it or the command",
      "gets SIGTERM or SIGINT; then it writes what is left to be written. Says one line when the",
      "mount answers. Needs root and /dev/fuse. This machine sees what is mounted in clear.",
      "",
      "Examples:",
      "  theca sealfs mount data.seal /mnt --key-file data.key",
      "  theca sealfs mount root.seal /mnt --key-file root.key --upper scratch.seal",
      "  theca sealfs mount root.seal /mnt --key-file root.key --upper upper.seal"
          + " --upper-key-file upper.key"
    })
final class MountCommand implements Callable<Integer> {
  @Mixin private Talk talk;
  @Mixin private Which which;

  @Parameters(index = "1", paramLabel = "FOLDER", description = "where; it exists")
  private Path target;

  @Option(
      names = "--transport",
      defaultValue = "auto",
      paramLabel = "WAY",
      description = "auto, device or ring (default: ${DEFAULT-VALUE})")
  private Transport transport = Transport.AUTO;

  @Option(
      names = "--no-writeback",
      description = "write(2) says itself when the volume is full; slower")
  private boolean noWriteback;

  @Option(names = "--read-only", description = "take no changes; the volume stays as it is")
  private boolean readOnly;

  @Option(names = "--strict", description = "fsync(2) waits for the record, too")
  private boolean strict;

  @Option(
      names = "--on-tamper",
      defaultValue = "eio",
      paramLabel = "WHAT",
      description =
          "when content is not what was stored: eio for its reader, freeze everything, or kill"
              + " this server (default: ${DEFAULT-VALUE})")
  private OnTamper onTamper = OnTamper.EIO;

  MountCommand() {
    talk = new Talk();
    which = new Which();
    target = Path.of("");
  }

  /** Without the full parser. */
  MountCommand(PlainLine line) {
    talk = new Talk(line.has("--json"));
    which = new Which(line);
    target = Path.of(line.word(1));
    noWriteback = line.has("--no-writeback");
    readOnly = line.has("--read-only");
    strict = line.has("--strict");
    transport =
        line.value("--transport").map(each -> Transport.valueOf(upper(each))).orElse(transport);
    onTamper =
        line.value("--on-tamper").map(each -> OnTamper.valueOf(upper(each))).orElse(onTamper);
  }

  private static String upper(String name) {
    return name.toUpperCase(Locale.ROOT);
  }

  @Override
  public Integer call() {
    return talk.run(this::mount);
  }

  private int mount(Outlet outlet) throws IOException {
    SealMount.prepare();
    if (!Files.isDirectory(target)) throw new WrongUsage(target + " is no folder; make it");
    var usual = VolumeOptions.USUAL;
    var options =
        usual
            .withOnTamper(onTamper, usual.watch(), usual.kill())
            .withKeeper(usual.keeper(), strict);
    var opened = readOnly || fixed() ? which.toRead() : which.toWrite(options);
    var ending = new Ending();
    try {
      try (var mount =
          SealMount.mount(
              opened.volume(), target, new SealMount.Options(!noWriteback, transport))) {
        ready(outlet, mount, opened);
        ending.await(mount);
        outlet.err().println("stage=unmount tampered=" + mount.tamperedBlocks());
      } finally {
        opened.closeRecord();
      }
      return ending.done(0);
    } catch (IOException | RuntimeException e) {
      int unused = ending.done(1);
      throw e;
    }
  }

  /** A base alone does not change. */
  private boolean fixed() throws IOException {
    if (which.hasUpper()) return false;
    var record = which.keys().recordFile();
    boolean known = record.isPresent() && Files.exists(record.get());
    return known ? VolumeRecord.read(record.get()).root().isPresent() : which.hasRoot();
  }

  private void ready(Outlet outlet, SealMount mount, Which.Opened opened) {
    String way = mount.transport().name().toLowerCase(Locale.ROOT);
    boolean writable = opened.volume().isWritable();
    String line =
        outlet.json()
            ? Json.text(
                JsonObject.builder()
                    .put("state", "mounted")
                    .put("target", target.toString())
                    .put("transport", way)
                    .put("access", writable ? "read-write" : "read-only")
                    .put("freshness", opened.freshness())
                    .build())
            : "mounted %s on %s transport=%s access=%s freshness=%s"
                .formatted(
                    which.file(),
                    target,
                    way,
                    writable ? "read-write" : "read-only",
                    opened.freshness());
    outlet.out().println(line);
    outlet.out().flush();
    if (opened.freshness().equals("none"))
      outlet.warn("freshness=none: an older copy of the volume would not be noticed");
  }
}
