package dev.theca.node.cgroup;

import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A protobuf message taken apart by a walk of its own, not by the code under test. */
record Message(List<Message.Field> fields) {
  /** A number (varint or fixed), or bytes. */
  record Field(int number, long value, byte[] bytes) {}

  /** The value of an Any of a type. */
  static Message of(ProtoWriter any, String type) {
    var in = new ProtoReader(any.toBytes());
    byte[] value = {};
    while (in.next()) {
      if (in.field() == 1 && !in.string().equals(type)) throw new AssertionError("not " + type);
      if (in.field() == 2) value = in.bytes();
    }
    return parse(value);
  }

  static Message parse(byte[] bytes) {
    var in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    var fields = new ArrayList<Field>();
    while (in.hasRemaining()) {
      long tag = varint(in);
      int number = (int) (tag >> 3);
      switch ((int) (tag & 7)) {
        case 0 -> fields.add(new Field(number, varint(in), new byte[0]));
        case 1 -> fields.add(new Field(number, in.getLong(), new byte[0]));
        case 2 -> {
          byte[] content = new byte[(int) varint(in)];
          in.get(content);
          fields.add(new Field(number, 0, content));
        }
        default -> throw new AssertionError("wire type of tag " + tag);
      }
    }
    return new Message(fields);
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = in.get();
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) return value;
    }
  }

  private List<Field> named(int number) {
    return fields.stream().filter(field -> field.number() == number).toList();
  }

  boolean has(int number) {
    return !named(number).isEmpty();
  }

  List<Message> all(int number) {
    return named(number).stream().map(field -> parse(field.bytes())).toList();
  }

  Message at(int number) {
    return all(number).getFirst();
  }

  /** Zero when it is left out. */
  long number(int number) {
    return named(number).stream().mapToLong(Field::value).findFirst().orElse(0);
  }

  double real(int number) {
    return Double.longBitsToDouble(number(number));
  }

  String text(int number) {
    return named(number).stream()
        .map(field -> new String(field.bytes(), StandardCharsets.UTF_8))
        .findFirst()
        .orElse("");
  }

  List<Long> packed(int number) {
    var values = new ArrayList<Long>();
    for (Field field : named(number)) {
      var in = ByteBuffer.wrap(field.bytes());
      while (in.hasRemaining()) values.add(varint(in));
    }
    return values;
  }
}
