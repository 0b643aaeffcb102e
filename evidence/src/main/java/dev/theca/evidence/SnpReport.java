package dev.theca.evidence;

import dev.theca.evidence.amd.SnpReader;
import dev.theca.wire.Outcome;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * An AMD SEV-SNP attestation report of version 2 to 5, 1184 bytes (AMD 56860,
 * "ATTESTATION_REPORT"). Parsed, not verified. Accessors give copies.
 */
public final class SnpReport implements Evidence {
  public static final int SIZE = 1184;

  /** The endorsements that an extended guest request may bring along; unverified. */
  public enum Certificate {
    VCEK,
    VLEK,
    /** ASK, or ASVK. */
    ASK,
    ARK
  }

  /** Who signed. */
  public enum KeyKind {
    VCEK,
    VLEK
  }

  /** Generations of processors, by the names of their key services. */
  public enum Product {
    MILAN("Milan"),
    /** With Bergamo and Siena, whose keys are Genoa's. */
    GENOA("Genoa"),
    TURIN("Turin");

    private final String word;

    Product(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }

    /** The TCB's bytes are ordered in another way from Turin on. */
    public SnpTcb tcb(byte[] version) {
      return this == TURIN
          ? new SnpTcb(
              u8(version, 0), u8(version, 1), u8(version, 2), u8(version, 3), u8(version, 7))
          : new SnpTcb(0, u8(version, 0), u8(version, 1), u8(version, 6), u8(version, 7));
    }

    private static int u8(byte[] bytes, int at) {
      return bytes[at] & 0xFF;
    }

    public static Optional<Product> of(String word) {
      return Arrays.stream(values()).filter(p -> p.word.equals(word)).findFirst();
    }
  }

  private final byte[] bytes;
  private final Map<Certificate, byte[]> carried;

  /** For readers, which have checked what is checked before this type is made. */
  public SnpReport(byte[] bytes, Map<Certificate, byte[]> carried) {
    if (bytes.length != SIZE)
      throw new IllegalArgumentException("a report has 1184 bytes, not " + bytes.length);
    this.bytes = bytes.clone();
    this.carried = Map.copyOf(carried);
  }

  /** Reads a report alone, or a report followed by the certificate table of an extended request. */
  public static Outcome<SnpReport> parse(byte[] bytes) {
    return SnpReader.parse(bytes);
  }

  @Override
  public EvidenceType type() {
    return EvidenceType.SNP;
  }

  private byte[] part(int from, int size) {
    return Arrays.copyOfRange(bytes, from, from + size);
  }

  private ByteBuffer in() {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  public byte[] bytes() {
    return bytes.clone();
  }

  public byte[] signedBytes() {
    return part(0, 0x2A0);
  }

  /** Endorsements as they came with the report; unverified. */
  public Map<Certificate, byte[]> carried() {
    return carried;
  }

  public int version() {
    return in().getInt(0);
  }

  public int guestSvn() {
    return in().getInt(4);
  }

  public long policy() {
    return in().getLong(8);
  }

  public boolean debugAllowed() {
    return (policy() >> 19 & 1) != 0;
  }

  public boolean migrationAllowed() {
    return (policy() >> 18 & 1) != 0;
  }

  public boolean smtAllowed() {
    return (policy() >> 16 & 1) != 0;
  }

  /** 0 to 3; -1 when the host asked for the report. */
  public int vmpl() {
    return in().getInt(0x30);
  }

  public byte[] currentTcb() {
    return part(0x38, 8);
  }

  public long platformInfo() {
    return in().getLong(0x40);
  }

  public int flags() {
    return in().getInt(0x48);
  }

  /** Empty when the report is unsigned, or signed by a key of unknown kind. */
  public Optional<KeyKind> signingKey() {
    return switch (flags() >> 2 & 7) {
      case 0 -> Optional.of(KeyKind.VCEK);
      case 1 -> Optional.of(KeyKind.VLEK);
      default -> Optional.empty();
    };
  }

  public byte[] reportData() {
    return part(0x50, 64);
  }

  public byte[] measurement() {
    return part(0x90, 48);
  }

  public byte[] hostData() {
    return part(0xC0, 32);
  }

  public byte[] idKeyDigest() {
    return part(0xE0, 48);
  }

  public byte[] authorKeyDigest() {
    return part(0x110, 48);
  }

  public byte[] reportId() {
    return part(0x140, 32);
  }

  public byte[] reportIdMa() {
    return part(0x160, 32);
  }

  public byte[] reportedTcb() {
    return part(0x180, 8);
  }

  public byte[] chipId() {
    return part(0x1A0, 64);
  }

  public byte[] committedTcb() {
    return part(0x1E0, 8);
  }

  public byte[] launchTcb() {
    return part(0x1F0, 8);
  }

  /** Firmware version in use: major, minor, build. */
  public int[] currentVersion() {
    return new int[] {bytes[0x1EA] & 0xFF, bytes[0x1E9] & 0xFF, bytes[0x1E8] & 0xFF};
  }

  public int[] committedVersion() {
    return new int[] {bytes[0x1EE] & 0xFF, bytes[0x1ED] & 0xFF, bytes[0x1EC] & 0xFF};
  }

  /**
   * The generation that the CPUID fields name; empty in version 2, which has none, and if unknown.
   */
  public Optional<Product> product() {
    if (version() < 3) return Optional.empty();
    int family = bytes[0x188] & 0xFF;
    int model = bytes[0x189] & 0xFF;
    if (family == 0x19 && model <= 0x0F) return Optional.of(Product.MILAN);
    if (family == 0x19 && model <= 0x1F) return Optional.of(Product.GENOA);
    if (family == 0x19 && model >= 0xA0 && model <= 0xAF) return Optional.of(Product.GENOA);
    if (family == 0x1A && model <= 0x11) return Optional.of(Product.TURIN);
    return Optional.empty();
  }

  /** The key that signed, when the product is known: from the report, or by the caller's word. */
  public SnpKey key(Product product) {
    return new SnpKey(
        product, chipId(), product.tcb(reportedTcb()), signingKey().orElse(KeyKind.VCEK));
  }

  /** r and s, 48 bytes each, big-endian; empty when the little-endian fields overflow. */
  public Optional<byte[]> signature() {
    byte[] raw = new byte[96];
    for (int field = 0; field < 2; field++) {
      int from = 0x2A0 + 72 * field;
      for (int i = 48; i < 72; i++) if (bytes[from + i] != 0) return Optional.empty();
      for (int i = 0; i < 48; i++) raw[48 * field + i] = bytes[from + 47 - i];
    }
    return Optional.of(raw);
  }
}
