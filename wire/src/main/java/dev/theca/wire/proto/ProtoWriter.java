package dev.theca.wire.proto;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Writes a protobuf message (proto3 wire format). Default values are left out, as proto3 does;
 * fields come out in the order they are written.
 */
public final class ProtoWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** An empty message. */
  public ProtoWriter() {}

  public ProtoWriter string(int field, String value) {
    if (!value.isEmpty()) lengthDelimited(field, value.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** A repeated string: every element is written, empty ones too. */
  public ProtoWriter strings(int field, List<String> values) {
    for (String value : values) lengthDelimited(field, value.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  public ProtoWriter bytes(int field, byte[] value) {
    if (value.length > 0) lengthDelimited(field, value);
    return this;
  }

  /** uint32, uint64, int32, int64 and enums: negative numbers take ten bytes. */
  public ProtoWriter varint(int field, long value) {
    if (value != 0) {
      raw((long) field << 3);
      raw(value);
    }
    return this;
  }

  /** A repeated number, packed as proto3 does. */
  public ProtoWriter varints(int field, List<Long> values) {
    var packed = new ProtoWriter();
    values.forEach(packed::raw);
    return bytes(field, packed.toBytes());
  }

  public ProtoWriter bool(int field, boolean value) {
    return varint(field, value ? 1 : 0);
  }

  /** A message field; written even when it is empty, because presence means something. */
  public ProtoWriter message(int field, ProtoWriter value) {
    lengthDelimited(field, value.toBytes());
    return this;
  }

  public ProtoWriter message(int field, byte[] encoded) {
    lengthDelimited(field, encoded);
    return this;
  }

  /** {@code map<string, string>}. */
  public ProtoWriter map(int field, Map<String, String> entries) {
    entries.forEach(
        (key, value) -> message(field, new ProtoWriter().string(1, key).string(2, value)));
    return this;
  }

  /** A repeated number, packed as proto3 has it; nothing when there is none. */
  public ProtoWriter packed(int field, List<Long> values) {
    var packed = new ProtoWriter();
    values.forEach(packed::raw);
    return bytes(field, packed.toBytes());
  }

  /** A double. */
  public ProtoWriter real(int field, double value) {
    long bits = Double.doubleToRawLongBits(value);
    if (bits != 0) {
      raw((long) field << 3 | 1);
      for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) out.write((int) (bits >>> shift));
    }
    return this;
  }

  public byte[] toBytes() {
    return out.toByteArray();
  }

  private void lengthDelimited(int field, byte[] value) {
    raw((long) field << 3 | 2);
    raw(value.length);
    out.writeBytes(value);
  }

  private void raw(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
