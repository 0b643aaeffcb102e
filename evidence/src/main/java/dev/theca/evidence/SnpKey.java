package dev.theca.evidence;

/** Which key signed a report, to look up its endorsement: AMD's key service asks for just this. */
public record SnpKey(SnpReport.Product product, byte[] chipId, SnpTcb tcb, SnpReport.KeyKind kind) {
  /** The chip's id as the key service names it: 8 bytes on Turin, else 64. */
  public byte[] hwid() {
    return java.util.Arrays.copyOf(chipId, product == SnpReport.Product.TURIN ? 8 : 64);
  }
}
