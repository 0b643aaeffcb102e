package dev.theca.evidence;

import dev.theca.forge.IntelForge;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** A forged Intel world in which each part can be chosen; what is not chosen is good. */
final class ForgedIntel {
  static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  static final byte[] SIGNER = new byte[32];
  static final byte[] DATA = new byte[64];

  static {
    Arrays.fill(SIGNER, (byte) 0x5A);
    Arrays.fill(DATA, (byte) 0xAB);
  }

  private static final int[] SVNS = new int[16];

  static {
    Arrays.fill(SVNS, 5);
    SVNS[3] = 200; // above 127: two content bytes in DER
  }

  final IntelForge forge = new IntelForge(NOW, SVNS);
  final Verifier verifier = Verifier.of(TrustRoots.vendors().with("sim:forge", forge.rootSpki()));

  boolean tdx = true;
  String issueDate = date(NOW.minusSeconds(60));
  String nextUpdate = date(NOW.plus(Duration.ofDays(30)));
  List<String> levels = new ArrayList<>();
  List<String> moduleLevels = new ArrayList<>();
  List<String> qeLevels = new ArrayList<>(List.of(svnLevel(4, "UpToDate", "2025-01-01")));
  BigInteger[] revokedByRoot = {};
  BigInteger[] revokedByCa = {};
  int teeTcbSvn1 = 1;

  static ForgedIntel sgx() {
    var world = new ForgedIntel();
    world.tdx = false;
    return world;
  }

  static String date(Instant at) {
    return at.toString();
  }

  private static String components(int first, int others) {
    var parts = new ArrayList<String>();
    for (int i = 0; i < 16; i++) parts.add("{\"svn\":" + (i == 0 ? first : others) + "}");
    return "[" + String.join(",", parts) + "]";
  }

  /** A level that needs these SVNs of the first SGX component and of TDX component 3. */
  String level(int sgx, int tdxThird, String status, String day, String... advisories) {
    String tdxPart = "";
    if (tdx) {
      var parts = new ArrayList<String>();
      for (int i = 0; i < 16; i++) parts.add("{\"svn\":" + (i == 2 ? tdxThird : 0) + "}");
      tdxPart = ",\"tdxtcbcomponents\":[" + String.join(",", parts) + "]";
    }
    String ids =
        advisories.length == 0
            ? ""
            : ",\"advisoryIDs\":[\"" + String.join("\",\"", advisories) + "\"]";
    return "{\"tcb\":{\"sgxtcbcomponents\":"
        + components(sgx, 0)
        + ",\"pcesvn\":"
        + 10
        + tdxPart
        + "},\"tcbDate\":\""
        + day
        + "T00:00:00Z\",\"tcbStatus\":\""
        + status
        + "\""
        + ids
        + "}";
  }

  static String svnLevel(int svn, String status, String day) {
    return "{\"tcb\":{\"isvsvn\":"
        + svn
        + "},\"tcbDate\":\""
        + day
        + "T00:00:00Z\",\"tcbStatus\":\""
        + status
        + "\"}";
  }

  String tcbInfoBody() {
    String module =
        "\"mrsigner\":\""
            + "00".repeat(48)
            + "\",\"attributes\":\""
            + "00".repeat(8)
            + "\",\"attributesMask\":\""
            + "FF".repeat(8)
            + "\"";
    String tdxPart =
        !tdx
            ? ""
            : ",\"tdxModule\":{"
                + module
                + "}"
                + (moduleLevels.isEmpty()
                    ? ""
                    : ",\"tdxModuleIdentities\":[{\"id\":\"TDX_01\","
                        + module
                        + ",\"tcbLevels\":["
                        + String.join(",", moduleLevels)
                        + "]}]");
    return "{\"id\":\""
        + (tdx ? "TDX" : "SGX")
        + "\",\"version\":3,\"issueDate\":\""
        + issueDate
        + "\",\"nextUpdate\":\""
        + nextUpdate
        + "\",\"fmspc\":\""
        + IntelForge.FMSPC
        + "\",\"pceId\":\"0000\",\"tcbType\":0,\"tcbEvaluationDataNumber\":17"
        + tdxPart
        + ",\"tcbLevels\":["
        + String.join(",", levels)
        + "]}";
  }

  String identityBody() {
    return "{\"id\":\""
        + (tdx ? "TD_QE" : "QE")
        + "\",\"version\":2,\"issueDate\":\""
        + issueDate
        + "\",\"nextUpdate\":\""
        + nextUpdate
        + "\",\"tcbEvaluationDataNumber\":17,"
        + "\"miscselect\":\"00000000\",\"miscselectMask\":\"FFFFFFFF\",\"attributes\":\"11000000000000000000000000000000\","
        + "\"attributesMask\":\"FBFFFFFFFFFFFFFF0000000000000000\",\"mrsigner\":\""
        + HexFormat.of().withUpperCase().formatHex(SIGNER)
        + "\",\"isvprodid\":"
        + (tdx ? 2 : 1)
        + ",\"tcbLevels\":["
        + String.join(",", qeLevels)
        + "]}";
  }

  IntelCollateral collateral() {
    return collateral(
        forge.document("tcbInfo", tcbInfoBody()),
        forge.document("enclaveIdentity", identityBody()));
  }

  IntelCollateral collateral(byte[] tcbInfo, byte[] identity) {
    return new IntelCollateral(
        tcbInfo,
        forge.signers(),
        identity,
        forge.signers(),
        forge.pckCrl(revokedByCa),
        forge.authorities(),
        forge.rootCrl(revokedByRoot));
  }

  byte[] qeReport(int svn) {
    return IntelForge.qeReport(tdx ? 2 : 1, svn, SIGNER);
  }

  static byte[] sgxReport() {
    var body = ByteBuffer.allocate(384).order(ByteOrder.LITTLE_ENDIAN);
    return body.putLong(48, 5).putLong(56, 3).put(320, DATA).array();
  }

  /** A TD report; SVN third bytes for launch and now. */
  byte[] tdReport(TdReport.Layout layout, int launchThird, int currentThird) {
    var body = ByteBuffer.allocate(layout.bytes).order(ByteOrder.LITTLE_ENDIAN);
    body.put(0, (byte) 4).put(1, (byte) teeTcbSvn1).put(2, (byte) launchThird);
    body.putLong(120, 1L << 28).putLong(128, 0xE7).put(520, DATA);
    if (layout != TdReport.Layout.TD_1_0)
      body.put(584, (byte) 4).put(585, (byte) teeTcbSvn1).put(586, (byte) currentThird);
    return body.array();
  }

  Appraisal judge(byte[] quote, Policy policy) {
    return judge(quote, policy, NOW);
  }

  Appraisal judge(byte[] quote, Policy policy, Instant at) {
    var parsed = dev.theca.evidence.intel.QuoteReader.parse(quote).orThrow();
    return verifier.verify(
        parsed,
        verifier.prepare(collateral(), NOW).orThrow(),
        at,
        Expected.reportData(DATA),
        policy);
  }
}
