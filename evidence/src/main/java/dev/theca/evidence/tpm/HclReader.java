package dev.theca.evidence.tpm;

import dev.theca.evidence.EvidenceCode;
import dev.theca.evidence.HclReport;
import dev.theca.evidence.Step;
import dev.theca.evidence.audit.Rejected;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.x509.PublicKeyInfo;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Reads the paravisor's report of an Azure confidential VM. */
final class HclReader {
  private static final int MAX = 64 << 10;
  private static final int HEADER = 32;
  private static final int HARDWARE = 1184;
  private static final int DATA = HEADER + HARDWARE;

  private HclReader() {}

  static HclReport read(byte[] bytes) throws Rejected {
    need(
        bytes.length >= DATA + 20 && bytes.length <= MAX,
        "1236 bytes to 64 KiB",
        bytes.length + "");
    var in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    need(in.getInt(0) == 0x414C4348, "the signature HCLA", Integer.toHexString(in.getInt(0)));
    int type = in.getInt(DATA + 8);
    need(type == 2 || type == 4, "report type 2 (SNP) or 4 (TDX)", type + "");
    need(in.getInt(DATA + 12) == 1, "hash type 1 (SHA-256)", in.getInt(DATA + 12) + "");
    long size = Integer.toUnsignedLong(in.getInt(DATA + 16));
    need(size <= bytes.length - DATA - 20, "variable data within the report", size + " bytes");
    byte[] data = Arrays.copyOfRange(bytes, DATA + 20, DATA + 20 + (int) size);
    if (!(Json.object(data) instanceof Outcome.Granted<JsonObject>(var json)))
      throw bad("variable data in JSON", "other bytes");
    return new HclReport(
        Arrays.copyOfRange(bytes, HEADER, DATA), type, data, ak(json), userData(json));
  }

  private static PublicKeyInfo.Rsa ak(JsonObject json) throws Rejected {
    for (JsonValue item : json.array("keys").orElse(List.of())) {
      if (!(item instanceof JsonObject key) || !key.string("kid").orElse("").equals("HCLAkPub"))
        continue;
      var n = number(key, "n");
      var e = number(key, "e");
      if (n.isPresent() && e.isPresent()) return new PublicKeyInfo.Rsa(n.get(), e.get());
    }
    throw bad("an RSA key named HCLAkPub", "none");
  }

  private static Optional<BigInteger> number(JsonObject key, String name) {
    try {
      return key.string(name).map(t -> new BigInteger(1, Base64.getUrlDecoder().decode(t)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<byte[]> userData(JsonObject json) throws Rejected {
    var text = json.string("user-data");
    if (text.isEmpty()) return Optional.empty();
    try {
      return Optional.of(HexFormat.of().parseHex(text.get()));
    } catch (IllegalArgumentException e) {
      throw bad("user-data in hex", "other text");
    }
  }

  private static void need(boolean holds, String expected, String found) throws Rejected {
    if (!holds) throw bad(expected, found);
  }

  private static Rejected bad(String expected, String found) {
    return new Rejected(EvidenceCode.FORMAT_EVIDENCE, Step.FORMAT, "HCL report", expected, found);
  }
}
