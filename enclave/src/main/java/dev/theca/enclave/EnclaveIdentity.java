package dev.theca.enclave;

/**
 * What a platform knows of an enclave that it launched: measured, or from the signature that it
 * checked.
 */
public record EnclaveIdentity(
    byte[] mrEnclave,
    byte[] mrSigner,
    int isvProdId,
    int isvSvn,
    long flags,
    long xfrm,
    int miscSelect) {}
