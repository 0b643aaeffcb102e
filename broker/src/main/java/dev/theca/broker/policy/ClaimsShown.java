package dev.theca.broker.policy;

import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which claims of a TEE a trust claim rests on, for people; and what they can do about it. */
public final class ClaimsShown {
  private ClaimsShown() {}

  private static final List<String> INTEL_HARDWARE =
      List.of(
          "trust_root", "tcb_status", "advisory_ids", "tcb_date", "collateral_expiration_status");
  private static final List<String> SNP_HARDWARE =
      List.of(
          "trust_root",
          "product",
          "reported_tcb_bootloader",
          "reported_tcb_tee",
          "reported_tcb_snp",
          "reported_tcb_microcode");
  private static final List<String> SNP_CONFIGURATION =
      List.of(
          "policy_debug_allowed",
          "policy_migrate_ma",
          "policy_smt_allowed",
          "policy_single_socket",
          "platform_smt_enabled",
          "platform_tsme_enabled");
  private static final List<String> TDX_CONFIGURATION =
      List.of("td_attributes", "quote/body/xfam", "quote/body/mr_servicetd");

  /** By {@code tee/claim}: the paths within the TEE's claims. */
  private static final Map<String, List<String>> PATHS =
      Map.ofEntries(
          Map.entry(
              "sgx/executables",
              List.of("body/mr_enclave", "body/mr_signer", "body/isv_prod_id", "body/isv_svn")),
          Map.entry("sgx/hardware", INTEL_HARDWARE),
          Map.entry("sgx/configuration", List.of("body/attributes.flags", "body/misc_select")),
          Map.entry("sgx/instance-identity", List.of("platform_instance_id")),
          Map.entry(
              "tdx/executables", List.of("quote/body/rtmr_1", "quote/body/rtmr_2", "event_log")),
          Map.entry(
              "tdx/hardware",
              List.of(
                  "quote/body/mr_td",
                  "trust_root",
                  "tcb_status",
                  "advisory_ids",
                  "tcb_date",
                  "collateral_expiration_status")),
          Map.entry("tdx/configuration", TDX_CONFIGURATION),
          Map.entry("snp/executables", List.of("measurement")),
          Map.entry("snp/hardware", SNP_HARDWARE),
          Map.entry("snp/configuration", SNP_CONFIGURATION),
          Map.entry("snp/instance-identity", List.of("chip_id")),
          Map.entry("az-snp-vtpm/executables", List.of("measurement", "tpm/pcr11")),
          Map.entry("az-snp-vtpm/hardware", SNP_HARDWARE),
          Map.entry("az-snp-vtpm/configuration", SNP_CONFIGURATION),
          Map.entry("az-tdx-vtpm/executables", List.of("tpm/pcr11")),
          Map.entry(
              "az-tdx-vtpm/hardware",
              List.of("quote/body/mr_td", "trust_root", "tcb_status", "advisory_ids")),
          Map.entry("az-tdx-vtpm/configuration", TDX_CONFIGURATION),
          Map.entry("tpm/executables", List.of("pcr11", "ak_public")),
          Map.entry("tpm/hardware", List.of("ak_public", "findings")),
          Map.entry("cca/executables", List.of("realm/cca_realm_initial_measurement")),
          Map.entry("cca/hardware", List.of("trust_root", "findings")),
          Map.entry("cca/configuration", List.of("platform/cca_platform_lifecycle")),
          Map.entry("csv/executables", List.of("measure")),
          Map.entry("csv/hardware", List.of("trust_root")),
          Map.entry("csv/configuration", List.of("policy")),
          Map.entry("se/executables", List.of("tag")),
          Map.entry("se/hardware", List.of("image_phkh", "attestation_phkh")),
          Map.entry("se/configuration", List.of("tag")),
          Map.entry("nvidia/executables", List.of("measurements")),
          Map.entry("nvidia/hardware", List.of("arch", "trust_root")),
          Map.entry(
              "nvidia/configuration", List.of("config/driver_version", "config/vbios_version")));

  /** The reference values that the default policy compares executables with. */
  private static final Map<String, String> MEASUREMENTS =
      Map.of(
          "sgx", "sgx_mr_enclave",
          "tdx", "rtmr_1 and rtmr_2",
          "snp", "snp_launch_measurement",
          "az-snp-vtpm", "measurement and snp_pcr11",
          "az-tdx-vtpm", "tdx_pcr11",
          "tpm", "tpm_pcr11",
          "cca", "cca_realm_initial_measurement",
          "csv", "csv_measure",
          "se", "se_tag",
          "nvidia", "gpu_measurements");

  /** Such as {@code mr_enclave 52.., mr_signer 51..}; empty text where there is nothing to show. */
  public static String found(String tee, String claim, JsonObject claims) {
    var parts = new ArrayList<String>();
    for (String path : PATHS.getOrDefault(tee + "/" + claim, List.of()))
      at(claims, path)
          .ifPresent(
              value ->
                  parts.add(
                      path.substring(path.lastIndexOf('/') + 1)
                          + " "
                          + Unmet.shortened(
                              value instanceof JsonString(String text) ? text : Json.text(value))));
    return String.join(", ", parts);
  }

  private static Optional<JsonValue> at(JsonObject claims, String path) {
    int slash = path.indexOf('/');
    if (slash < 0) return claims.get(path);
    return claims
        .object(path.substring(0, slash))
        .flatMap(inner -> at(inner, path.substring(slash + 1)));
  }

  /** What a reader can do. */
  public static String next(String tee, String claim, int value, JsonObject claims) {
    boolean simulated = claims.bool("simulated").orElse(false);
    return switch (claim) {
      case "executables" ->
          "register the measurement as reference value "
              + MEASUREMENTS.getOrDefault(tee, "that the policy names")
              + ", or run the published agent";
      case "hardware" -> {
        if (simulated)
          yield "run on hardware, or name the root in the reference value simulated_roots";
        if (value == 32 || value == 96)
          yield "update firmware and microcode of the platform, and do what its advisories ask for";
        yield switch (tee) {
          case "tdx", "az-tdx-vtpm" -> "register MRTD as reference value mr_td";
          case "snp" ->
              "register the platform's TCB as reference values snp_bootloader, snp_microcode,"
                  + " snp_snp_svn, snp_tee_svn";
          case "tpm" -> "enrol the attestation key, or name it in the reference value trusted_aks";
          default -> "see which conditions of the policy did not hold";
        };
      }
      case "configuration" ->
          value == 96
              ? "build, sign and start the workload for production"
              : "change the configuration, or register it as a reference value";
      case "instance-identity" -> "run on one of the platforms that the reference values name";
      default -> "see which conditions of the policy did not hold";
    };
  }
}
