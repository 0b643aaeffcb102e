package dev.theca.wire.nodeagent;

import dev.theca.wire.proto.ProtoException;
import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import java.util.List;

/** Group numbers on the wire: one message each, so that zero is said, too. */
final class Numbers {
  private static final int MAX = 256;

  private Numbers() {}

  static void write(ProtoWriter out, int field, List<Integer> numbers) {
    for (int number : numbers) out.message(field, new ProtoWriter().varint(1, number));
  }

  static void read(ProtoReader in, List<Integer> into) {
    if (into.size() >= MAX) throw new ProtoException("more than " + MAX + " groups");
    var message = in.message();
    int number = 0;
    while (message.next()) if (message.field() == 1) number = message.int32();
    into.add(number);
  }
}
