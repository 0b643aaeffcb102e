package dev.theca.fuzz;

import dev.theca.evidence.Cmw;
import dev.theca.evidence.Corim;
import dev.theca.evidence.EventLog;
import dev.theca.evidence.Evidence;
import dev.theca.evidence.EvidenceParser;
import dev.theca.evidence.EvidenceType;
import dev.theca.evidence.Expected;
import dev.theca.evidence.IntelCollateral;
import dev.theca.evidence.NoCollateral;
import dev.theca.evidence.Policy;
import dev.theca.evidence.QvlCompat;
import dev.theca.evidence.TrustRoots;
import dev.theca.evidence.VerifiedCollateral;
import dev.theca.evidence.Verifier;
import dev.theca.evidence.ratls.RaTlsCertificate;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.x509.Certificate;
import dev.theca.wire.x509.Crl;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One entry for each parser of evidence and of images, for the verifier, policies, the broker and
 * the node daemon, driven by a coverage-guided fuzzer ({@code ./x fuzz}). Contract of each: nothing
 * but the declared result comes out.
 */
public final class CoverageTargets {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final Verifier VERIFIER = Verifier.of(TrustRoots.vendors());
  private static final QvlCompat QVL = new QvlCompat();
  private static final VerifiedCollateral NOTHING =
      VERIFIER.prepare(new NoCollateral(), NOW).orThrow();
  private static final Target CHOSEN =
      targets().getOrDefault(System.getProperty("theca.fuzz.target", "quote"), in -> {});

  private CoverageTargets() {}

  /** Takes one input. */
  interface Target {
    void take(byte[] input);
  }

  /** Called once before: opening a broker takes longer than any input may. */
  public static void fuzzerInitialize() {
    CHOSEN.take(new byte[0]);
  }

  /** The fuzzer's entry. */
  public static void fuzzerTestOneInput(byte[] input) {
    CHOSEN.take(input);
  }

  /** Names and targets; printed by {@link #main} for the script. */
  static Map<String, Target> targets() {
    var all = new TreeMap<String, Target>();
    all.put(
        "quote",
        in -> {
          judge(EvidenceParser.parse(EvidenceType.SGX, in));
          judge(EvidenceParser.parse(EvidenceType.TDX, in));
        });
    all.put("snp", in -> judge(EvidenceParser.parse(EvidenceType.SNP, in)));
    all.put("cca", in -> judge(EvidenceParser.parse(EvidenceType.CCA, in)));
    all.put("nitro", in -> judge(EvidenceParser.parse(EvidenceType.NITRO, in)));
    all.put("event-log", EventLog::parse);
    all.put("rego", PolicyTarget::take);
    all.putAll(BrokerTarget.targets());
    all.putAll(ImageTarget.targets());
    all.putAll(NodeTarget.targets());
    all.putAll(SealTarget.targets());
    all.put(
        "cmw",
        in -> {
          if (Cmw.parse(in).isGranted()) Cmw.parse(in).orThrow().forEach(Cmw::evidence);
        });
    all.put(
        "corim",
        in -> {
          Corim.parse(in);
          Corim.parseComid(in);
        });
    all.put(
        "x509",
        in -> {
          if (Certificate.parse(in) instanceof Outcome.Granted<Certificate>(var c))
            RaTlsCertificate.read(c, Optional.empty());
          Crl.parse(in);
        });
    all.put(
        "evidence-json",
        in -> {
          if (Json.object(in) instanceof Outcome.Granted<JsonObject>(var json))
            for (var type : EvidenceType.values()) judge(EvidenceParser.parse(type, json));
        });
    all.put(
        "collateral",
        in -> {
          String pem = new String(in, StandardCharsets.ISO_8859_1);
          VERIFIER.prepare(new IntelCollateral(in, pem, in, pem, in, pem, in), NOW);
        });
    all.put(
        "qvl",
        in -> {
          String pem = new String(in, StandardCharsets.ISO_8859_1);
          QVL.judge(new QvlCompat.Input(in, pem, in, in, in, in, pem, pem, NOW));
        });
    return all;
  }

  private static void judge(Outcome<Evidence> parsed) {
    if (!(parsed instanceof Outcome.Granted<Evidence>(var evidence))) return;
    var appraisal = VERIFIER.verify(evidence, NOTHING, NOW, Expected.UNBOUND, Policy.STRICT);
    if (appraisal.trusted()) throw new IllegalStateException("unbound evidence is trusted");
  }

  /** Prints the names of the targets. */
  public static void main(String[] args) {
    targets().keySet().forEach(System.out::println);
  }
}
