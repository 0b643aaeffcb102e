package dev.theca.cli.policy;

import dev.theca.rego.Coverage;
import dev.theca.rego.Given;
import dev.theca.rego.PolicyTests;
import dev.theca.rego.PolicyTests.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code theca policy test}. */
@Command(
    name = "test",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = 1,
    description = {
      "Runs the tests in policies: rules whose names begin with test_.",
      "Those that begin with todo_test_ are skipped."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:every test passed", "1:the policies have errors", "2:a test did not pass"})
public final class TestCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "PATH",
      arity = "1..*",
      description = "policies, JSON, YAML, and folders of them")
  private List<String> paths = List.of();

  @Option(
      names = {"-v", "--verbose"},
      description = "tests that passed are shown too")
  private boolean verbose;

  @Option(
      names = {"-r", "--run"},
      paramLabel = "REGEX",
      defaultValue = "",
      description = "run only tests whose full name matches")
  private String run = "";

  @Option(
      names = {"-z", "--exit-zero-on-skipped"},
      description = "end with 0 when tests were skipped")
  private boolean zeroOnSkipped;

  @Option(
      names = {"-c", "--coverage"},
      description = "report which lines took part, as JSON, instead of the tests")
  private boolean coverage;

  @Option(
      names = {"-t", "--threshold"},
      paramLabel = "PERCENT",
      description = "with less coverage, end with 2")
  private double threshold;

  @Option(
      names = {"-f", "--format"},
      paramLabel = "F",
      defaultValue = "pretty",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private CheckCommand.Format format = CheckCommand.Format.pretty;

  @Mixin private Versions versions = new Versions();

  /** For the command line. */
  public TestCommand() {}

  @Override
  public Integer call() {
    return Deep.call(this::tested);
  }

  private int tested() {
    var console = Console.here();
    try {
      var wanted = Pattern.compile(run);
      var loaded = Loader.load(paths, versions.syntax());
      var all = PolicyTests.of(loaded.modules());
      var policy =
          CheckCommand.compile(new Loaded(all.modules(), loaded.data(), loaded.texts()), false);
      Instant now = Instant.now();
      var given =
          Given.nothing()
              .withBounds(Asked.BOUNDS)
              .withNow(now.getEpochSecond() * 1_000_000_000L + now.getNano())
              .withData(loaded.data());
      var collector = new Coverage.Collector();
      var tests =
          all.run(policy, given, name -> wanted.matcher(name).find(), collector, System::nanoTime);
      if (coverage || threshold > 0) return covered(console, tests, collector.of(policy));
      if (format == CheckCommand.Format.json) console.out().println(TestReport.json(tests));
      else TestReport.pretty(tests, verbose, console.out());
      return tests.stream().allMatch(this::isFine) ? 0 : 2;
    } catch (Mistaken e) {
      console.err().println(e.text());
      return 1;
    } catch (PatternSyntaxException e) {
      console.err().println("error parsing regexp: " + e.getDescription());
      return 1;
    }
  }

  private int covered(Console console, List<PolicyTests.Test> tests, Coverage reached) {
    var failed = tests.stream().filter(test -> test.verdict() == Verdict.FAIL).toList();
    if (!failed.isEmpty()) {
      TestReport.pretty(failed, verbose, console.out());
      console.err().println(TestReport.line(failed.getFirst()));
      return 1;
    }
    if (reached.percent() < threshold) {
      console
          .err()
          .printf(
              Locale.ROOT,
              "Code coverage threshold not met: got %.2f instead of %.2f%n",
              reached.percent(),
              threshold);
      return 2;
    }
    console.out().println(CoverageReport.of(reached));
    return tests.stream().allMatch(this::isFine) ? 0 : 2;
  }

  private boolean isFine(PolicyTests.Test test) {
    return test.verdict() == Verdict.PASS || test.verdict() == Verdict.SKIPPED && zeroOnSkipped;
  }
}
