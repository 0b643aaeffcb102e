package dev.theca.bench.policy;

import dev.cel.runtime.CelRuntimeFactory;
import dev.theca.rego.Given;
import dev.theca.rego.parse.PolicyParser.Syntax;
import dev.theca.rego.value.ObjectValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The first policy of a fresh process: every class is loaded, nothing is compiled. */
final class FirstUse {
  private FirstUse() {}

  /** In a process of its own: milliseconds of the compilation, and of the evaluation after it. */
  public static void main(String[] args) throws IOException {
    var material = new Material(Path.of(System.getProperty("theca.root")));
    var input = (ObjectValue) Material.read(material.json("snp.json"));
    boolean whole = args[0].equals("whole");
    String text = whole ? material.policy("cpu_v1.rego") : Material.own("snp_tdx." + args[0]);
    long from = System.nanoTime();
    long compiled;
    if (args[0].equals("cel")) {
      var plain = Material.map(input);
      var cel =
          new Cel.Host(CelRuntimeFactory.plannerRuntimeBuilder(), material.plain).compile(text);
      compiled = System.nanoTime();
      Contest.sink = cel.ask(plain);
    } else {
      var ours = Ours.attestation(text, Syntax.V1, material.references);
      compiled = System.nanoTime();
      Contest.sink = ours.ask(Given.nothing().withInput(input));
    }
    long end = System.nanoTime();
    System.out.println((compiled - from) / 1e6 + " " + (end - compiled) / 1e6);
  }

  static void print(int rounds) throws IOException, InterruptedException {
    var compiling = new LinkedHashMap<String, List<Double>>();
    var evaluating = new LinkedHashMap<String, List<Double>>();
    var names = Map.of("whole", "ours, whole policy", "rego", "ours, parts", "cel", "CEL, parts");
    for (int round = 0; round < rounds; round++)
      for (String who : List.of("whole", "rego", "cel")) {
        var times = fresh(who).strip().split(" ");
        compiling.computeIfAbsent(who, _ -> new ArrayList<>()).add(Double.parseDouble(times[0]));
        evaluating.computeIfAbsent(who, _ -> new ArrayList<>()).add(Double.parseDouble(times[1]));
      }
    double mine = Contest.median(compiling.getOrDefault("rego", List.of()));
    System.out.printf("%nfirst policy of a fresh process, by the clock%n");
    compiling.forEach(
        (who, times) ->
            System.out.printf(
                Locale.ROOT,
                "  %-42s compilation %7.1f ms  first evaluation %6.1f ms%s%n",
                names.get(who),
                Contest.median(times),
                Contest.median(evaluating.getOrDefault(who, List.of())),
                who.equals("cel")
                    ? String.format(Locale.ROOT, "  ratio %5.2f", mine / Contest.median(times))
                    : ""));
  }

  private static String fresh(String who) throws IOException, InterruptedException {
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "--sun-misc-unsafe-memory-access=allow",
                "-Dtheca.root=" + System.getProperty("theca.root"),
                "-cp",
                System.getProperty("java.class.path"),
                FirstUse.class.getName(),
                who)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) throw new IllegalStateException("first use by " + who);
    return text;
  }
}
