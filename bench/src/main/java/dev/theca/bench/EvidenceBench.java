package dev.theca.bench;

import com.sun.management.ThreadMXBean;
import dev.theca.evidence.Evidence;
import dev.theca.evidence.EvidenceParser;
import dev.theca.evidence.EvidenceType;
import dev.theca.evidence.Expected;
import dev.theca.evidence.IntelCollateral;
import dev.theca.evidence.IntelQuote;
import dev.theca.evidence.Policy;
import dev.theca.evidence.SnpEndorsement;
import dev.theca.evidence.SnpReport;
import dev.theca.evidence.TrustRoots;
import dev.theca.evidence.VerifiedCollateral;
import dev.theca.evidence.Verifier;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.Limits;
import dev.theca.wire.x509.Certificate;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Verifications a second on one core over recorded genuine evidence: with our own arithmetic, with
 * the JDK's, with an accelerator when one is on the class path; beside what OpenSSL does in the
 * same minute.
 */
final class EvidenceBench {
  private static final Duration SLICE = Duration.ofMillis(1500);

  private record Case(byte[] quote, EvidenceType type, IntelCollateral collateral, Instant at) {}

  private record Report(byte[] report, SnpEndorsement endorsement, Instant at) {}

  /** One whole verification of the n-th piece of evidence. */
  private interface Work {
    void run(int n);
  }

  private final List<Case> cases = new ArrayList<>();
  private final List<Report> reports = new ArrayList<>();
  private final Map<String, Work> work = new LinkedHashMap<>();
  private final Map<String, List<Double>> rates = new LinkedHashMap<>();

  EvidenceBench(Path root) throws IOException {
    String named = System.getenv("THECA_SHARED");
    Path shared = named != null ? Path.of(named) : root.resolve("../shared");
    Path data = shared.resolve("testdata/evidence");
    if (!Files.exists(data))
      throw new IllegalStateException(
          "recorded evidence not found: " + data + " (set THECA_SHARED)");
    load(data);
  }

  private void load(Path data) throws IOException {
    Path intel = data.resolve("intel");
    for (var item : array(intel.resolve("cases.json"))) {
      var one = (JsonObject) item;
      String pck = text(intel, one, "pck");
      String chain = text(intel, one, "tcbchain");
      cases.add(
          new Case(
              bytes(intel, one, "quote"),
              EvidenceType.of(one.string("tee").orElseThrow().toLowerCase(Locale.ROOT))
                  .orElseThrow(),
              new IntelCollateral(
                  bytes(intel, one, "tcb"),
                  chain,
                  bytes(intel, one, "qe"),
                  chain,
                  bytes(intel, one, "pckcrl"),
                  pck.substring(pck.indexOf("-----BEGIN", pck.indexOf("-----END"))),
                  bytes(intel, one, "rootcrl")),
              Instant.ofEpochSecond(one.integer("time").orElseThrow())));
    }
    Path snp = data.resolve("snp");
    for (var item : array(snp.resolve("index.json"))) {
      var one = (JsonObject) item;
      var chain = one.strings("chain").orElseThrow();
      Path own = snp.resolve(one.string("id").orElseThrow());
      byte[] vek = Files.readAllBytes(own.resolve(chain.get(0)));
      reports.add(
          new Report(
              Files.readAllBytes(own.resolve("report.bin")),
              new SnpEndorsement(
                  vek,
                  Optional.of(Files.readAllBytes(snp.resolve("certs").resolve(chain.get(1)))),
                  Optional.of(Files.readAllBytes(snp.resolve("certs").resolve(chain.get(2)))),
                  Optional.empty()),
              Certificate.parse(vek).orThrow().notBefore().plus(Duration.ofDays(30))));
    }
  }

  private static List<dev.theca.wire.json.JsonValue> array(Path file) throws IOException {
    return ((JsonArray)
            Json.parse(Files.readAllBytes(file), new Limits(64 << 20, 32, 1 << 20, 256)).orThrow())
        .items();
  }

  private static byte[] bytes(Path folder, JsonObject one, String name) throws IOException {
    return Files.readAllBytes(folder.resolve(one.string(name).orElseThrow()));
  }

  private static String text(Path folder, JsonObject one, String name) throws IOException {
    return new String(bytes(folder, one, name), StandardCharsets.ISO_8859_1);
  }

  void run(int rounds) throws IOException, InterruptedException {
    contestants();
    for (int round = -1; round < rounds; round++) {
      if (round >= 0) add("openssl ecdsap256 verify", openssl());
      for (var one : work.entrySet()) {
        double rate = rate(one.getValue());
        if (round >= 0) add(one.getKey(), rate);
      }
    }
    print(rounds);
  }

