package dev.theca.evidence;

import java.util.Optional;

/** The kinds of evidence, with the names that KBS clients use for them. */
public enum EvidenceType {
  SGX("sgx"),
  TDX("tdx"),
  SNP("snp"),
  AZ_SNP_VTPM("az-snp-vtpm"),
  AZ_TDX_VTPM("az-tdx-vtpm"),
  TPM("tpm"),
  CCA("cca"),
  NITRO("nitro"),
  NVIDIA("nvidia"),
  CSV("csv"),
  SE("se"),
  SAMPLE("sample");

  private final String word;

  EvidenceType(String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }

  public static Optional<EvidenceType> of(String word) {
    for (EvidenceType type : values()) if (type.word.equals(word)) return Optional.of(type);
    return Optional.empty();
  }
}
