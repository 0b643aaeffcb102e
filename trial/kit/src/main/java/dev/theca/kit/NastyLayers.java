package dev.theca.kit;

import dev.theca.kit.TarHeader.Field;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Layers that are hard to unpack: right ones that are rare, and ones that must be refused. */
public final class NastyLayers {
  private static final byte[] DATA = "data".getBytes(StandardCharsets.UTF_8);

  private NastyLayers() {}

  /** Everything that a right layer may hold, for root to unpack; two layers, lower one first. */
  public static byte[][] rare() {
    return rare(true);
  }

  /** The same without GNU's old sparse files, which umoci does not know. */
  public static byte[][] rareForUmoci() {
    return rare(false);
  }

  private static byte[][] rare(boolean oldSparse) {
    var lower =
        new TarMaker()
            .next(h -> h.mode(01777).modified(1_000_000_000))
            .directory("tmp/")
            .directory("./dot/")
            .file("./dot/file", DATA)
            .file("implied/parent/file", DATA)
            .next(h -> h.mode(04755).owner(1000, 1001).modified(1))
            .file("setuid", DATA)
            .next(h -> h.owner(3_000_000, 4_000_000))
            .file("large-owner", DATA)
            .file("linked", DATA)
            .hardLink("hard", "linked")
            .symlink("soft", "linked")
            .symlink("dangling", "/no/such/place")
            .characterDevice("null", 1, 3)
            .blockDevice("disk", 8, 1)
            .fifo("pipe")
            .pax(
                new PaxRecords()
                    .xattr("user.bytes", new byte[] {0, -1, '\n', '='})
                    .xattr("user.e", new byte[0]))
            .file("attributes", DATA)
            .pax(PaxRecords.of("mtime", "1234567890.123456789"))
            .file("nanoseconds", DATA)
            .pax(PaxRecords.of("path", "pax/" + "n".repeat(200)))
            .file("short", DATA)
            .gnuLongName("gnu/" + "n".repeat(200))
            .file("short", DATA)
            .file("p".repeat(100) + "/" + "q".repeat(99), DATA)
            .file("höher/ünder", DATA)
            .directory("emptied/")
            .file("emptied/old", DATA)
            .file("removed", DATA)
            .directory("replaced/")
            .file("replaced/old", DATA)
            .next(h -> h.v7())
            .file("v7", DATA);
    if (oldSparse)
      SparseTar.file("sparse-old", 100_000)
          .piece(4096, DATA)
          .piece(100_000, new byte[0])
          .old(lower);
    SparseTar.file("sparse-10", 50_000).piece(512, DATA).piece(50_000, new byte[0]).pax10(lower);
    var upper =
        new TarMaker()
            .directory("emptied/")
            .opaque("emptied/")
            .file("emptied/new", DATA)
            .whiteout("", "removed")
            .file("replaced", DATA)
            .next(h -> h.mode(0711))
            .directory("tmp/");
    return new byte[][] {lower.end(), upper.end()};
  }

  /** Layers that must be refused or must stay harmless, by what is wrong with them. */
  public static Map<String, byte[]> hostile() {
    var all = new LinkedHashMap<String, byte[]>();
    all.put("a path upwards", new TarMaker().file("../escaped", DATA).end());
    all.put("a path upwards inside", new TarMaker().file("a/../../escaped", DATA).end());
    all.put("an absolute path", new TarMaker().file("/escaped", DATA).end());
    all.put(
        "a file through a symbolic link",
        new TarMaker().symlink("way", "/").file("way/escaped", DATA).end());
    all.put(
        "a file through a relative symbolic link",
        new TarMaker().symlink("way", "../..").file("way/escaped", DATA).end());
    all.put("a hard link to outside", new TarMaker().hardLink("h", "../../etc/passwd").end());
    all.put(
        "a hard link through a symbolic link",
        new TarMaker().symlink("way", "/etc").hardLink("h", "way/passwd").end());
    all.put("a hard link to nothing", new TarMaker().hardLink("h", "no-such").end());
    all.put("a whiteout of the parent", new TarMaker().file(".wh...", "").end());
    all.put("a whiteout of everything", new TarMaker().file(".wh..", "").end());
    all.put("a whiteout of nothing", new TarMaker().file(".wh.", "").end());
    all.put(
        "a whiteout through a symbolic link",
        new TarMaker().symlink("way", "/").whiteout("way/", "etc").end());
    all.put("an empty name", new TarMaker().file("", DATA).end());
    all.put(
        "a zero byte in a name",
        new TarMaker().pax(PaxRecords.of("path", "a\0b")).file("x", DATA).end());
    all.put("a wrong checksum", new TarMaker().next(h -> h.wrongChecksum()).file("x", DATA).end());
    all.put(
        "an absurd size",
        new TarMaker()
            .next(h -> h.base256(Field.SIZE, BigInteger.ONE.shiftLeft(80)))
            .file("x", DATA)
            .end());
    all.put(
        "a negative size",
        new TarMaker()
            .next(h -> h.base256(Field.SIZE, BigInteger.valueOf(-1)))
            .file("x", DATA)
            .end());
    all.put(
        "a size that is no number",
        new TarMaker().next(h -> h.put(Field.SIZE, "zzz")).file("x", DATA).end());
    all.put("a file that is cut", new TarMaker().file("x", new byte[2000]).cutAt(1500));
    all.put("a header that is cut", new TarMaker().file("x", DATA).cutAt(100));
    all.put("no end", new TarMaker().file("x", DATA).bytes());
    all.put(
        "a record without length",
        new TarMaker()
            .pax(new PaxRecords().raw("path=x\n".getBytes(StandardCharsets.US_ASCII)))
            .file("x", DATA)
            .end());
    all.put(
        "a record longer than its header",
        new TarMaker().pax(new PaxRecords().record("999", "path", DATA)).file("x", DATA).end());
    all.put(
        "a record of length zero",
        new TarMaker().pax(new PaxRecords().record("0", "path", DATA)).file("x", DATA).end());
    all.put(
        "a pax size that is another",
        new TarMaker().pax(PaxRecords.of("size", "99999999999999")).file("x", DATA).end());
    all.put(
        "sparse pieces that overlap",
        SparseTar.file("x", 8192)
            .piece(0, new byte[1024])
            .piece(512, new byte[1024])
            .pax10(new TarMaker())
            .end());
    all.put(
        "sparse pieces beyond the end",
        SparseTar.file("x", 100).piece(1L << 40, DATA).old(new TarMaker()).end());
    all.put(
        "a sparse map without end",
        SparseTar.file("x", 100).pax10(new TarMaker(), "999999999\n1\n").end());
    all.put("a device of the host", new TarMaker().blockDevice("sda", 8, 0).end());
    return all;
  }
}
