package dev.theca.kit;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * One header block of a tar archive, field by field (POSIX.1-2024 pax, "ustar Interchange Format";
 * GNU tar, "Basic Tar Format"). Begins as a good ustar header; every field can be made wrong after
 * that, and the checksum is right unless somebody says otherwise.
 */
public final class TarHeader {
  /** A field's place in the block. */
  public enum Field {
    NAME(0, 100),
    MODE(100, 8),
    UID(108, 8),
    GID(116, 8),
    SIZE(124, 12),
    MTIME(136, 12),
    CHECKSUM(148, 8),
    TYPE(156, 1),
    LINK_NAME(157, 100),
    MAGIC(257, 6),
    VERSION(263, 2),
    USER_NAME(265, 32),
    GROUP_NAME(297, 32),
    DEVICE_MAJOR(329, 8),
    DEVICE_MINOR(337, 8),
    PREFIX(345, 155);

    final int offset;
    final int length;

    Field(int offset, int length) {
      this.offset = offset;
      this.length = length;
    }
  }

  public static final int BLOCK = 512;

  private final byte[] block = new byte[BLOCK];
  private boolean ownChecksum;

  private TarHeader(char type) {
    octal(Field.MODE, 0644);
    octal(Field.UID, 0);
    octal(Field.GID, 0);
    octal(Field.SIZE, 0);
    octal(Field.MTIME, 0);
    octal(Field.DEVICE_MAJOR, 0);
    octal(Field.DEVICE_MINOR, 0);
    type(type);
    put(Field.MAGIC, "ustar\0".getBytes(StandardCharsets.US_ASCII));
    put(Field.VERSION, "00".getBytes(StandardCharsets.US_ASCII));
  }

  /** An entry of a type: {@code '0'} file, {@code '5'} directory, {@code 'x'} pax and so on. */
  public static TarHeader of(char type, String name) {
    return new TarHeader(type).name(name);
  }

  /** A name of at most 100 bytes, or one that splits into prefix and name at a slash. */
  public TarHeader name(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= Field.NAME.length) return put(Field.NAME, bytes);
    int at = Math.min(bytes.length - 2, Field.PREFIX.length);
    while (at > 0 && bytes[at] != '/') at--;
    if (at == 0 || bytes.length - at - 1 > Field.NAME.length)
      throw new IllegalArgumentException("name too long for ustar: " + name);
    put(Field.PREFIX, Arrays.copyOf(bytes, at));
    return put(Field.NAME, Arrays.copyOfRange(bytes, at + 1, bytes.length));
  }

  public TarHeader linkName(String target) {
    return put(Field.LINK_NAME, target.getBytes(StandardCharsets.UTF_8));
  }

  public TarHeader type(char type) {
    return put(Field.TYPE, new byte[] {(byte) type});
  }

  public TarHeader mode(int mode) {
    return octal(Field.MODE, mode);
  }

  public TarHeader owner(long uid, long gid) {
    return number(Field.UID, uid).number(Field.GID, gid);
  }

  public TarHeader ownerNames(String user, String group) {
    return put(Field.USER_NAME, user.getBytes(StandardCharsets.UTF_8))
        .put(Field.GROUP_NAME, group.getBytes(StandardCharsets.UTF_8));
  }

  public TarHeader size(long sizeBytes) {
    return number(Field.SIZE, sizeBytes);
  }

  public TarHeader modified(long epochSeconds) {
    return number(Field.MTIME, epochSeconds);
  }

  public TarHeader device(int major, int minor) {
    return octal(Field.DEVICE_MAJOR, major).octal(Field.DEVICE_MINOR, minor);
  }

  /** GNU's magic, {@code "ustar \0"}; the prefix field then means other things. */
  public TarHeader gnu() {
    return put(Field.MAGIC, "ustar ".getBytes(StandardCharsets.US_ASCII))
        .put(Field.VERSION, new byte[] {' ', 0});
  }

  /** The format before ustar: no magic, nothing after the link name. */
  public TarHeader v7() {
    Arrays.fill(block, Field.MAGIC.offset, BLOCK, (byte) 0);
    return this;
  }

  /** Octal digits with a closing zero byte, as every writer does. */
  public TarHeader octal(Field field, long value) {
    String digits = String.format(Locale.ROOT, "%0" + (field.length - 1) + "o", value);
    if (digits.length() >= field.length || value < 0)
      throw new IllegalArgumentException(value + " does not fit " + field);
    return put(field, (digits + "\0").getBytes(StandardCharsets.US_ASCII));
  }

  /** Octal where it fits, else GNU's base 256 (first bit set, big-endian two's complement). */
  public TarHeader number(Field field, long value) {
    boolean fits = value >= 0 && value < 1L << 3 * (field.length - 1);
    return fits ? octal(field, value) : base256(field, BigInteger.valueOf(value));
  }

  public TarHeader base256(Field field, BigInteger value) {
    byte[] out = new byte[field.length];
    Arrays.fill(out, (byte) (value.signum() < 0 ? 0xFF : 0));
    byte[] digits = value.toByteArray();
    int n = Math.min(digits.length, out.length);
    System.arraycopy(digits, digits.length - n, out, out.length - n, n);
    out[0] |= (byte) 0x80;
    return put(field, out);
  }

  /** Any bytes in a field; the rest of the field becomes zero. */
  public TarHeader put(Field field, byte[] bytes) {
    if (bytes.length > field.length)
      throw new IllegalArgumentException(bytes.length + " bytes do not fit " + field);
    Arrays.fill(block, field.offset, field.offset + field.length, (byte) 0);
    System.arraycopy(bytes, 0, block, field.offset, bytes.length);
    ownChecksum |= field == Field.CHECKSUM;
    return this;
  }

  public TarHeader put(Field field, String text) {
    return put(field, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Any bytes at any place, for extensions that this class has no name for. */
  public TarHeader put(int offset, byte[] bytes) {
    System.arraycopy(bytes, 0, block, offset, bytes.length);
    return this;
  }

  /** A checksum that is not the block's. */
  public TarHeader wrongChecksum() {
    return put(Field.CHECKSUM, String.format(Locale.ROOT, "%06o\0 ", sum() + 1));
  }

  private int sum() {
    int sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      boolean blank = i >= Field.CHECKSUM.offset && i < Field.TYPE.offset;
      sum += blank ? ' ' : block[i] & 0xFF;
    }
    return sum;
  }

  /** The block, with its checksum. */
  public byte[] bytes() {
    byte[] out = block.clone();
    if (!ownChecksum) {
      byte[] text =
          String.format(Locale.ROOT, "%06o\0 ", sum()).getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(text, 0, out, Field.CHECKSUM.offset, text.length);
    }
    return out;
  }
}
