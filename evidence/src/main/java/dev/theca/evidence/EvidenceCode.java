package dev.theca.evidence;

import dev.theca.wire.Code;
import java.util.Locale;

/**
 * What was checked, and so why evidence is not believed. The first word groups: format, chain,
 * revocation, collateral, qe, signature, tcb, binding, policy, internal. {@link #qvl()} is the
 * status number of Intel's Quote Verification Library, -1 where it has none; where that library
 * gives one cause two numbers, one for the call that judges a document and one for the call that
 * judges a quote, {@link #qvlInQuote()} is the second.
 */
public enum EvidenceCode implements Code {
  /** The platform's TCB is at a published level that is up to date. */
  TCB_UP_TO_DATE(0),
  /** A certificate cannot be parsed. */
  FORMAT_CERTIFICATE(1),
  /** The chain has no root certificate. */
  CHAIN_ROOT_MISSING(2),
  /** The root certificate is malformed, or not one of a version 3 authority. */
  CHAIN_ROOT_INVALID(3),
  /** The root certificate lacks an extension or has a wrong one. */
  CHAIN_ROOT_EXTENSIONS(4),
  /** The root certificate's signature is not by its own key. */
  CHAIN_ROOT_NOT_SELF_SIGNED(5),
  /** The root of the chain is not the anchor that the verification was given. */
  CHAIN_ROOT_UNTRUSTED(6),
  /** The chain has no certificate of an intermediate authority. */
  CHAIN_INTERMEDIATE_MISSING(7),
  /** The intermediate authority's certificate is malformed. */
  CHAIN_INTERMEDIATE_INVALID(8),
  /** The intermediate authority's certificate lacks an extension or has a wrong one. */
  CHAIN_INTERMEDIATE_EXTENSIONS(9),
  /** The intermediate authority's certificate was not issued by the root. */
  CHAIN_INTERMEDIATE_ISSUER(10),
  /** The intermediate authority's certificate is on the root's revocation list. */
  REVOCATION_INTERMEDIATE(11),
  /** The chain has no leaf certificate. */
  CHAIN_LEAF_MISSING(12),
  /** The leaf certificate is malformed. */
  CHAIN_LEAF_INVALID(13),
  /** The leaf certificate lacks an extension or has a wrong one. */
  CHAIN_LEAF_EXTENSIONS(14),
  /** The leaf certificate was not issued by the authority above it. */
  CHAIN_LEAF_ISSUER(15),
  /** The platform's certificate (PCK, VCEK, VLEK) is on its authority's revocation list. */
  REVOCATION_PCK(16, 43),
  /** The trust anchor itself is malformed or not self-signed. */
  CHAIN_ANCHOR_INVALID(17),
  /** The chain ends in a key that is none of the trusted roots. */
  CHAIN_UNTRUSTED(18),
  /** TCB information is no document of a known version. */
  FORMAT_TCB_INFO(19, 42),
  /** A member of TCB information is missing or out of range. */
  FORMAT_TCB_INFO_VALUE(20, 42),
  /** TCB information is not signed, over its exact bytes, by the TCB signing key. */
  COLLATERAL_TCB_INFO_SIGNATURE(21),
  /** The certificate of the TCB signing key is missing. */
  CHAIN_SIGNING_MISSING(22),
  /** The certificate of the TCB signing key is malformed. */
  CHAIN_SIGNING_INVALID(23),
  /** The certificate of the TCB signing key lacks an extension or has a wrong one. */
  CHAIN_SIGNING_EXTENSIONS(24),
  /** The certificate of the TCB signing key was not issued by the root. */
  CHAIN_SIGNING_ISSUER(25),
  /** The chain of the TCB signing key ends in another root than the given anchor. */
  CHAIN_SIGNING_UNTRUSTED(26),
  /** The certificate of the TCB signing key is on the root's revocation list. */
  REVOCATION_SIGNING_CERT(27),
  /** A revocation list cannot be parsed. */
  FORMAT_CRL(28, 40),
  /** A revocation list names another issuer than the authority it is used for. */
  REVOCATION_CRL_ISSUER(29),
  /** A revocation list is malformed or of a wrong version. */
  REVOCATION_CRL_INVALID(30),
  /** A revocation list lacks an extension or has one that is unknown and critical. */
  REVOCATION_CRL_EXTENSIONS(31),
  /** A revocation list is not signed by its issuer's key. */
  REVOCATION_CRL_SIGNATURE(32),
  /** An authority's certificate cannot be parsed. */
  FORMAT_CA_CERTIFICATE(33),
  /** An authority's certificate is malformed. */
  CHAIN_CA_INVALID(34),
  /** The document that holds the anchors cannot be parsed. */
  FORMAT_ANCHOR(35),
  /** The caller left out an input that this check needs. */
  INTERNAL_MISSING_INPUT(36),
  /** The quote cannot be parsed: version, sizes, or a value that must be fixed. */
  FORMAT_QUOTE(37),
  /** The PCK certificate or its SGX extension cannot be parsed. */
  FORMAT_PCK_CERTIFICATE(38),
  /** The PCK certificate's subject or issuer is not one that Intel uses. */
  CHAIN_PCK_SUBJECT(39),
  /** The revocation list of the PCK authority cannot be parsed. */
  FORMAT_PCK_CRL(40),
  /** The PCK revocation list is of another authority than the PCK certificate's. */
  REVOCATION_PCK_CRL_MISMATCH(41),
  /** TCB information is for another platform: FMSPC, PCE or TEE differ. */
  COLLATERAL_TCB_INFO_MISMATCH(44),
  /** The matching TCB level is out of date. */
  TCB_OUT_OF_DATE(45),
  /** The matching TCB level is revoked; no policy accepts it. */
  TCB_REVOKED(46),
  /** The platform is up to date, but its configuration needs a change. */
  TCB_CONFIGURATION_NEEDED(47),
  /** The matching TCB level is out of date, and the configuration needs a change. */
  TCB_OUT_OF_DATE_CONFIGURATION_NEEDED(48),
  /** The platform is below every published TCB level. */
  TCB_NOT_SUPPORTED(49),
  /** The matching TCB level has a status that is not known. */
  TCB_UNRECOGNIZED_STATUS(50),
  /** The quoting enclave's report is not signed by the PCK. */
  SIGNATURE_QE_REPORT(55),
  /** The quoting enclave's report does not vouch for the attestation key. */
  QE_REPORT_DATA(56),
  /** The quote is not signed by its attestation key. */
  SIGNATURE_QUOTE(57),
  /** The quoting enclave's report cannot be parsed. */
  FORMAT_ENCLAVE_REPORT(61),
  /** The QE identity is no document of a known form. */
  FORMAT_QE_IDENTITY(62, 72),
  /** A member of the QE identity is missing or out of range. */
  FORMAT_QE_IDENTITY_VALUE(63, 72),
  /** The QE identity has a version that is not known. */
  FORMAT_QE_IDENTITY_VERSION(64, 72),
  /** The quoting enclave's MISCSELECT is not the identity's under its mask. */
  QE_MISCSELECT(66, 74),
  /** The quoting enclave's attributes are not the identity's under their mask. */
  QE_ATTRIBUTES(67, 74),
  /** The quoting enclave is signed by another key than the identity names. */
  QE_MRSIGNER(69, 74),
  /** The quoting enclave is another product than the identity names. */
  QE_PRODID(70, 74),
  /** The quoting enclave's security version is out of date. */
  QE_SVN_OUT_OF_DATE(71),
  /** The quoting enclave is not the one that the identity describes. */
  QE_IDENTITY_MISMATCH(74),
  /** TCB information is older than its nextUpdate allows. */
  COLLATERAL_TCB_INFO_EXPIRED(75),
  /** The QE identity is not signed, over its exact bytes, by the TCB signing key. */
  COLLATERAL_QE_IDENTITY_SIGNATURE(76),
  /** The caller gave an input that no verification can use. */
  INTERNAL_BAD_PARAMETER(77),
  /** A certificate of the platform's chain is past its validity. */
  CHAIN_EXPIRED(78),
  /** A revocation list is past its nextUpdate. */
  REVOCATION_CRL_EXPIRED(79),
  /** A certificate of the TCB signing chain is past its validity. */
  CHAIN_SIGNING_EXPIRED(80),
  /** The QE identity is older than its nextUpdate allows. */
  COLLATERAL_QE_IDENTITY_EXPIRED(81),
  /** The platform is up to date, but workloads need mitigations in software. */
  TCB_SW_HARDENING_NEEDED(82),
  /** The platform's configuration needs a change, and workloads need mitigations. */
  TCB_CONFIGURATION_AND_SW_HARDENING_NEEDED(83),
  /** The quoting enclave's security version is revoked. */
  QE_SVN_REVOKED(84),
  /** The TDX module is not one that the TCB information describes. */
  COLLATERAL_TDX_MODULE_MISMATCH(85),
  /** The quoting enclave is below every published security version. */
  QE_SVN_NOT_SUPPORTED(86),
  /** The host was updated after the TD's launch: launching it anew makes it up to date. */
  TCB_TD_RELAUNCH_ADVISED(87),
  /** As {@link #TCB_TD_RELAUNCH_ADVISED}, and the configuration needs a change. */
  TCB_TD_RELAUNCH_ADVISED_CONFIGURATION_NEEDED(88),
  /** An input is larger or deeper than allowed. */
  FORMAT_LIMIT(-1),
  /** Bytes follow the end of a document. */
  FORMAT_TRAILING_BYTES(-1),
  /** An object has two members of one name. */
  FORMAT_DUPLICATE_KEY(-1),
  /** The evidence cannot be parsed. */
  FORMAT_EVIDENCE(-1),
  /** The quote's certification data is of a kind that cannot be used. */
  FORMAT_CERTIFICATION_DATA(-1),
  /** A certificate's validity has not begun. */
  CHAIN_NOT_YET_VALID(-1),
  /** A certificate's key is not meant for signing certificates. */
  CHAIN_KEY_USAGE(-1),
  /** A certificate that issued another is not one of an authority. */
  CHAIN_BASIC_CONSTRAINTS(-1),
  /** A document of the collateral comes from the future. */
  COLLATERAL_NOT_YET_VALID(-1),
  /** Collateral that the verification needs was not found. */
  COLLATERAL_MISSING(-1),
  /** The collateral is older than what was seen before. */
  COLLATERAL_ROLLBACK(-1),
  /** The prepared collateral is for another kind of evidence. */
  COLLATERAL_KIND(-1),
  /** A signature's r or s is zero or not below the order. */
  SIGNATURE_RANGE(-1),
  /** The evidence is not signed by the key that must have signed it. */
  SIGNATURE_EVIDENCE(-1),
  /** The evidence is bound to other report data than expected, or to none that is known. */
  BINDING_REPORT_DATA(-1),
  /** The evidence names other init data than expected. */
  BINDING_INIT_DATA(-1),
  /** The evidence was made for another nonce. */
  BINDING_NONCE(-1),
  /** The signed digest of the registers is not that of the registers that came along. */
  BINDING_PCR(-1),
  /** The event log does not replay to the measured registers. */
  BINDING_EVENT_LOG(-1),
  /** The evidence vouches for another key than the one that was used. */
  BINDING_KEY(-1),
  /** The workload is open to a debugger. */
  POLICY_DEBUG(-1),
  /** Attribute bits are set that have no known meaning, or required ones are clear. */
  POLICY_ATTRIBUTES_RESERVED(-1),
  /** The workload may be migrated, which the policy does not allow. */
  POLICY_MIGRATION(-1),
  /** The report was made at another privilege level than the policy names. */
  POLICY_VMPL(-1),
  /** The guest may run with SMT on, which the policy does not allow. */
  POLICY_SMT(-1),
  /** The platform is below the policy's minimum. */
  POLICY_MIN_TCB(-1),
  /** An advisory applies that the policy denies. */
  POLICY_ADVISORY(-1),
  /** The policy denies this product. */
  POLICY_PRODUCT(-1),
  /** The endorsement is of another kind of key than the one that signed. */
  POLICY_KEY_KIND(-1),
  /** The platform is none of those that the policy names, or hides which it is. */
  POLICY_PLATFORM_ID(-1),
  /** The collateral's evaluation number is below the policy's minimum. */
  POLICY_EVAL_NUMBER(-1),
  /** The platform is not in the secured state of its life cycle. */
  POLICY_LIFECYCLE(-1),
  /** The attestation key is none of the enrolled ones. */
  POLICY_ANCHOR(-1),
  /** A service TD is bound that the policy does not name. */
  POLICY_SERVICE_TD(-1),
  /** The evidence is older than the policy allows. */
  POLICY_FRESHNESS(-1),
  /** A measurement is none of the reference values. */
  POLICY_REFERENCE(-1),
  /** This kind of evidence is not verified here. */
  UNSUPPORTED_TEE(-1),
  /** A fault of the verifier; the evidence is not believed. */
  INTERNAL_ERROR(-1);

  private final int qvl;
  private final int qvlInQuote;

  EvidenceCode(int qvl) {
    this(qvl, qvl);
  }

  EvidenceCode(int qvl, int qvlInQuote) {
    this.qvl = qvl;
    this.qvlInQuote = qvlInQuote;
  }

  /** Intel's number for the case that collateral or a chain is judged alone; -1 without one. */
  public int qvl() {
    return qvl;
  }

  /** Intel's number for the case that a quote is judged; -1 without one. */
  public int qvlInQuote() {
    return qvlInQuote;
  }

  @Override
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
