package dev.theca.cli.sealfs;

import dev.theca.cli.broker.Connection;
import dev.theca.cli.broker.Output;
import dev.theca.cli.broker.WrongUsage;
import dev.theca.cli.image.Bytes;
import dev.theca.cli.image.Outlet;
import dev.theca.sealfs.Volume;
import dev.theca.sealfs.gramine.BoundRoot;
import dev.theca.sealfs.gramine.ExportOptions;
import dev.theca.sealfs.gramine.ExportReport;
import dev.theca.sealfs.gramine.PfExport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code theca sealfs export-pf}: a volume as a folder of Gramine's protected files. */
@Command(
    name = "export-pf",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Writes a volume as protected files (version 2) for an encrypted mount of Gramine, with a report",
      "of what they cannot hold. The host sees names, tree, sizes and rights of them.",
      "",
      "Example: theca sealfs export-pf root.seal rootfs --key-file root.key --at /cc/rootfs"
          + " --pf-key-file rootfs.key --listing rootfs.listing"
    })
final class ExportCommand implements Callable<Integer> {
  @Mixin private Talk talk = new Talk();
  @Mixin private Which which = new Which();

  @Parameters(index = "1", paramLabel = "FOLDER", description = "new or empty")
  private Path target = Path.of("");

  @Option(
      names = "--at",
      required = true,
      paramLabel = "PATH",
      description = "the mount's uri without file:, which is bound into every file")
  private String at = "";

  @Option(
      names = "--pf-key-file",
      required = true,
      paramLabel = "FILE",
      description = "a new file for the 16 bytes that Gramine opens them with")
  private Path pfKey = Path.of("");

  @Option(
      names = "--listing",
      paramLabel = "FILE",
      description = "a new file for the listing that the folder is checked by")
  private @Nullable Path listing;

  @Option(
      names = "--read-only-folder",
      paramLabel = "PATH",
      description = "nothing writes below it: links to it become mounts instead of copies")
  private List<String> readOnly = new ArrayList<>();

  @Option(
      names = "--threads",
      defaultValue = "2",
      paramLabel = "N",
      description = "files at a time (default: ${DEFAULT-VALUE})")
  private int threads;

  @Override
  public Integer call() {
    return talk.run(this::export);
  }

  private int export(Outlet outlet) throws IOException {
    if (Files.exists(pfKey)) throw new WrongUsage(pfKey + " is there already");
    var options =
        ExportOptions.under(BoundRoot.parse(at).orThrow())
            .withThreads(threads)
            .withReadOnly(readOnly.toArray(String[]::new));
    try (var opened = which.toRead()) {
      var done = export(opened.volume(), options);
      if (listing != null)
        Files.write(
            listing,
            done.listing().bytes(),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE);
      return outlet.say(done.report().json(), text(done.report()));
    }
  }

  private PfExport.Exported export(Volume volume, ExportOptions options) throws IOException {
    try (var key = volume.gramineKey()) {
      var done = PfExport.export(volume.tree(), target, key, options).orThrow();
      byte[] raw = key.lend(byte[]::clone);
      try {
        Output.secret(pfKey, raw);
      } finally {
        Arrays.fill(raw, (byte) 0);
      }
      return done;
    }
  }

  private String text(ExportReport report) {
    var text =
        new StringBuilder(
            "%d files, %d folders, %s as %s%nlisting %s%n"
                .formatted(
                    report.files(),
                    report.directories(),
                    Bytes.of(report.bytes()),
                    Bytes.of(report.hostBytes()),
                    report.listing()));
    report
        .changes()
        .forEach(
            changed ->
                text.append(changed.change().id())
                    .append(": ")
                    .append(changed.count())
                    .append('\n'));
    return text.toString();
  }
}
