package dev.theca.wire.http2;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Reads header blocks (RFC 7541). What is not as it must be ends the connection, because nobody
 * could read the next block; so does a list beyond {@link #MAX_LIST}.
 */
public final class HpackDecoder {
  /** Names, values, and 32 bytes for each field. */
  public static final int MAX_LIST = 16 << 10;

  /** What the peer's table may have until it has seen our settings. */
  private static final int USUAL_TABLE = 4096;

  private final Deque<Field> table = new ArrayDeque<>();
  private int tableSize;
  private int allowed;
  private int max;
  private boolean touched;
  private byte[] block = {};
  private int at;

  /** {@code settled}: the peer has seen that it may have no table. */
  public HpackDecoder(boolean settled) {
    allowed = settled ? 0 : USUAL_TABLE;
    max = allowed;
  }

  /** The peer has seen that it may have no table, and has none any more (§4.2). */
  public void settled() {
    allowed = 0;
    resize(0);
  }

  /** Whether another decoder could not go on in this one's place. */
  public boolean touched() {
    return allowed > 0 && touched;
  }

  /** The fields of a whole block. */
  public List<Field> decode(byte[] bytes) throws Http2Exception {
    block = bytes;
    at = 0;
    var fields = new ArrayList<Field>();
    int size = 0;
    while (at < block.length) {
      int first = block[at] & 0xFF;
      if ((first & 0xE0) == 0x20) {
        update(fields.isEmpty());
        continue;
      }
      Field field = field(first);
      size += field.size();
      if (size > MAX_LIST)
        throw new Http2Exception(ErrorCode.ENHANCE_YOUR_CALM, "more than 16 KiB of header fields");
      fields.add(field);
    }
    return fields;
  }

  private void update(boolean allowedHere) throws Http2Exception {
    int size = integer(5);
    if (!allowedHere) throw broken("a change of the table's size between fields");
    if (size > allowed) throw broken("a table of " + size + " bytes, " + allowed + " are allowed");
    touched = true;
    resize(size);
  }

  private Field field(int first) throws Http2Exception {
    if ((first & 0x80) != 0) return indexed(integer(7));
    boolean kept = (first & 0x40) != 0;
    int index = integer(kept ? 6 : 4);
    String name = index == 0 ? string() : indexed(index).name();
    var field = new Field(name, string());
    if (kept) keep(field);
    return field;
  }

  private Field indexed(int index) throws Http2Exception {
    if (index == 0) throw broken("index 0");
    if (index <= StaticTable.size()) return StaticTable.at(index);
    int skipped = index - StaticTable.size() - 1;
    if (skipped >= table.size()) throw broken("index " + index + " is beyond the table");
    var entries = table.iterator();
    while (skipped-- > 0) {
      var unused = entries.next();
    }
    return entries.next();
  }

  private void keep(Field field) {
    touched = true;
    table.addFirst(field);
    tableSize += field.size();
    evict();
  }

  private void resize(int size) {
    max = size;
    evict();
  }

  private void evict() {
    while (tableSize > max) tableSize -= table.removeLast().size();
  }

  /** A number whose first piece has so many bits (§5.1); nothing here is as long as 2^24. */
  private int integer(int bits) throws Http2Exception {
    int mask = (1 << bits) - 1;
    int value = next() & mask;
    if (value < mask) return value;
    for (int shift = 0; shift <= 21; shift += 7) {
      int piece = next();
      value += (piece & 0x7F) << shift;
      if ((piece & 0x80) == 0) return value;
    }
    throw broken("a number that does not end");
  }

  private String string() throws Http2Exception {
    boolean packed = at < block.length && (block[at] & 0x80) != 0;
    int length = integer(7);
    if (length > block.length - at) throw broken("a string that is longer than its block");
    int from = at;
    at += length;
    return packed
        ? Huffman.decode(block, from, length)
        : new String(block, from, length, StandardCharsets.ISO_8859_1);
  }

  private int next() throws Http2Exception {
    if (at == block.length) throw broken("a block that ends inside a field");
    return block[at++] & 0xFF;
  }

  private static Http2Exception broken(String words) {
    return new Http2Exception(ErrorCode.COMPRESSION_ERROR, "header block: " + words);
  }
}
