package dev.theca.evidence.csv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.evidence.CsvEndorsement;
import dev.theca.evidence.CsvReport;
import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.EvidenceParser;
import dev.theca.evidence.EvidenceType;
import dev.theca.evidence.Expected;
import dev.theca.evidence.Policy;
import dev.theca.evidence.TrustRoots;
import dev.theca.evidence.Vectors;
import dev.theca.evidence.Verdict;
import dev.theca.evidence.Verifier;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Hygon CSV: the standard's hash, the genuine root and report, and a forged chain. */
class CsvTest {
  private static final Random RANDOM = new Random(20261121);
  private static final byte[] DATA = new byte[64];

  static {
    Arrays.fill(DATA, (byte) 0xD7);
  }

  @Test
  void sm3_gives_the_standards_examples() {
    var hex = HexFormat.of();
    assertThat(hex.formatHex(Sm3.hash("abc".getBytes(StandardCharsets.US_ASCII))))
        .isEqualTo("66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    assertThat(hex.formatHex(Sm3.hash("abcd".repeat(16).getBytes(StandardCharsets.US_ASCII))))
        .isEqualTo("debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732");
  }

  @Test
  void the_carried_root_is_the_pinned_one_and_signs_itself() throws Exception {
    byte[] file = CsvVerifier.carriedRoot();
    assertThat(Digest.sha256(file).hex())
        .isEqualTo(TrustRoots.vendors().fingerprints().get("hygon"));
    var root = HygonCertificate.root(file);
    assertThat(new String(root.userId(), StandardCharsets.US_ASCII)).isEqualTo("HYGON-SSD-HRK");
    assertThat(root.signed(root, root.signatures().getFirst())).isTrue();
  }

  @Test
  void the_recorded_report_is_its_peks_as_delivered_and_not_unmasked() throws Exception {
    var report =
        (CsvReport)
            EvidenceParser.parse(
                    EvidenceType.CSV,
                    Json.object(Vectors.bytes("csv/trustee/csv_evidence.json")).orThrow())
                .orThrow();
    var pek = HygonCertificate.chip(report.pek());
    assertThat(CsvVerifier.genuine(report, pek)).isTrue();
    byte[] other = report.signedBytes();
    other[0] ^= 1;
    assertThat(Sm2.verify(pek.x(), pek.y(), pek.userId(), other, report.signature())).isFalse();
  }

  private record Key(BigInteger d, Sm2.Point point) {
    static Key fresh() {
      var d = new BigInteger(250, RANDOM).add(BigInteger.ONE);
      return new Key(d, Sm2.times(d, Sm2.G));
    }

    BigInteger x() {
      return point.affineX();
    }

    BigInteger y() {
      return point.affineY();
    }

    byte[] sign(byte[] id, byte[] message) {
      var e = Sm2.digest(id, x(), y(), message);
      var k = new BigInteger(250, RANDOM).add(BigInteger.TWO);
      var r = e.add(Sm2.times(k, Sm2.G).affineX()).mod(Sm2.N);
      var s =
          d.add(BigInteger.ONE).modInverse(Sm2.N).multiply(k.subtract(r.multiply(d))).mod(Sm2.N);
      byte[] out = new byte[64];
      System.arraycopy(Sm2.bytes(r), 0, out, 0, 32);
      System.arraycopy(Sm2.bytes(s), 0, out, 32, 32);
      return out;
    }
  }

  private static byte[] id(String name) {
    return name.getBytes(StandardCharsets.US_ASCII);
  }

  private static void little(byte[] into, int at, byte[] big) {
    for (int i = 0; i < 32; i++) into[at + i] = big[31 - i];
  }

  private static void signature(byte[] into, int at, byte[] raw) {
    little(into, at, Arrays.copyOf(raw, 32));
    little(into, at + 72, Arrays.copyOfRange(raw, 32, 64));
  }

  private static byte[] shortForm(Key key, String name, Key issuer, String issuerName) {
    byte[] out = new byte[HygonCertificate.SHORT];
    var in = ByteBuffer.wrap(out).order(ByteOrder.LITTLE_ENDIAN);
    in.putInt(64, 3).putShort(212, (short) name.length()).put(214, id(name));
    little(out, 68, Sm2.bytes(key.x()));
    little(out, 140, Sm2.bytes(key.y()));
    signature(out, 576, issuer.sign(id(issuerName), Arrays.copyOf(out, 576)));
    return out;
  }

  private static byte[] longForm(
      Key key, String name, int usage, Key issuer, String issuerName, int issuerUsage) {
    byte[] out = new byte[HygonCertificate.LONG];
    var in = ByteBuffer.wrap(out).order(ByteOrder.LITTLE_ENDIAN);
    in.putInt(8, usage).putInt(16, 3).putShort(164, (short) name.length()).put(166, id(name));
    little(out, 20, Sm2.bytes(key.x()));
    little(out, 92, Sm2.bytes(key.y()));
    in.putInt(1044, issuerUsage);
    signature(out, 1052, issuer.sign(id(issuerName), Arrays.copyOf(out, 1044)));
    return out;
  }

  private final Key hrk = Key.fresh();
  private final Key hsk = Key.fresh();
  private final Key cek = Key.fresh();
  private final Key pek = Key.fresh();
  private final byte[] root = shortForm(hrk, "HRK", hrk, "HRK");

  private byte[] hskCek() {
    byte[] out = Arrays.copyOf(shortForm(hsk, "HSK", hrk, "HRK"), 832 + 2084);
    System.arraycopy(longForm(cek, "CEK", 0x1004, hsk, "HSK", 0x13), 0, out, 832, 2084);
    return out;
  }

  private CsvReport report(int policy) {
    byte[] out = new byte[4096];
    var in = ByteBuffer.wrap(out).order(ByteOrder.LITTLE_ENDIAN);
    in.put(64, DATA).putInt(176, policy).putInt(188, 0x5A17C3E1);
    for (int i = 0; i < 188; i++) out[i] ^= out[188 + i % 4];
    signature(out, 192, pek.sign(id("PEK"), Arrays.copyOf(out, 180)));
    in.put(336, longForm(pek, "PEK", 0x1002, cek, "CEK", 0x1004));
    return new CsvReport(out);
  }

  private dev.theca.evidence.Appraisal judge(CsvReport report, byte[] chain, Expected expected) {
    var verifier = Verifier.of(TrustRoots.vendors().with("sim:hygon", root));
    var vc =
        verifier.prepare(new CsvEndorsement(chain, Optional.of(root)), Instant.EPOCH).orThrow();
    return verifier.verify(report, vc, Instant.EPOCH, expected, Policy.STRICT);
  }

  @Test
  void a_report_under_a_whole_chain_is_believed_and_a_debug_guest_is_not() {
    var good = judge(report(1), hskCek(), Expected.reportData(DATA));
    assertThat(good.verdict()).as(good.refusals() + "").isEqualTo(Verdict.TRUSTED);
    assertThat(good.hardware()).isFalse();
    assertThat(judge(report(0), hskCek(), Expected.reportData(DATA)).refusals().getFirst().code())
        .isEqualTo(EvidenceCode.POLICY_DEBUG);
    assertThat(judge(report(1), hskCek(), Expected.reportData(new byte[64])).trusted()).isFalse();
    var init = Expected.reportData(DATA).withInitData(new byte[32]);
    assertThat(judge(report(1), hskCek(), init).refusals().getFirst().code())
        .isEqualTo(EvidenceCode.BINDING_INIT_DATA);
  }

  @Test
  void trap_26_the_mask_stays_on_for_the_signature_and_180_bytes_are_signed() {
    byte[] signed = report(1).signedBytes();
    assertThat(signed).hasSize(180);
    assertThat(Arrays.copyOfRange(signed, 64, 128)).isNotEqualTo(DATA);
    assertThat(report(1).reportData()).isEqualTo(DATA);
  }

  @Test
  void a_chain_that_breaks_anywhere_is_refused() {
    var verifier = Verifier.of(TrustRoots.vendors().with("sim:hygon", root));
    byte[] good = hskCek();
    for (int at : new int[] {70, 300, 580, 832 + 30, 832 + 500, 832 + 1060}) {
      byte[] bad = good.clone();
      bad[at] ^= 1;
      assertThat(
              verifier
                  .prepare(new CsvEndorsement(bad, Optional.of(root)), Instant.EPOCH)
                  .isGranted())
          .as("byte " + at)
          .isFalse();
    }
    var stranger =
        Verifier.of(TrustRoots.vendors())
            .prepare(new CsvEndorsement(good, Optional.of(root)), Instant.EPOCH);
    assertThat(((Outcome.Refused<?>) stranger).reasons().getFirst().code())
        .isEqualTo(EvidenceCode.CHAIN_UNTRUSTED);
    var otherPek = new CsvTest();
    assertThat(
            judge(otherPek.report(1), good, Expected.reportData(DATA)).refusals().getFirst().code())
        .isEqualTo(EvidenceCode.CHAIN_LEAF_ISSUER);
  }
}
