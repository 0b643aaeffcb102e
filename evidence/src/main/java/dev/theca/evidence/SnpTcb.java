package dev.theca.evidence;

/**
 * The security patch levels of an SEV-SNP platform (AMD 56860, "TCB_VERSION"), each 0 to 255.
 * {@code fmc} exists on Turin only and is 0 elsewhere.
 */
public record SnpTcb(int fmc, int bootloader, int tee, int snp, int microcode) {
  /** Whether every component is at least the other's. */
  public boolean atLeast(SnpTcb other) {
    return fmc >= other.fmc
        && bootloader >= other.bootloader
        && tee >= other.tee
        && snp >= other.snp
        && microcode >= other.microcode;
  }

  @Override
  public String toString() {
    return (fmc == 0 ? "" : "fmc " + fmc + ", ")
        + "bootloader "
        + bootloader
        + ", tee "
        + tee
        + ", snp "
        + snp
        + ", microcode "
        + microcode;
  }
}
