package dev.theca.evidence;

/** Endorsements as received, not yet trusted: what {@link Verifier#prepare} takes. */
public sealed interface Collateral
    permits IntelCollateral,
        SnpEndorsement,
        TpmAnchors,
        CcaStore,
        SeHost,
        CsvEndorsement,
        NoCollateral {}
