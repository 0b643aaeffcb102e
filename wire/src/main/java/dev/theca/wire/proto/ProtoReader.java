package dev.theca.wire.proto;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Walks the fields of a protobuf message: {@code while (in.next()) switch (in.field()) {...}}. A
 * field that the caller does not read is skipped. Lengths are checked against what is left before
 * anything is copied; malformed input ends in {@link ProtoException}.
 */
public final class ProtoReader {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private final byte[] data;
  private final int end;
  private int at;
  private int field;
  private int type;
  private boolean pending;

  public ProtoReader(byte[] data) {
    this(data, 0, data.length);
  }

  private ProtoReader(byte[] data, int from, int to) {
    this.data = data;
    this.at = from;
    this.end = to;
  }

  /** Moves to the next field; false at the end. */
  public boolean next() {
    if (pending) skip();
    if (at >= end) return false;
    long tag = raw();
    long number = tag >>> 3;
    if (number < 1 || number > 0x1FFF_FFFFL)
      throw new ProtoException("field number " + number + " at byte " + at);
    field = (int) number;
    type = (int) (tag & 7);
    pending = true;
    return true;
  }

  public int field() {
    return field;
  }

  public long varint() {
    expect(VARINT);
    return raw();
  }

  /** Adds a repeated number, packed or not. */
  public void varints(List<Long> into) {
    if (type != BYTES) {
      into.add(varint());
      return;
    }
    int to = length();
    to += at;
    while (at < to) into.add(raw());
    if (at > to) throw new ProtoException("packed field " + field + " is cut off at byte " + to);
  }

  public int int32() {
    return (int) varint();
  }

  public boolean bool() {
    return varint() != 0;
  }

  public byte[] bytes() {
    int length = length();
    byte[] copy = Arrays.copyOfRange(data, at, at + length);
    at += length;
    return copy;
  }

  public String string() {
    int length = length();
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(data, at, length)).toString();
      at += length;
      return text;
    } catch (CharacterCodingException e) {
      throw new ProtoException("field " + field + " at byte " + at + " is no UTF-8 text");
    }
  }

  /** A reader over the bytes of a message field. */
  public ProtoReader message() {
    int length = length();
    var inner = new ProtoReader(data, at, at + length);
    at += length;
    return inner;
  }

  /** Adds one entry of a {@code map<string, string>}. */
  public void entry(Map<String, String> into) {
    String key = "";
    String value = "";
    var in = message();
    while (in.next()) {
      if (in.field() == 1) key = in.string();
      if (in.field() == 2) value = in.string();
    }
    into.put(key, value);
  }

  private void expect(int wanted) {
    if (!pending || type != wanted) {
      throw new ProtoException(
          "field "
              + field
              + " before byte "
              + at
              + " has wire type "
              + type
              + ", expected "
              + wanted);
    }
    pending = false;
  }

  private int length() {
    expect(BYTES);
    long length = raw();
    if (length < 0 || length > end - at) {
      throw new ProtoException(
          "field " + field + " claims " + length + " bytes, " + (end - at) + " are left");
    }
    return (int) length;
  }

  private void skip() {
    switch (type) {
      case VARINT -> varint();
      case BYTES -> {
        int length = length();
        at += length;
      }
      case FIXED64 -> fixed(8);
      case FIXED32 -> fixed(4);
      default ->
          throw new ProtoException(
              "wire type " + type + " of field " + field + " before byte " + at);
    }
  }

  private void fixed(int size) {
    if (end - at < size) throw new ProtoException("field " + field + " is cut off at byte " + end);
    at += size;
    pending = false;
  }

  private long raw() {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      if (at >= end) throw new ProtoException("a number is cut off at byte " + end);
      byte b = data[at++];
      value |= (long) (b & 0x7F) << shift;
      if (b >= 0) return value;
    }
    throw new ProtoException("a number is longer than ten bytes before byte " + at);
  }
}
