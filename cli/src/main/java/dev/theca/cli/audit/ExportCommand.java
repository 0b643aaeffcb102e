package dev.theca.cli.audit;

import dev.theca.broker.audit.AuditVerify;
import dev.theca.broker.audit.Expected;
import dev.theca.cli.broker.Connection;
import dev.theca.cli.broker.Talk;
import dev.theca.cli.broker.Time;
import dev.theca.cli.broker.WrongUsage;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code theca audit export}: the trail as a file that verifies without the broker. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = Connection.USAGE,
    description = {
      "Writes the audit trail into a file, and verifies what was written.",
      "Keep the head that it prints elsewhere: against it, a later export shows any rewriting.",
      "",
      "Examples:",
      "  theca audit export -o audit.jsonl",
      "  theca audit export --since 2026-11-01T00:00:00Z -o november.jsonl"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:written, and it verifies",
      "1:a file could not be written",
      "2:the broker refused, or sent a trail that does not verify",
      "64:wrong usage, or no token",
      "69:the broker does not answer"
    })
final class ExportCommand implements Callable<Integer> {
  @Mixin private Connection to = new Connection();

  @Option(names = "--from", paramLabel = "SEQ", description = "first record (default: the oldest)")
  private @Nullable Long from;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      converter = Time.class,
      description = "records from this time on")
  private @Nullable Instant since;

  @Option(
      names = {"-o", "--out"},
      required = true,
      paramLabel = "FILE",
      description = "file to write; replaced when all of it is there")
  private Path out = Path.of("");

  @Override
  public Integer call() {
    return to.run(this::export);
  }

  private int export(Talk talk) throws IOException {
    if (from != null && since != null) throw new WrongUsage("--from or --since, not both");
    if (from != null && from < 1) throw new WrongUsage("--from counts from 1");
    var pages = new TrailPages(talk);
    Path folder = out.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) throw new WrongUsage("no folder for " + out);
    Path part = Files.createTempFile(folder, out.getFileName() + ".", ".part");
    try {
      long wanted = since != null ? pages.since(since) : from != null ? from : 1;
      TrailPages.Written written;
      try (var file = new BufferedOutputStream(Files.newOutputStream(part))) {
        written = pages.join(wanted, file);
      }
      if (from != null && written.first() > from)
        talk.err().println("records before " + written.first() + " are no longer kept");
      try (var in = Files.newInputStream(part)) {
        var report = AuditVerify.verify(in, Expected.nothing()).orThrow();
        Files.move(part, out, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        return talk.say(Verified.json(report), Verified.text(out, report, false));
      }
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
