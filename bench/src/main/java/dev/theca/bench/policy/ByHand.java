package dev.theca.bench.policy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parts for SNP and TDX as a Java programmer would write them who needs no policies. */
final class ByHand {
  private final Map<String, Object> references;

  ByHand(Map<String, Object> references) {
    this.references = references;
  }

  Map<String, Object> ask(Map<String, Object> input) {
    var claims = new HashMap<String, Object>();
    for (String other :
        List.of(
            "instance-identity", "file-system", "runtime-opaque", "storage-opaque", "sourced-data"))
      claims.put(other, 0L);
    claims.put("configuration", configuration(input));
    claims.put("executables", executables(input));
    claims.put("hardware", hardware(input));
    return claims;
  }

  private long configuration(Map<String, Object> input) {
    var snp = part(input, "snp");
    if (snp != null) {
      if (!is(snp, "policy_debug_allowed", false) || !is(snp, "policy_migrate_ma", false))
        return 36;
      boolean all =
          allowed("snp_smt_enabled", snp.get("platform_smt_enabled"))
              && allowed("snp_tsme_enabled", snp.get("platform_tsme_enabled"))
              && allowed("snp_guest_abi_major", snp.get("policy_abi_major"))
              && allowed("snp_guest_abi_minor", snp.get("policy_abi_minor"))
              && allowed("snp_single_socket", snp.get("policy_single_socket"))
              && allowed("snp_smt_allowed", snp.get("policy_smt_allowed"));
      return all ? 2 : 3;
    }
    var attributes = part(part(input, "tdx"), "td_attributes");
    return attributes != null
            && is(attributes, "debug", false)
            && listed("xfam", quoted(input, "body", "xfam"))
        ? 2
        : 36;
  }

  private long executables(Map<String, Object> input) {
    var snp = part(input, "snp");
    if (snp != null) return listed("snp_launch_measurement", snp.get("measurement")) ? 3 : 33;
    if (!listed("rtmr_1", quoted(input, "body", "rtmr_1"))
        || !listed("rtmr_2", quoted(input, "body", "rtmr_2"))) return 33;
    return kernel(input) && parameters(input) ? 3 : 4;
  }

  private long hardware(Map<String, Object> input) {
    var snp = part(input, "snp");
    if (snp != null)
      return listed("snp_bootloader", snp.get("reported_tcb_bootloader"))
              && listed("snp_microcode", snp.get("reported_tcb_microcode"))
              && listed("snp_snp_svn", snp.get("reported_tcb_snp"))
              && listed("snp_tee_svn", snp.get("reported_tcb_tee"))
          ? 2
          : 97;
    var tdx = part(input, "tdx");
    return tdx != null
            && "81000000".equals(quoted(input, "header", "tee_type"))
            && "939a7233f79c4ca9940a0db3957f0607".equals(quoted(input, "header", "vendor_id"))
            && listed("mr_td", quoted(input, "body", "mr_td"))
            && is(tdx, "tcb_status", "UpToDate")
            && is(tdx, "collateral_expiration_status", "0")
        ? 2
        : 97;
  }

  private boolean kernel(Map<String, Object> input) {
    for (Object one : events(input))
      if (one instanceof Map<?, ?> event
          && "EV_EFI_BOOT_SERVICES_APPLICATION".equals(event.get("type_name"))
          && event.get("details") instanceof Map<?, ?> details
          && details.get("device_paths") instanceof List<?> paths
          && paths.contains("File(kernel)")
          && digested("tdvfkernel", event)) return true;
    return false;
  }

  private boolean parameters(Map<String, Object> input) {
    for (Object one : events(input))
      if (one instanceof Map<?, ?> event
          && "EV_EVENT_TAG".equals(event.get("type_name"))
          && event.get("details") instanceof Map<?, ?> details
          && "LOADED_IMAGE::LoadOptions".equals(details.get("string"))
          && digested("tdvfkernelparams", event)) return true;
    return false;
  }

  private boolean digested(String id, Map<?, ?> event) {
    if (!(event.get("digests") instanceof List<?> digests)) return false;
    for (Object one : digests)
      if (one instanceof Map<?, ?> digest
          && digest.get("digest") instanceof Object value
          && value.equals(references.get(id))) return true;
    return false;
  }

  private static List<?> events(Map<String, Object> input) {
    var tdx = part(input, "tdx");
    return tdx != null && tdx.get("uefi_event_logs") instanceof List<?> events ? events : List.of();
  }

  private static @Nullable Object quoted(Map<String, Object> input, String part, String name) {
    var found = part(part(part(input, "tdx"), "quote"), part);
    return found == null ? null : found.get(name);
  }

  @SuppressWarnings("unchecked")
  private static @Nullable Map<String, Object> part(
      @Nullable Map<String, Object> input, String name) {
    return input != null && input.get(name) instanceof Map<?, ?> map
        ? (Map<String, Object>) map
        : null;
  }

  private static boolean is(Map<String, Object> part, String name, Object value) {
    return value.equals(part.get(name));
  }

  private boolean listed(String id, @Nullable Object value) {
    return value != null && references.get(id) instanceof List<?> list && list.contains(value);
  }

  private boolean allowed(String id, @Nullable Object value) {
    return listed(id, value) || value != null && value.equals(references.get(id));
  }
}
