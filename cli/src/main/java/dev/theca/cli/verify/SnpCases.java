package dev.theca.cli.verify;

import dev.theca.evidence.Expected;
import dev.theca.evidence.Policy;
import dev.theca.evidence.SnpEndorsement;
import dev.theca.evidence.SnpReport;
import dev.theca.evidence.TrustRoots;
import dev.theca.evidence.VerifiedCollateral;
import dev.theca.evidence.Verifier;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * One report of a folder, {@code <id>/report.bin}, with its chain: the VEK beside it, the
 * authorities in {@code certs}. Judged for what is genuine, at the report's own privilege level, in
 * the middle of the VEK's validity unless a time is given.
 */
final class SnpCases {
  private static final Verifier VERIFIER = Verifier.of(TrustRoots.vendors());

  private SnpCases() {}

  static JsonObject actual(Path folder, JsonObject one, Optional<Instant> at) throws IOException {
    String id = one.string("id").orElse("");
    var chain = one.strings("chain").orElse(List.of());
    var parsed = SnpReport.parse(read(folder, id, "report.bin"));
    if (parsed instanceof Outcome.Refused<SnpReport>(var reasons)) return refuse(reasons);
    var report = parsed.orThrow();
    if (chain.size() != 3)
      return JsonObject.builder()
          .put("verdict", "refuse")
          .put("code", "collateral-missing")
          .build();
    var endorsement =
        new SnpEndorsement(
            read(folder, id, chain.get(0)),
            Optional.of(read(folder, id, chain.get(1))),
            Optional.of(read(folder, id, chain.get(2))),
            Optional.empty());
    Instant time = at.orElseGet(() -> middle(endorsement));
    var prepared = VERIFIER.prepare(endorsement, time);
    if (prepared instanceof Outcome.Refused<VerifiedCollateral>(var reasons))
      return refuse(reasons);
    Policy policy =
        Policy.STRICT.with(
            p -> p.vmpl(report.vmpl()).allowMaskedChip(true).allowDebug(true).allowMigration(true));
    var appraisal =
        VERIFIER.verify(
            report, prepared.orThrow(), time, Expected.reportData(report.reportData()), policy);
    return appraisal.trusted()
        ? decoded(JsonObject.builder().put("verdict", "accept"), report, one).build()
        : refuse(appraisal.refusals());
  }

  private static Instant middle(SnpEndorsement endorsement) {
    return Judging.vek(endorsement)
        .map(
            vek ->
                vek.notBefore()
                    .plus(Duration.between(vek.notBefore(), vek.notAfter()).dividedBy(2)))
        .orElse(Instant.EPOCH);
  }

  private static byte[] read(Path folder, String id, String name) throws IOException {
    Path own = folder.resolve(id).resolve(name);
    return Files.readAllBytes(Files.exists(own) ? own : folder.resolve("certs").resolve(name));
  }

  private static JsonObject refuse(List<Refusal> reasons) {
    return JsonObject.builder()
        .put("verdict", "refuse")
        .put("code", reasons.getFirst().code().id())
        .put("reason", reasons.getFirst().toString())
        .build();
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /** The fields under the names of the index. */
  private static JsonObject.Builder decoded(
      JsonObject.Builder out, SnpReport report, JsonObject one) {
    byte[] raw = report.bytes();
    out.put("version", report.version())
        .put("policy", "0x" + Long.toHexString(report.policy()))
        .put("debugAllowed", report.debugAllowed())
        .put("smtAllowed", report.smtAllowed())
        .put("migrateMa", report.migrationAllowed())
        .put("vmpl", report.vmpl())
        .put("signingKey", report.signingKey().map(Enum::name).orElse("none"))
        .put("maskChipKey", (report.flags() >> 1 & 1) != 0)
        .put("authorKeyEn", (report.flags() & 1) != 0)
        .put("currentTcb", hex(report.currentTcb()))
        .put("platformInfo", "0x" + Long.toHexString(report.platformInfo()))
        .put("reportedTcb", hex(report.reportedTcb()))
        .put("cpuid_fms", HexFormat.of().formatHex(raw, 0x188, 0x18B))
        .put("chipId", hex(report.chipId()))
        .put("committedTcb", hex(report.committedTcb()))
        .put("launchTcb", hex(report.launchTcb()))
        .put("measurement", hex(report.measurement()))
        .put("reportData", hex(report.reportData()));
    String product = report.product().map(SnpReport.Product::word).orElse("");
    return out.put("product", product.isEmpty() ? one.string("product").orElse("") : product);
  }
}
