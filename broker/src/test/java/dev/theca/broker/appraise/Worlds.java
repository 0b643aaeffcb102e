package dev.theca.broker.appraise;

import dev.theca.broker.appraise.Attester.InitDataGiven;
import dev.theca.broker.appraise.Attester.Runtime;
import dev.theca.collateral.FixedSource;
import dev.theca.evidence.Channel;
import dev.theca.evidence.CollateralSource;
import dev.theca.evidence.EvidenceType;
import dev.theca.evidence.IntelCollateral;
import dev.theca.evidence.PlatformModel;
import dev.theca.evidence.SnpEndorsement;
import dev.theca.evidence.SnpKey;
import dev.theca.evidence.TrustRoots;
import dev.theca.evidence.Verifier;
import dev.theca.forge.AmdForge;
import dev.theca.forge.IntelForge;
import dev.theca.forge.SgxPlatform;
import dev.theca.forge.SgxPlatform.Knobs;
import dev.theca.forge.Signer;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** An SGX machine, a TDX machine and an SNP machine, each under a root of its own. */
final class Worlds {
  static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  static final String NONCE = "3XOFBs/u6N0XcnQMh001pZQ1tyCuSOmfXp6de0Cvi+A=";
  static final String INIT =
      "version = \"0.1.0\"\nalgorithm = \"sha384\"\n[data]\n\"aa.toml\" = \"[a]\\nb = 1\\n\"\n";

  private static final KeyPair SGX_ROOT = Signer.newKey();
  private static final SgxPlatform SGX = sgxPlatform();
  private static final IntelForge TDX = new IntelForge(NOW, fives());
  private static final AmdForge GENOA = new AmdForge("Genoa", NOW);
  private static final byte[] CHIP = filled(64, 0xC1);
  private static final byte[] QE_SIGNER = filled(32, 0x77);
  private static final byte[] SNP_TCB = {10, 0, 0, 0, 0, 0, 23, (byte) 200};

  static final TrustRoots ROOTS =
      TrustRoots.vendors()
          .with("sim:sgx", SGX_ROOT.getPublic())
          .with("sim:tdx", TDX.rootSpki())
          .with("sim:amd", GENOA.arkSpki());
  static final Verifier VERIFIER = Verifier.of(ROOTS);

  private Worlds() {}

  private static int[] fives() {
    int[] svns = new int[16];
    Arrays.fill(svns, 5);
    return svns;
  }

