package dev.theca.kit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * Writes tar archives byte for byte, good ones and bad ones, in memory. What is true of the next
 * entry is said before it: {@link #next} changes any field of its header, {@link #pax} puts an
 * extended header before it. For sparse files see {@link SparseTar}.
 *
 * <pre>{@code
 * byte[] layer = new TarMaker()
 *     .directory("etc/")
 *     .next(h -> h.mode(0600).owner(1000, 1000)).file("etc/key", bytes)
 *     .pax(new PaxRecords().xattr("user.x", new byte[] {0, -1, '\n'})).file("etc/x", bytes)
 *     .whiteout("etc/", "old")
 *     .next(h -> h.wrongChecksum()).symlink("a", "/etc")
 *     .end();
 * }</pre>
 */
public final class TarMaker {
  private static final byte[] NOTHING = {};

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private UnaryOperator<TarHeader> change = h -> h;

  public TarMaker() {
    // empty until something is added
  }

  /** Changes the header of the next entry; several changes apply one after the other. */
  public TarMaker next(UnaryOperator<TarHeader> more) {
    var before = change;
    change = h -> more.apply(before.apply(h));
    return this;
  }

  public TarMaker file(String name, byte[] content) {
    return entry('0', name, content);
  }

  public TarMaker file(String name, String content) {
    return file(name, content.getBytes(StandardCharsets.UTF_8));
  }

  /** A directory; the name is written as it is given, usually with a slash at its end. */
  public TarMaker directory(String name) {
    return entry(TarHeader.of('5', name).mode(0755), NOTHING);
  }

  public TarMaker symlink(String name, String target) {
    return entry(TarHeader.of('2', name).mode(0777).linkName(target), NOTHING);
  }

  public TarMaker hardLink(String name, String target) {
    return entry(TarHeader.of('1', name).linkName(target), NOTHING);
  }

  public TarMaker characterDevice(String name, int major, int minor) {
    return entry(TarHeader.of('3', name).device(major, minor), NOTHING);
  }

  public TarMaker blockDevice(String name, int major, int minor) {
    return entry(TarHeader.of('4', name).device(major, minor), NOTHING);
  }

  public TarMaker fifo(String name) {
    return entry(TarHeader.of('6', name), NOTHING);
  }

  /** "This name of the layers below is gone" (OCI image-spec, layer, "Whiteouts"). */
  public TarMaker whiteout(String folder, String name) {
    return file(folder + ".wh." + name, NOTHING);
  }

  /** "All that the layers below have in this folder is gone" ("Opaque Whiteout"). */
  public TarMaker opaque(String folder) {
    return file(folder + ".wh..wh..opq", NOTHING);
  }

  /** An extended header for the next entry. */
  public TarMaker pax(PaxRecords records) {
    return beside('x', "PaxHeaders/x", records.bytes());
  }

  /** An extended header for all entries that follow. */
  public TarMaker globalPax(PaxRecords records) {
    return beside('g', "pax_global_header", records.bytes());
  }

  /** GNU's long name for the next entry, of any length. */
  public TarMaker gnuLongName(String name) {
    return beside('L', "././@LongLink", (name + "\0").getBytes(StandardCharsets.UTF_8));
  }

  /** GNU's long link target for the next entry. */
  public TarMaker gnuLongLink(String target) {
    return beside('K', "././@LongLink", (target + "\0").getBytes(StandardCharsets.UTF_8));
  }

  /** An entry of any type with content. */
  public TarMaker entry(char type, String name, byte[] content) {
    return entry(TarHeader.of(type, name), content);
  }

  /** An entry with its header; the size is the content's unless {@link #next} says otherwise. */
  public TarMaker entry(TarHeader header, byte[] content) {
    if (content.length > 0) header.size(content.length);
    var changed = change.apply(header);
    change = h -> h;
    raw(changed.bytes());
    return padded(content);
  }

  /** A header block that describes the entry after it: changes wait for that entry. */
  private TarMaker beside(char type, String name, byte[] content) {
    raw(TarHeader.of(type, name).size(content.length).bytes());
    return padded(content);
  }

  /** Bytes, filled up with zeroes to the next whole block. */
  public TarMaker padded(byte[] content) {
    raw(content);
    return raw(new byte[-content.length & TarHeader.BLOCK - 1]);
  }

  /** Any bytes at all. */
  public TarMaker raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  /** The archive with its two closing blocks. */
  public byte[] end() {
    return raw(new byte[2 * TarHeader.BLOCK]).bytes();
  }

  /** What was written until now, without an end. */
  public byte[] bytes() {
    return out.toByteArray();
  }

  /** The first bytes of the archive only. */
  public byte[] cutAt(int lengthBytes) {
    return Arrays.copyOf(end(), lengthBytes);
  }
}
