package dev.theca.evidence;

/**
 * What a provisioning service says about a platform, as received: documents are exact bytes, chains
 * are PEM with the leaf first, CRLs are DER. For SGX the TCB info and identity are those of SGX,
 * for TDX those of TDX.
 */
public record IntelCollateral(
    byte[] tcbInfo,
    String tcbIssuerChain,
    byte[] qeIdentity,
    String qeIssuerChain,
    byte[] pckCrl,
    String pckCrlIssuerChain,
    byte[] rootCaCrl)
    implements Collateral {}