  static byte[] filled(int size, int value) {
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static SgxPlatform sgxPlatform() {
    return new SgxPlatform(
        SGX_ROOT, filled(16, 5), new byte[] {0, 1, 2, 3, 4, 5}, NOW, Knobs.good());
  }

  /** The collateral of the two Intel machines, with a defect of the SGX one's. */
  static CollateralSource source(Knobs knobs) {
    var sgx = SGX.documents(NOW.minusSeconds(60), knobs);
    var forSgx =
        new IntelCollateral(
            sgx.tcbInfo(),
            sgx.tcbChain(),
            sgx.qeIdentity(),
            sgx.qeChain(),
            sgx.pckCrl(),
            sgx.pckCrlChain(),
            sgx.rootCrl());
    var forTdx =
        new IntelCollateral(
            TDX.document("tcbInfo", tdxInfo()),
            TDX.signers(),
            TDX.document("enclaveIdentity", tdxIdentity()),
            TDX.signers(),
            TDX.pckCrl(),
            TDX.authorities(),
            TDX.rootCrl());
    return new CollateralSource() {
      @Override
      public Outcome<IntelCollateral> intel(PlatformModel model, Channel channel) {
        return Outcome.granted(model.type() == EvidenceType.TDX ? forTdx : forSgx);
      }

      @Override
      public Outcome<SnpEndorsement> snp(SnpKey key) {
        return Outcome.granted(endorsement(Optional.of(GENOA.crl(false))));
      }
    };
  }

  /** A source in which AMD's intermediate authority is revoked. */
  static CollateralSource revokedAmd() {
    return FixedSource.of(endorsement(Optional.of(GENOA.crl(true))));
  }

  private static SnpEndorsement endorsement(Optional<byte[]> crl) {
    return new SnpEndorsement(
        GENOA.vek(new int[] {0, 10, 0, 23, 200}, CHIP),
        Optional.of(GENOA.ask()),
        Optional.of(GENOA.ark()),
        crl);
  }

  private static String tdxInfo() {
    String zeros = "{\"svn\":0}" + ",{\"svn\":0}".repeat(15);
    return "{\"id\":\"TDX\",\"version\":3,\"issueDate\":\"%s\",\"nextUpdate\":\"%s\",\"fmspc\":\"%s\",\"pceId\":\"0000\",\"tcbType\":0,\"tcbEvaluationDataNumber\":17,\"tdxModule\":{\"mrsigner\":\"%s\",\"attributes\":\"%s\",\"attributesMask\":\"%s\"},\"tcbLevels\":[{\"tcb\":{\"sgxtcbcomponents\":[%s],\"pcesvn\":10,\"tdxtcbcomponents\":[%s]},\"tcbDate\":\"2026-01-01T00:00:00Z\",\"tcbStatus\":\"UpToDate\"}]}"
        .formatted(
            NOW.minusSeconds(60),
            NOW.plus(Duration.ofDays(30)),
            IntelForge.FMSPC,
            "00".repeat(48),
            "00".repeat(8),
            "FF".repeat(8),
            zeros,
            zeros);
  }

  private static String tdxIdentity() {
    return "{\"id\":\"TD_QE\",\"version\":2,\"issueDate\":\"%s\",\"nextUpdate\":\"%s\",\"tcbEvaluationDataNumber\":17,\"miscselect\":\"00000000\",\"miscselectMask\":\"FFFFFFFF\",\"attributes\":\"11000000000000000000000000000000\",\"attributesMask\":\"FBFFFFFFFFFFFFFF0000000000000000\",\"mrsigner\":\"%s\",\"isvprodid\":2,\"tcbLevels\":[{\"tcb\":{\"isvsvn\":4},\"tcbDate\":\"2026-01-01T00:00:00Z\",\"tcbStatus\":\"UpToDate\"}]}"
        .formatted(
            NOW.minusSeconds(60),
            NOW.plus(Duration.ofDays(30)),
            HexFormat.of().withUpperCase().formatHex(QE_SIGNER));
  }

  /** What the evidence is bound to, as clients bind it. */
  static JsonObject bound(String nonce) {
    return JsonObject.builder()
        .put("additional-evidence", "")
        .put("nonce", nonce)
        .put("tee-pubkey", JsonObject.builder().put("kty", "EC").put("alg", "x").build())
        .build();
  }

  static byte[] digest(String hash, JsonObject bound) {
    return Digest.hasher(hash).digest(Json.canonical(bound));
  }

  static byte[] initDigest(int size) {
    return Arrays.copyOf(
        Digest.hasher("sha384").digest(INIT.getBytes(StandardCharsets.UTF_8)), size);
  }

  private static Attester attester(String tee, JsonObject evidence) {
    return new Attester(
        tee,
        evidence,
        new Runtime.Structured(bound(NONCE), "sha384"),
        Optional.of(new InitDataGiven.Text(INIT)));
  }

  static Attester sgx(Consumer<ByteBuffer> change) {
    return sgx(SGX, change);
  }

  /** Of a machine under a root that nobody has named. */
  static Attester sgxOfAnotherRoot() {
    return sgx(
        new SgxPlatform(
            Signer.newKey(), filled(16, 5), new byte[] {0, 1, 2, 3, 4, 5}, NOW, Knobs.good()),
        body -> {});
  }

  private static Attester sgx(SgxPlatform platform, Consumer<ByteBuffer> change) {
    var body = ByteBuffer.allocate(384).order(ByteOrder.LITTLE_ENDIAN);
    body.put(0, filled(16, 5)).putLong(48, 5).putLong(56, 3);
    body.put(64, filled(32, 0x52)).put(128, filled(32, 0x51)).put(192, initDigest(64));
    body.putShort(256, (short) 1).putShort(258, (short) 2);
    body.put(320, Arrays.copyOf(digest("sha384", bound(NONCE)), 64));
    change.accept(body);
    return attester("sgx", quote(platform.quote(body.array())));
  }

  static JsonObject quote(byte[] quote) {
    return JsonObject.builder().put("quote", Base64.getEncoder().encodeToString(quote)).build();
  }

  static Attester tdx(Consumer<ByteBuffer> change) {
    var body = ByteBuffer.allocate(584).order(ByteOrder.LITTLE_ENDIAN);
    body.put(0, (byte) 4).put(2, (byte) 5).putLong(120, 1L << 28).putLong(128, 0xE7);
    body.put(136, filled(48, 0xAA)).put(184, initDigest(48));
    body.put(376, filled(48, 0xB1)).put(424, filled(48, 0xB2));
    body.put(520, Arrays.copyOf(digest("sha384", bound(NONCE)), 64));
    change.accept(body);
    byte[] quote = TDX.tdxQuote(4, 2, body.array(), IntelForge.qeReport(2, 4, QE_SIGNER));
    return attester("tdx", quote(quote));
  }

  static Attester snp(Consumer<ByteBuffer> change) {
    var report = AmdForge.report(3, new int[] {0x19, 0x11, 1}, SNP_TCB, CHIP, false);
    report.put(0x50, Arrays.copyOf(digest("sha384", bound(NONCE)), 64));
    report.put(0x90, filled(48, 0xAB)).put(0xC0, initDigest(32));
    change.accept(report);
    return attester("snp", SnpEvidence.of(GENOA.sign(report.array()), chain()));
  }

  private static JsonArray chain() {
    var all = new ArrayList<JsonValue>();
    add(all, "VCEK", GENOA.vek(new int[] {0, 10, 0, 23, 200}, CHIP));
    add(all, "ASK", GENOA.ask());
    add(all, "ARK", GENOA.ark());
    return new JsonArray(all);
  }

  private static void add(List<JsonValue> all, String type, byte[] der) {
    all.add(JsonObject.builder().put("cert_type", type).put("data", numbers(der)).build());
  }

  static JsonArray numbers(byte[] bytes) {
    var all = new ArrayList<JsonValue>();
    for (byte b : bytes) all.add(JsonNumber.of(b & 0xFF));
    return new JsonArray(all);
  }

  /** What an owner registers for all three. */
  static JsonObject references() {
    return Json.object(
            """
            {"sgx_mr_signer":["%s"],"sgx_isv_prod_id":["1"],"sgx_min_isv_svn":["2"],
             "mr_td":["%s"],"rtmr_1":["%s"],"rtmr_2":["%s"],"xfam":["e700000000000000"],
             "snp_launch_measurement":["%s"],"snp_bootloader":[10],"snp_microcode":[200],"snp_snp_svn":[23],"snp_tee_svn":[0],
             "simulated_roots":["sim:sgx","sim:tdx","sim:amd"]}"""
                .formatted(
                    "51".repeat(32),
                    "aa".repeat(48),
                    "b1".repeat(48),
                    "b2".repeat(48),
                    "ab".repeat(48))
                .getBytes(StandardCharsets.UTF_8))
        .orThrow();
  }
}
