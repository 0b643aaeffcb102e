package dev.theca.kit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Extended header records, {@code "LENGTH KEY=VALUE\n"} with the length in decimal over the whole
 * record (POSIX.1-2024 pax, "pax Extended Header"). Values are bytes: an xattr may hold anything.
 */
public final class PaxRecords {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  public PaxRecords() {
    // empty until something is added
  }

  public static PaxRecords of(String key, String value) {
    return new PaxRecords().put(key, value);
  }

  public PaxRecords put(String key, String value) {
    return put(key, value.getBytes(StandardCharsets.UTF_8));
  }

  public PaxRecords put(String key, byte[] value) {
    int rest = 3 + key.getBytes(StandardCharsets.UTF_8).length + value.length;
    int length = rest + Integer.toString(rest).length();
    if (Integer.toString(length).length() != Integer.toString(rest).length()) length++;
    return record(Integer.toString(length), key, value);
  }

  /** An extended attribute as GNU tar, star, libarchive and Go write it. */
  public PaxRecords xattr(String name, byte[] value) {
    return put("SCHILY.xattr." + name, value);
  }

  /** A record with any text where its length belongs. */
  public PaxRecords record(String length, String key, byte[] value) {
    raw((length + " " + key + "=").getBytes(StandardCharsets.UTF_8));
    raw(value);
    return raw(new byte[] {'\n'});
  }

  public PaxRecords raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  public byte[] bytes() {
    return out.toByteArray();
  }
}
