package dev.theca.evidence;

/**
 * What a TEE says about itself, parsed and not verified: holding one says nothing about whether it
 * is believable.
 */
public sealed interface Evidence
    permits IntelQuote,
        SnpReport,
        TpmEvidence,
        AzureVtpm,
        CcaToken,
        NitroDocument,
        NvidiaReport,
        SeEvidence,
        CsvReport {
  /** Which TEE it is from. */
  EvidenceType type();
}
