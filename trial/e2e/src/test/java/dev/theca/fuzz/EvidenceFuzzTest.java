package dev.theca.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.theca.evidence.Cmw;
import dev.theca.evidence.EventLog;
import dev.theca.evidence.Evidence;
import dev.theca.evidence.EvidenceParser;
import dev.theca.evidence.EvidenceType;
import dev.theca.evidence.Expected;
import dev.theca.evidence.IntelCollateral;
import dev.theca.evidence.NoCollateral;
import dev.theca.evidence.Policy;
import dev.theca.evidence.SgxQuote;
import dev.theca.evidence.TrustRoots;
import dev.theca.evidence.Verifier;
import dev.theca.evidence.ratls.RaTlsCertificate;
import dev.theca.evidence.ratls.RaTlsKeys;
import dev.theca.forge.SgxPlatform;
import dev.theca.forge.Signer;
import dev.theca.kit.Fuzz;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.x509.Certificate;
import dev.theca.wire.x509.Crl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Every parser of evidence and collateral, and the verifier itself, fed with changed copies of good
 * ones: forged ones always, recorded genuine ones where they are found. Nothing but the declared
 * result may come out, and nothing changed may become trusted.
 */
class EvidenceFuzzTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final java.security.KeyPair ROOT = Signer.newKey();
  private static final SgxPlatform PLATFORM =
      new SgxPlatform(ROOT, new byte[16], new byte[6], NOW, SgxPlatform.Knobs.good());
  private static final SgxPlatform.Documents DOCUMENTS =
      PLATFORM.documents(NOW, SgxPlatform.Knobs.good());
  private static final Verifier VERIFIER =
      Verifier.of(TrustRoots.vendors().with("sim:fuzz", ROOT.getPublic()));

  private static byte[] quote(byte[] reportData) {
    var body = ByteBuffer.allocate(384).order(ByteOrder.LITTLE_ENDIAN);
    return PLATFORM.quote(body.putLong(48, 5).putLong(56, 3).put(320, reportData).array());
  }

  private static void ran(long inputs) {
    assertTrue(inputs > 100, inputs + " inputs");
  }

  /** The recorded files of a folder, when the folder is there; the forged seed alone otherwise. */
  private static List<byte[]> with(String folder, String suffix, byte[]... forged) {
    var seeds = new ArrayList<>(List.of(forged));
    String named = System.getenv("THECA_SHARED");
    Path shared =
        named != null
            ? Path.of(named)
            : Path.of(System.getProperty("theca.root", ".")).resolve("../shared");
    Path path = shared.resolve("testdata/evidence").resolve(folder);
    if (!Files.isDirectory(path)) return seeds;
    try (var files = Files.walk(path)) {
      for (Path file : files.filter(f -> f.toString().endsWith(suffix)).sorted().limit(40).toList())
        seeds.add(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return seeds;
  }

  @Test
  void certificates_and_lists() {
    byte[] certificate = PLATFORM.rootCertificate();
    ran(Fuzz.run("x509", with("snp/certs", ".der", certificate), Certificate::parse));
    ran(Fuzz.run("crl", with("intel/crl", ".der", DOCUMENTS.pckCrl()), Crl::parse));
  }

  @Test
  void quotes_and_their_verification() {
    byte[] data = new byte[64];
    data[0] = 7;
    byte[] good = quote(data);
    var collateral =
        VERIFIER
            .prepare(
                new IntelCollateral(
                    DOCUMENTS.tcbInfo(),
                    DOCUMENTS.tcbChain(),
                    DOCUMENTS.qeIdentity(),
                    DOCUMENTS.qeChain(),
                    DOCUMENTS.pckCrl(),
                    DOCUMENTS.pckCrlChain(),
                    DOCUMENTS.rootCrl()),
                NOW)
            .orThrow();
    byte[] signed = SgxQuote.parse(good).orThrow().signedBytes();
    ran(
        Fuzz.run(
            "quote",
            with("intel/quote", ".bin", good),
            input -> {
              for (var type : List.of(EvidenceType.SGX, EvidenceType.TDX)) {
                if (!(EvidenceParser.parse(type, input)
                    instanceof Outcome.Granted<Evidence>(var evidence))) continue;
                var appraisal =
                    VERIFIER.verify(
                        evidence, collateral, NOW, Expected.reportData(data), Policy.STRICT);
                boolean same =
                    evidence instanceof SgxQuote sgx
                        && java.util.Arrays.equals(sgx.signedBytes(), signed);
                if (appraisal.trusted() && !same)
                  throw new IllegalStateException("a changed quote is trusted");
              }
            }));
  }

  @Test
  void collateral_documents() {
    ran(
        Fuzz.run(
            "tcb-info",
            with("intel/tcb", ".json", DOCUMENTS.tcbInfo()),
            input -> {
              var changed =
                  new IntelCollateral(
                      input,
                      DOCUMENTS.tcbChain(),
                      DOCUMENTS.qeIdentity(),
                      DOCUMENTS.qeChain(),
                      DOCUMENTS.pckCrl(),
                      DOCUMENTS.pckCrlChain(),
                      DOCUMENTS.rootCrl());
              VERIFIER.prepare(changed, NOW);
            }));
    ran(
        Fuzz.run(
            "qe-identity",
            with("intel/qe", ".json", DOCUMENTS.qeIdentity()),
            input -> {
              var changed =
                  new IntelCollateral(
                      DOCUMENTS.tcbInfo(),
                      DOCUMENTS.tcbChain(),
                      input,
                      new String(input, StandardCharsets.ISO_8859_1),
                      DOCUMENTS.pckCrl(),
                      DOCUMENTS.pckCrlChain(),
                      DOCUMENTS.rootCrl());
              VERIFIER.prepare(changed, NOW);
            }));
  }

  @Test
  void reports_tokens_and_logs() {
    byte[] report = new byte[1184];
    report[0] = 3;
    report[0x34] = 1;
    report[0xA] = 2;
    ran(
        Fuzz.run(
            "snp",
            with("snp", "report.bin", report),
            in -> EvidenceParser.parse(EvidenceType.SNP, in)));
    byte[] cose = {(byte) 0x84, 0x43, (byte) 0xA1, 1, 0x26, (byte) 0xA0, 0x40, 0x40};
    ran(
        Fuzz.run(
            "cca", with("cca", ".cbor", cose), in -> EvidenceParser.parse(EvidenceType.CCA, in)));
    ran(
        Fuzz.run(
            "nitro",
            with("nitro", ".bin", cose),
            in -> {
              if (EvidenceParser.parse(EvidenceType.NITRO, in)
                  instanceof Outcome.Granted<Evidence>(var document))
                VERIFIER.verify(
                    document,
                    VERIFIER.prepare(new NoCollateral(), NOW).orThrow(),
                    NOW,
                    Expected.UNBOUND,
                    Policy.STRICT);
            }));
    ran(Fuzz.run("event-log", with("eventlog", "grub", new byte[64]), EventLog::parse));
    ran(Fuzz.run("cmw", List.of("[\"a/b\",\"AA\"]".getBytes(StandardCharsets.UTF_8)), Cmw::parse));
  }

  @Test
  void evidence_in_json() {
    byte[] sgx =
        ("{\"quote\":\""
                + java.util.Base64.getEncoder().encodeToString(quote(new byte[64]))
                + "\"}")
            .getBytes(StandardCharsets.UTF_8);
    var seeds = with("tpm", ".json", sgx);
    seeds.addAll(with("az-snp-vtpm", "v1.json"));
    ran(
        Fuzz.run(
            "evidence-json",
            seeds,
            in -> {
              if (Json.object(in) instanceof Outcome.Granted<JsonObject>(var json))
                for (var type : EvidenceType.values()) EvidenceParser.parse(type, json);
            }));
  }

  @Test
  void attested_certificates() {
    byte[] good = RaTlsKeys.create(EvidenceFuzzTest::quote, NOW, NOW.plusSeconds(60)).certificate();
    ran(
        Fuzz.run(
            "ra-tls",
            List.of(good),
            in -> {
              if (Certificate.parse(in) instanceof Outcome.Granted<Certificate>(var c))
                RaTlsCertificate.read(c, Optional.empty());
            }));
  }
}