  private void contestants() {
    var roots = TrustRoots.vendors();
    var jdk = Security.getProvider("SunEC");
    verifiers("own arithmetic", Verifier.forgetful(roots), Verifier.of(roots));
    verifiers("JDK's provider", Verifier.forgetful(roots, jdk), Verifier.of(roots, jdk));
    accelerator()
        .ifPresent(
            p -> verifiers("accelerator", Verifier.forgetful(roots, p), Verifier.of(roots, p)));
  }

  private static Optional<java.security.Provider> accelerator() {
    try {
      var type = Class.forName("com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider");
      return Optional.of((java.security.Provider) type.getDeclaredConstructor().newInstance());
    } catch (ReflectiveOperationException e) {
      return Optional.empty();
    }
  }

  private void verifiers(String with, Verifier forgetful, Verifier lasting) {
    work.put("Intel, cold: all parsed and verified; " + with, n -> intelCold(forgetful, n));
    var prepared = new ArrayList<VerifiedCollateral>();
    for (Case c : cases) prepared.add(lasting.prepare(c.collateral(), c.at()).orThrow());
    work.put(
        "Intel, collateral prepared; " + with,
        n -> {
          var c = cases.get(n % cases.size());
          judge(lasting, parse(c), prepared.get(n % cases.size()), c.at());
        });
    work.put("SNP, full chain; " + with, n -> snp(forgetful, n));
    work.put("SNP, ARK and ASK remembered; " + with, n -> snp(lasting, n));
  }

  private void intelCold(Verifier verifier, int n) {
    var c = cases.get(n % cases.size());
    judge(verifier, parse(c), verifier.prepare(c.collateral(), c.at()).orThrow(), c.at());
  }

  private static IntelQuote parse(Case c) {
    return (IntelQuote) EvidenceParser.parse(c.type(), c.quote()).orThrow();
  }

  private void snp(Verifier verifier, int n) {
    var r = reports.get(n % reports.size());
    judge(
        verifier,
        SnpReport.parse(r.report()).orThrow(),
        verifier.prepare(r.endorsement(), r.at()).orThrow(),
        r.at());
  }

  private static void judge(
      Verifier verifier, Evidence evidence, VerifiedCollateral collateral, Instant at) {
    var appraisal = verifier.verify(evidence, collateral, at, Expected.UNBOUND, Policy.QVL_COMPAT);
    if (appraisal.claims().isEmpty()) throw new IllegalStateException(appraisal.refusals() + "");
  }

  private static double rate(Work work) {
    long end = System.nanoTime() + SLICE.toNanos();
    long start = System.nanoTime();
    int n = 0;
    while (System.nanoTime() < end) work.run(n++);
    return n * 1e9 / (System.nanoTime() - start);
  }

  /** Verifications a second, by the tool's own measurement. */
  private static double openssl() throws IOException, InterruptedException {
    var process =
        new ProcessBuilder("openssl", "speed", "-seconds", "1", "ecdsap256")
            .redirectErrorStream(true)
            .start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor(1, TimeUnit.MINUTES);
    var fields = text.strip().split("\\s+");
    return Double.parseDouble(fields[fields.length - 1]);
  }

  private void add(String name, double rate) {
    rates.computeIfAbsent(name, k -> new ArrayList<>()).add(rate);
  }

  private void print(int rounds) {
    double unit = Rounds.median(rates.get("openssl ecdsap256 verify"));
    System.out.printf(
        Locale.ROOT,
        "%nevidence: verifications a second on one core, %d rounds in turn after one that is not counted; %d Intel cases, %d SNP reports%n",
        rounds,
        cases.size(),
        reports.size());
    rates.forEach(
        (name, values) -> {
          double median = Rounds.median(values);
          System.out.printf(
              Locale.ROOT,
              "  %-62s %9.0f /s   openssl P-256 verifications of its time %7.2f%n",
              name,
              median,
              unit / median);
        });
    System.out.printf(
        Locale.ROOT,
        "  allocated by one verification with prepared collateral: %d kB%n",
        allocated() / 1000);
  }

  private long allocated() {
    var bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    var verifier = Verifier.of(TrustRoots.vendors());
    var c = cases.get(0);
    var prepared = verifier.prepare(c.collateral(), c.at()).orThrow();
    for (int i = 0; i < 200; i++) judge(verifier, parse(c), prepared, c.at());
    long before = bean.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 100; i++) judge(verifier, parse(c), prepared, c.at());
    return (bean.getCurrentThreadAllocatedBytes() - before) / 100;
  }
}
