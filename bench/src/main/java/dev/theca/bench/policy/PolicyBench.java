package dev.theca.bench.policy;

import dev.cel.runtime.CelRuntimeFactory;
import dev.theca.rego.Given;
import dev.theca.rego.parse.PolicyParser.Syntax;
import dev.theca.rego.value.ObjectValue;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The engine of policies at the appraisal of processors' evidence, beside what a Java program would
 * use instead; everybody's answer is compared before anybody's time is taken.
 */
public final class PolicyBench {
  private final Material material;

  /** With the policies of this source tree. */
  public PolicyBench(Path root) throws IOException {
    material = new Material(root);
  }

  /** Prints tables. */
  public void run(int rounds) throws IOException, InterruptedException {
    header(rounds);
    for (String evidence : List.of("snp", "tdx")) compared(evidence).run(rounds);
    sgx().run(rounds);
    compilation().run(rounds);
    FirstUse.print(rounds);
    Scaling.run(rounds);
  }

  private static void header(int rounds) throws IOException {
    System.out.printf(
        Locale.ROOT,
        """

        policy: %d rounds in turn after two that are not counted
          machine: %s, %d processors, load %.1f; Java %s; %s
          rates: for a second of the thread's own processor time; times: by the clock; ratio: our time to theirs
          bars: 100,000 evaluations a second of a core; a warm compilation in less than 20 ms
          not here: opa-java-wasm, which runs only what the opa binary compiled, and that is not at hand
        """,
        rounds,
        processor(),
        Runtime.getRuntime().availableProcessors(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
        Runtime.version(),
        rival());
  }

  private static String processor() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .orElse(System.getProperty("os.arch"));
    }
  }

  /** The jar that the rival is in. */
  private static String rival() {
    return Pattern.compile("[:/](cel-[0-9.]+)\\.jar")
        .matcher(System.getProperty("java.class.path"))
        .results()
        .findFirst()
        .map(found -> "dev.cel:" + found.group(1))
        .orElse("dev.cel");
  }

  private Contest compared(String evidence) throws IOException {
    byte[] json = material.json(evidence + ".json");
    var input = (ObjectValue) Material.read(json);
    var given = Given.nothing().withInput(input);
    var plain = Material.map(input);
    var part = part();
    var planned = cel(true);
    var legacy = cel(false);
    var byHand = new ByHand(material.plain);
    var wanted = Material.map((ObjectValue) part.ask(given));
    same(evidence, wanted, Material.map((ObjectValue) whole(Syntax.V1).ask(given)));
    for (var other : List.of(planned.ask(plain), legacy.ask(plain), byHand.ask(plain)))
      same(evidence, wanted, other);
    var contest = new Contest("evidence of " + evidence + ": data.policy.trust_claims");
    ours(contest, given, json);
    return contest
        .ours("ours, parts for SNP and TDX", () -> part.ask(given))
        .beside(
            "ours, parts for SNP and TDX", "CEL, planner, the same parts", () -> planned.ask(plain))
        .beside(
            "ours, parts for SNP and TDX", "CEL, standard, the same parts", () -> legacy.ask(plain))
        .beside(
            "ours, parts for SNP and TDX", "Java by hand, the same parts", () -> byHand.ask(plain));
  }

  private Contest sgx() throws IOException {
    byte[] json = material.json("sgx.json");
    var contest = new Contest("evidence of sgx: data.policy.trust_claims");
    ours(contest, Given.nothing().withInput(Material.read(json)), json);
    return contest;
  }

  private void ours(Contest contest, Given given, byte[] json) throws IOException {
    var v1 = whole(Syntax.V1);
    var v0 = whole(Syntax.V0);
    contest
        .ours("ours, whole policy", () -> v1.ask(given))
        .ours("ours, whole policy, old syntax", () -> v0.ask(given))
        .ours("ours, whole policy, JSON read too", () -> v1.ask(json))
        .ours("ours, whole policy, explained", () -> v1.explain(given));
  }

  private Contest compilation() throws IOException {
    String v1 = material.policy("cpu_v1.rego");
    String v0 = material.policy("cpu_v0.rego");
    String ours = Material.own("snp_tdx.rego");
    String theirs = Material.own("snp_tdx.cel");
    var host = new Cel.Host(CelRuntimeFactory.plannerRuntimeBuilder(), material.plain);
    return new Contest("text to a query that can be asked (warm)")
        .ours("ours, whole policy", () -> Ours.attestation(v1, Syntax.V1, material.references))
        .ours(
            "ours, whole policy, old syntax",
            () -> Ours.attestation(v0, Syntax.V0, material.references))
        .ours(
            "ours, parts for SNP and TDX",
            () -> Ours.attestation(ours, Syntax.V1, material.references))
        .beside(
            "ours, parts for SNP and TDX",
            "CEL, planner, the same parts",
            () -> host.compile(theirs));
  }

  private Ours whole(Syntax syntax) throws IOException {
    String file = syntax == Syntax.V0 ? "cpu_v0.rego" : "cpu_v1.rego";
    return Ours.attestation(material.policy(file), syntax, material.references);
  }

  private Ours part() throws IOException {
    return Ours.attestation(Material.own("snp_tdx.rego"), Syntax.V1, material.references);
  }

  private Cel cel(boolean planner) throws IOException {
    var runtime =
        planner
            ? CelRuntimeFactory.plannerRuntimeBuilder()
            : CelRuntimeFactory.standardCelRuntimeBuilder();
    return new Cel.Host(runtime, material.plain).compile(Material.own("snp_tdx.cel"));
  }

  /** Answers must be equal, and those of evidence that is trusted, or the comparison is none. */
  private static void same(String evidence, Map<String, Object> wanted, Object answer) {
    boolean affirming = Objects.equals(wanted.get("hardware"), 2L);
    if (!wanted.equals(answer) || !affirming)
      throw new IllegalStateException(evidence + ": " + wanted + " and " + answer);
  }
}
