package dev.theca.evidence;

import java.util.List;

/**
 * Evidence of an Azure confidential VM: a quote of its virtual TPM, the paravisor's report that
 * binds the TPM's key to the hardware, and the hardware's own report. Parsed, not verified. The
 * collateral is that of the hardware.
 *
 * @param version of the evidence format: 0 to 2
 * @param signature the TPM's signature, RSASSA with SHA-256
 * @param inner an SNP report or a TDX quote
 */
public record AzureVtpm(
    EvidenceType type,
    int version,
    byte[] message,
    TpmAttest attest,
    byte[] signature,
    List<byte[]> pcrs,
    HclReport hcl,
    Evidence inner)
    implements Evidence {
  public AzureVtpm {
    pcrs = List.copyOf(pcrs);
  }
}
