package dev.theca.cli.policy;

import dev.theca.rego.fmt.Formatter;
import dev.theca.rego.fmt.Target;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code theca policy fmt}. */
@Command(
    name = "fmt",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = 1,
    description = "Writes policies in their usual form. Without files: from standard input.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:standard input is no policy, or a path is missing",
      "2:a file is no policy; with --fail: a file has another form"
    })
public final class FmtCommand implements Callable<Integer> {
  @Parameters(paramLabel = "PATH", description = "files, or folders with .rego files in them")
  private List<String> paths = List.of();

  @Option(
      names = {"-l", "--list"},
      description = "print the names of files that would change")
  private boolean list;

  @Option(
      names = {"-d", "--diff"},
      description = "print what would change")
  private boolean diff;

  @Option(
      names = {"-w", "--write"},
      description = "write the files")
  private boolean write;

  @Option(names = "--fail", description = "end with 2 when a file would change")
  private boolean fail;

  @Option(
      names = {"--rego-v1", "--v0-v1"},
      description = "turn the older syntax into what both versions accept")
  private boolean both;

  @Mixin private Versions versions = new Versions();

  /** For the command line. */
  public FmtCommand() {}

  private Target target() {
    if (both) return Target.V0_TO_BOTH;
    return versions.v0 ? Target.V0 : Target.V1;
  }

  @Override
  public Integer call() throws IOException {
    var console = Console.here();
    try {
      if (paths.isEmpty()) stdin(console);
      for (String path : paths) visit(console, path);
      return 0;
    } catch (Fault e) {
      console.err().println(e.text());
      return e.exitCode;
    }
  }

  private void stdin(Console console) throws IOException, Fault {
    String text = new String(console.in(), StandardCharsets.UTF_8);
    console.out().print(formatted("stdin", text, 1, ""));
    console.out().flush();
  }

  private void visit(Console console, String path) throws IOException, Fault {
    Path place = Path.of(path.startsWith("file://") ? path.substring(7) : path);
    if (!Files.exists(place)) throw new Fault(1, "lstat " + path + ": no such file or directory");
    List<Path> files;
    try (var all = Files.walk(place)) {
      files = all.filter(Files::isRegularFile).sorted().toList();
    }
    for (Path file : files) if (file.toString().endsWith(".rego")) one(console, file);
  }

  private void one(Console console, Path file) throws IOException, Fault {
    String text = Files.readString(file);
    String done = formatted(file + "", text, 2, "failed to format Rego source file: ");
    boolean changed = !done.equals(text);
    var unexpected = new Fault(2, "unexpected diff");
    if (list || diff) {
      if (changed) console.out().println(list ? file + "" : Difference.of(text, done));
      if (changed && fail) throw unexpected;
      return;
    }
    if (changed && fail) throw unexpected;
    if (write) Files.writeString(file, done);
    else console.out().print(done);
    console.out().flush();
  }

  private String formatted(String file, String text, int exitCode, String before) throws Fault {
    return switch (Formatter.format(file, text, target())) {
      case Outcome.Granted<String>(var done) -> done;
      case Outcome.Refused<String>(List<Refusal> reasons) -> {
        var mistakes = reasons.stream().map(r -> Mistake.of(r, _ -> Optional.of(text))).toList();
        throw new Fault(exitCode, before + Mistake.text(mistakes, ""));
      }
    };
  }
}
