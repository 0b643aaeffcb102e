package dev.theca.broker.gramine;

import dev.theca.broker.appraise.AttestationService;
import dev.theca.broker.appraise.Attester;
import dev.theca.broker.appraise.Judged;
import dev.theca.evidence.Expected;
import dev.theca.evidence.IntelCollateral;
import dev.theca.evidence.Policy;
import dev.theca.evidence.SgxQuote;
import dev.theca.evidence.TrustRoots;
import dev.theca.evidence.Verifier;
import dev.theca.evidence.ratls.RaTlsKeys;
import dev.theca.forge.SgxPlatform;
import dev.theca.forge.Signer;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** A platform under its own root, and an attestation service that verifies its quotes in full. */
final class World implements AttestationService {
  static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  private final KeyPair root = Signer.newKey();
  private final SgxPlatform platform =
      new SgxPlatform(root, new byte[16], new byte[6], NOW, SgxPlatform.Knobs.good());
  private final Verifier verifier =
      Verifier.of(TrustRoots.vendors().with("sim:test", root.getPublic()));

  byte[] quote(byte[] reportData, int measurement) {
    var body = ByteBuffer.allocate(384).order(ByteOrder.LITTLE_ENDIAN);
    body.putLong(48, 0x5).putLong(56, 3).put(64, new byte[] {(byte) measurement});
    return platform.quote(body.put(320, reportData).array());
  }

  static String measurement(int first) {
    return HexFormat.of().toHexDigits((byte) first) + "00".repeat(31);
  }

  RaTlsKeys keys(int measurement) {
    return RaTlsKeys.create(
        data -> quote(data, measurement), NOW.minusSeconds(60), NOW.plus(Duration.ofDays(1)));
  }

  @Override
  public Outcome<Judged> judge(List<Attester> attesters, List<String> policyIds, Instant now) {
    var attester = attesters.getFirst();
    if (!attester.tee().equals("sgx")
        || !(attester.evidence() instanceof JsonObject evidence)
        || !(attester.runtime() instanceof Attester.Runtime.Raw(byte[] reportData)))
      throw new AssertionError("not as the protocol says");
    byte[] raw = Base64.getDecoder().decode(evidence.string("quote").orElseThrow());
    var quote = SgxQuote.parse(raw).orThrow();
    var d = platform.documents(now, SgxPlatform.Knobs.good());
    var collateral =
        new IntelCollateral(
            d.tcbInfo(),
            d.tcbChain(),
            d.qeIdentity(),
            d.qeChain(),
            d.pckCrl(),
            d.pckCrlChain(),
            d.rootCrl());
    return quote
        .claimedRoot(verifier.roots())
        .then(name -> verifier.prepare(collateral, now))
        .then(
            prepared -> {
              var expected = Expected.reportData(reportData);
              var appraisal = verifier.verify(quote, prepared, now, expected, Policy.STRICT);
              if (!appraisal.trusted()) return Outcome.refused(appraisal.refusals());
              String found = HexFormat.of().formatHex(quote.report().mrEnclave());
              var none = JsonObject.builder().build();
              return Outcome.granted(
                  new Judged(JsonObject.builder().put("found", found).build(), none, none));
            });
  }
}
