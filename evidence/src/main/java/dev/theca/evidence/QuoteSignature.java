package dev.theca.evidence;

/**
 * The signature part of an ECDSA quote (Intel SGX ECDSA quote library, "ECDSA 256-bit quote
 * signature data structure"). Byte arrays belong to the quote and must not be changed.
 *
 * @param certificationType 1 to 5; only 5, a PEM chain, stands alone
 */
public record QuoteSignature(
    byte[] signature,
    byte[] attestationKey,
    byte[] qeReport,
    byte[] qeReportSignature,
    byte[] authData,
    int certificationType,
    byte[] certificationData) {}
