package dev.theca.evidence;

/** What a reader of a refusal can do. */
final class Advice {
  private Advice() {}

  static String on(EvidenceCode code) {
    return switch (code) {
      case CHAIN_UNTRUSTED, CHAIN_SIGNING_UNTRUSTED, CHAIN_ROOT_UNTRUSTED ->
          "name this root in the configuration if it is meant to be trusted";
      case COLLATERAL_TCB_INFO_EXPIRED,
          COLLATERAL_QE_IDENTITY_EXPIRED,
          REVOCATION_CRL_EXPIRED,
          COLLATERAL_MISSING ->
          "fetch current collateral from the provisioning service";
      case COLLATERAL_ROLLBACK -> "keep the newer collateral, or allow the older one explicitly";
      case COLLATERAL_TCB_INFO_MISMATCH, COLLATERAL_TDX_MODULE_MISMATCH, COLLATERAL_KIND ->
          "fetch the collateral of this platform and TEE";
      case POLICY_DEBUG -> "build, sign and start the workload for production";
      case REVOCATION_PCK,
          REVOCATION_INTERMEDIATE,
          REVOCATION_SIGNING_CERT,
          TCB_REVOKED,
          QE_SVN_REVOKED ->
          "do not use this platform";
      case TCB_OUT_OF_DATE,
          TCB_NOT_SUPPORTED,
          TCB_OUT_OF_DATE_CONFIGURATION_NEEDED,
          QE_SVN_OUT_OF_DATE,
          QE_SVN_NOT_SUPPORTED,
          POLICY_MIN_TCB,
          POLICY_EVAL_NUMBER ->
          "update firmware and microcode of the platform";
      case TCB_TD_RELAUNCH_ADVISED, TCB_TD_RELAUNCH_ADVISED_CONFIGURATION_NEEDED ->
          "restart the trust domain: its host has been updated under it";
      case TCB_CONFIGURATION_NEEDED,
          TCB_SW_HARDENING_NEEDED,
          TCB_CONFIGURATION_AND_SW_HARDENING_NEEDED ->
          "apply what the advisories ask for, or accept this status in the policy";
      case BINDING_REPORT_DATA, BINDING_NONCE, BINDING_KEY ->
          "make the evidence for this session, with its nonce and key";
      case BINDING_INIT_DATA -> "start the workload with the init data that is sent";
      case POLICY_VMPL -> "take the report at the expected privilege level, or name another one";
      case POLICY_ANCHOR -> "name the attestation key in the anchors if it is meant to be trusted";
      case FORMAT_ANCHOR -> "correct the document that holds the anchors";
      case POLICY_KEY_KIND -> "send the endorsement of the key that signed the report";
      case UNSUPPORTED_TEE -> "use one of the supported kinds of evidence";
      default ->
          code.name().startsWith("POLICY_")
              ? "change the workload or the policy"
              : "take fresh, unaltered evidence";
    };
  }
}
