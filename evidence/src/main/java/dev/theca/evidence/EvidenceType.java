package dev.theca.evidence;

import java.util.Optional;

/** The kinds of evidence, with the names that KBS clients use for them. */
public enum EvidenceType {
  /** Intel SGX: a quote of an enclave. */
  SGX("sgx"),
  /** Intel TDX: a quote of a trust domain. */
  TDX("tdx"),
  /** AMD SEV-SNP: a report of a guest. */
  SNP("snp"),
  /** An SEV-SNP guest behind Azure's vTPM. */
  AZ_SNP_VTPM("az-snp-vtpm"),
  /** A TDX guest behind Azure's vTPM. */
  AZ_TDX_VTPM("az-tdx-vtpm"),
  /** A quote of a TPM 2.0. */
  TPM("tpm"),
  /** An Arm CCA token. */
  CCA("cca"),
  /** A document of an AWS Nitro enclave. */
  NITRO("nitro"),
  /** A report of an NVIDIA GPU. */
  NVIDIA("nvidia"),
  /** A report of a Hygon CSV guest. */
  CSV("csv"),
  /** The answer of an IBM Secure Execution guest. */
  SE("se"),
  /** Made-up evidence of test clients; always refused. */
  SAMPLE("sample");

  private final String word;

  EvidenceType(String word) {
    this.word = word;
  }

  /** The name in protocols and on the command line. */
  public String word() {
    return word;
  }

  /** The kind of this name; empty for another word. */
  public static Optional<EvidenceType> of(String word) {
    for (EvidenceType type : values()) if (type.word.equals(word)) return Optional.of(type);
    return Optional.empty();
  }
}
