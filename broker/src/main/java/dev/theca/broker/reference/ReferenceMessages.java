package dev.theca.broker.reference;

import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Messages that register reference values, not signed yet: pass them to {@link ReferenceSigner}.
 * Names are those that the default policies ask for (kbs-protocol.md, section 11.3); measurements
 * are lower-case hex in lists.
 */
public final class ReferenceMessages {
  private ReferenceMessages() {}

  /** Values by name, any JSON. */
  public static JsonObject sample(JsonObject values) {
    return message("sample", Json.write(values));
  }

  /** A SWID tag as its supplier published it. */
  public static JsonObject swid(byte[] xml) {
    return message("swid", xml);
  }

  /** A CoRIM, signed or not. */
  public static JsonObject corim(byte[] cbor) {
    return message("corim", cbor);
  }

  /** One enclave, by what it measures to. */
  public static JsonObject sgxEnclave(byte[] mrEnclave) {
    return sample(JsonObject.builder().put("sgx_mr_enclave", hex(mrEnclave, 32)).build());
  }

  /** Every enclave of a signer and product from a version on. */
  public static JsonObject sgxSigner(byte[] mrSigner, int isvProdId, int minIsvSvn) {
    return sample(
        JsonObject.builder()
            .put("sgx_mr_signer", hex(mrSigner, 32))
            .put("sgx_isv_prod_id", JsonArray.of(JsonNumber.of(isvProdId)))
            .put("sgx_min_isv_svn", JsonNumber.of(minIsvSvn))
            .build());
  }

  /** A TDX virtual machine: the build of its firmware, and what that measured. */
  public static JsonObject tdx(byte[] mrTd, byte[] rtmr1, byte[] rtmr2, byte[] xfam) {
    return sample(
        JsonObject.builder()
            .put("mr_td", hex(mrTd, 48))
            .put("rtmr_1", hex(rtmr1, 48))
            .put("rtmr_2", hex(rtmr2, 48))
            .put("xfam", hex(xfam, 8))
            .build());
  }

  /** An SNP virtual machine. */
  public static JsonObject snp(byte[] launchMeasurement) {
    return sample(
        JsonObject.builder().put("snp_launch_measurement", hex(launchMeasurement, 48)).build());
  }

  /** The least firmware versions of an SNP platform that are accepted, each as a list. */
  public static JsonObject snpTcb(
      List<Long> bootloader, List<Long> tee, List<Long> snp, List<Long> microcode) {
    return sample(
        JsonObject.builder()
            .put("snp_bootloader", numbers(bootloader))
            .put("snp_tee_svn", numbers(tee))
            .put("snp_snp_svn", numbers(snp))
            .put("snp_microcode", numbers(microcode))
            .build());
  }

  /** The same message, whose lists are added to those that are registered. */
  public static JsonObject appending(JsonObject message) {
    var out = JsonObject.builder();
    for (Map.Entry<String, JsonValue> member : message.members().entrySet())
      out.put(member.getKey(), member.getValue());
    return out.put("mode", "append").build();
  }

  private static JsonArray hex(byte[] value, int sizeBytes) {
    if (value.length != sizeBytes)
      throw new IllegalArgumentException(value.length + " bytes instead of " + sizeBytes);
    return JsonArray.of(HexFormat.of().formatHex(value));
  }

  private static JsonArray numbers(List<Long> values) {
    return new JsonArray(values.stream().<JsonValue>map(JsonNumber::of).toList());
  }

  private static JsonObject message(String type, byte[] payload) {
    return JsonObject.builder()
        .put("version", ReferenceMessage.VERSION)
        .put("type", type)
        .put("payload", Base64.getEncoder().encodeToString(payload))
        .build();
  }
}
