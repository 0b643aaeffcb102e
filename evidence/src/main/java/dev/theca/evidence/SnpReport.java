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
  /** Bytes of a report with its signature. */
  public static final int SIZE = 1184;

  /** The endorsements that an extended guest request may bring along; unverified. */
  public enum Certificate {
    /** The chip's own key. */
    VCEK,
    /** A key of the cloud provider's. */
    VLEK,
    /** ASK, or ASVK. */
    ASK,
    /** AMD's root key. */
    ARK
  }

  /** Who signed. */
  public enum KeyKind {
    /** The chip's own. */
    VCEK,
    /** The cloud provider's. */
    VLEK
  }

  /** Generations of processors, by the names of their key services. */
  public enum Product {
    /** Third generation. */
    MILAN("Milan"),
    /** With Bergamo and Siena, whose keys are Genoa's. */
    GENOA("Genoa"),
    /** Fifth generation. */
    TURIN("Turin");

    private final String word;

    Product(String word) {
      this.word = word;
    }

    /** AMD's name of the product. */
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

    /** The product of this name. */
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

  /** The whole report, 1184 bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** The bytes that the signature covers, 672. */
  public byte[] signedBytes() {
    return part(0, 0x2A0);
  }

  /** Endorsements as they came with the report; unverified. */
  public Map<Certificate, byte[]> carried() {
    return carried;
  }

  /** Version of the report's layout, 2 to 5. */
  public int version() {
    return in().getInt(0);
  }

  /** GUEST_SVN of the ID block. */
  public int guestSvn() {
    return in().getInt(4);
  }

  /** The guest policy, bits. */
  public long policy() {
    return in().getLong(8);
  }

  /** Whether the guest policy allows debugging. */
  public boolean debugAllowed() {
    return (policy() >> 19 & 1) != 0;
  }

  /** Whether the guest policy allows a migration agent. */
  public boolean migrationAllowed() {
    return (policy() >> 18 & 1) != 0;
  }

  /** Whether the guest policy allows SMT. */
  public boolean smtAllowed() {
    return (policy() >> 16 & 1) != 0;
  }

  /** 0 to 3; -1 when the host asked for the report. */
  public int vmpl() {
    return in().getInt(0x30);
  }

  /** CURRENT_TCB, 8 bytes. */
  public byte[] currentTcb() {
    return part(0x38, 8);
  }

  /** PLATFORM_INFO, bits. */
  public long platformInfo() {
    return in().getLong(0x40);
  }

  /** The word that says which key signed and whether the author key is set. */
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

  /** REPORT_DATA, 64 bytes from the guest. */
  public byte[] reportData() {
    return part(0x50, 64);
  }

  /** MEASUREMENT, 48 bytes: the launch digest. */
  public byte[] measurement() {
    return part(0x90, 48);
  }

  /** HOST_DATA, 32 bytes from the host at launch. */
  public byte[] hostData() {
    return part(0xC0, 32);
  }

  /** ID_KEY_DIGEST, 48 bytes: SHA-384 of the key that signed the ID block. */
  public byte[] idKeyDigest() {
    return part(0xE0, 48);
  }

  /** AUTHOR_KEY_DIGEST, 48 bytes: SHA-384 of the key that certified the ID key. */
  public byte[] authorKeyDigest() {
    return part(0x110, 48);
  }

  /** REPORT_ID, 32 bytes. */
  public byte[] reportId() {
    return part(0x140, 32);
  }

  /** REPORT_ID_MA, 32 bytes: of the migration agent. */
  public byte[] reportIdMa() {
    return part(0x160, 32);
  }

  /** REPORTED_TCB, 8 bytes: the one that the signing key is derived from. */
  public byte[] reportedTcb() {
    return part(0x180, 8);
  }

  /** CHIP_ID, 64 bytes; zero when the platform hides it. */
  public byte[] chipId() {
    return part(0x1A0, 64);
  }

  /** COMMITTED_TCB, 8 bytes: no rollback goes below it. */
  public byte[] committedTcb() {
    return part(0x1E0, 8);
  }

  /** LAUNCH_TCB, 8 bytes: the TCB when the guest was launched. */
  public byte[] launchTcb() {
    return part(0x1F0, 8);
  }

  /** Firmware version in use: major, minor, build. */
  public int[] currentVersion() {
    return new int[] {bytes[0x1EA] & 0xFF, bytes[0x1E9] & 0xFF, bytes[0x1E8] & 0xFF};
  }

  /** Committed firmware version: major, minor, build. */
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
