package dev.theca.wire.nodeagent;

import dev.theca.wire.proto.ProtoException;
import java.util.List;

/** Repeated fields with a limit. */
final class Items {
  private Items() {}

  static void add(List<String> items, String item, int max) {
    if (items.size() >= max) throw new ProtoException("more than " + max + " elements");
    items.add(item);
  }
}
