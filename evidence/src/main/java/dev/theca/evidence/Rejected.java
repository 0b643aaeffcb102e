package dev.theca.evidence;

import dev.theca.wire.Refusal;

/** A step that did not hold; never leaves the room. Cheap: it carries no stack. */
final class Rejected extends Exception {
  private static final long serialVersionUID = 1L;

  final EvidenceCode code;
  final String what;
  final String expected;
  final String found;

  Rejected(EvidenceCode code, String what, String expected, String found) {
    super(code + ": " + what, null, false, false);
    this.code = code;
    this.what = what;
    this.expected = expected;
    this.found = found;
  }

  Refusal refusal() {
    return new Refusal(code, what, expected, found, next());
  }

  private String next() {
    return switch (code) {
      case CHAIN_UNTRUSTED -> "name this root in the configuration if it is meant to be trusted";
      case COLLATERAL_TCB_INFO_EXPIRED,
          COLLATERAL_QE_IDENTITY_EXPIRED,
          REVOCATION_CRL_EXPIRED,
          COLLATERAL_MISSING ->
          "fetch current collateral from the provisioning service";
      case POLICY_DEBUG -> "build and sign the enclave for production";
      case REVOCATION_PCK, REVOCATION_INTERMEDIATE, REVOCATION_SIGNING_CERT, TCB_REVOKED ->
          "do not use this platform";
      case TCB_OUT_OF_DATE, TCB_NOT_SUPPORTED, TCB_OUT_OF_DATE_CONFIGURATION_NEEDED ->
          "update firmware and microcode of the platform";
      case BINDING_REPORT_DATA -> "make the evidence for this session, with its nonce and key";
      case BINDING_INIT_DATA -> "start the enclave with the init data that is sent";
      default -> "take fresh, unaltered evidence";
    };
  }
}
