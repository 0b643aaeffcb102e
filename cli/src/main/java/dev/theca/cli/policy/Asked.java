package dev.theca.cli.policy;

import dev.theca.rego.Bounds;
import dev.theca.rego.Given;
import dev.theca.rego.Policy;
import dev.theca.rego.Query;
import dev.theca.rego.ast.Module;
import dev.theca.rego.parse.PolicyParser;
import dev.theca.rego.parse.PolicyParser.Syntax;
import dev.theca.rego.spi.YamlEngine;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A query, and what it is asked about: the options of {@code eval} and {@code explain}. */
final class Asked {
  /** Policies and data of the user's own; still, none may run for ever. */
  static final Bounds BOUNDS =
      Bounds.DEFAULT.withSteps(4_000_000_000L).withUnits(4_000_000_000L).withDepth(100_000);

  @Parameters(paramLabel = "QUERY", arity = "0..1", description = "such as data.policy.allow")
  private @Nullable String query;

  @Option(
      names = {"-d", "--data"},
      paramLabel = "PATH",
      description =
          "policy, JSON or YAML, or a folder of them; prefix:PATH puts it below data.prefix"
              + " (repeatable)")
  private List<String> data = List.of();

  @Option(
      names = {"-i", "--input"},
      paramLabel = "FILE",
      description = "the input document, JSON or YAML")
  private @Nullable String input;

  @Option(
      names = {"-I", "--stdin-input"},
      description = "read the input document from standard input")
  private boolean stdinInput;

  @Option(names = "--stdin", description = "read the query from standard input")
  private boolean stdin;

  @Option(
      names = "--import",
      paramLabel = "PATH",
      description = "import of the query, such as data.a.b as c (repeatable)")
  private List<String> imports = List.of();

  @Option(
      names = "--package",
      paramLabel = "PATH",
      description = "package in which the query stands")
  private @Nullable String inPackage;

  @Option(
      names = "--strict-builtin-errors",
      description = "the first error of a function ends the evaluation")
  private boolean strictErrors;

  @Option(
      names = {"-S", "--strict"},
      description = "unused variables, arguments and imports are mistakes too")
  private boolean strict;

  @Mixin private Versions versions = new Versions();

  /** A query that is ready, and what it looks at. */
  record Ready(String text, Query query, Given given) {}

  /** What the options say that cannot be together. */
  private void check() throws Fault {
    if (query != null && stdin)
      throw new Fault(1, "specify query argument or --stdin but not both");
    if (query == null && !stdin) throw new Fault(1, "specify query argument or --stdin");
    if (stdin && stdinInput) throw new Fault(1, "specify --stdin or --stdin-input but not both");
    if (stdinInput && input != null)
      throw new Fault(1, "specify --stdin-input or --input but not both");
  }

  Ready ready(Console console) throws Fault, Mistaken, IOException {
    check();
    String text = query != null ? query : new String(console.in(), StandardCharsets.UTF_8);
    var given = given(console);
    var loaded = Loader.load(data, versions.syntax());
    Policy policy = CheckCommand.compile(loaded, strict);
    return switch (policy.query(text, packageName(), imports())) {
      case Outcome.Granted<Query>(var done) -> new Ready(text, done, given.withData(loaded.data()));
      case Outcome.Refused<Query>(List<Refusal> reasons) ->
          throw new Mistaken(
              false, reasons.stream().map(r -> Mistake.of(r, _ -> Optional.of(text))).toList());
    };
  }

  private Given given(Console console) throws Fault, IOException {
    Instant now = Instant.now();
    var given =
        Given.nothing()
            .withNow(now.getEpochSecond() * 1_000_000_000L + now.getNano())
            .withStrictErrors(strictErrors)
            .withBounds(BOUNDS);
    if (!stdinInput && input == null) return given;
    byte[] bytes = input == null ? console.in() : file(input);
    var read = Documents.either(bytes, Engines.yaml().orElseGet(YamlEngine::none));
    if (read.value().isEmpty()) throw new Fault(2, "unable to parse input: " + read.reason());
    return given.withInput(read.value().get());
  }

  private static byte[] file(String name) throws Fault, IOException {
    try {
      return Files.readAllBytes(Path.of(name));
    } catch (NoSuchFileException e) {
      throw new Fault(2, "open " + name + ": no such file or directory");
    }
  }

  private List<String> packageName() throws Mistaken {
    return inPackage == null ? List.of() : module("package " + inPackage).name();
  }

  private List<Module.Import> imports() throws Mistaken {
    if (imports.isEmpty()) return List.of();
    return module("package query\nimport " + String.join("\nimport ", imports)).imports();
  }

  private static Module module(String text) throws Mistaken {
    return switch (PolicyParser.module("", text, Syntax.V1)) {
      case Outcome.Granted<Module>(var module) -> module;
      case Outcome.Refused<Module>(var reasons) ->
          throw new Mistaken(
              false, reasons.stream().map(r -> Mistake.of(r, _ -> Optional.of(text))).toList());
    };
  }
}
