package dev.theca.image.unpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.theca.image.tar.TarLimits;
import dev.theca.kit.PaxRecords;
import dev.theca.kit.SparseTar;
import dev.theca.kit.TarHeader;
import dev.theca.kit.TarMaker;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Archives that somebody meant badly: each is refused, and the entry is named. */
class BadArchiveTest {
  private static final Limits SMALL =
      Limits.DEFAULT
          .withTree(20, 2000, 8, 3)
          .withTar(new TarLimits(300, 200, 4000, 50, 100, 150, 1 << 20, 4))
          .withBytes(1 << 21, 50, 1 << 16, 8 << 20);

  static Stream<Arguments> bad() {
    String deep = "d/".repeat(9);
    return Stream.of(
        arguments("entry 'a/../x' leaves the tree", tar().file("a/../x", "")),
        arguments("entry '../x' leaves the tree", tar().file("../x", "")),
        arguments("entry '/..' leaves the tree", tar().directory("/..")),
        arguments("entry './' would replace the root", tar().symlink("./", "/etc")),
        arguments("entry 'h' leaves the tree", tar().hardLink("h", "../etc/passwd")),
        arguments("hard link to '/etc/passwd'", tar().hardLink("h", "/etc/passwd")),
        arguments("hard link to 'd', which", tar().directory("d/").hardLink("h", "d")),
        arguments("hard link to 'h', which", tar().hardLink("h", "h")),
        arguments("is a hard link to the root", tar().hardLink("h", "/")),
        arguments("hard link to a whiteout", tar().file("x", "").hardLink("h", ".wh.x")),
        arguments("entry 'f/x' lies below a file", tar().file("f", "").file("f/x", "")),
        arguments(
            "entry 'a/x' goes through more than 3 links",
            tar().symlink("a", "b").symlink("b", "a").file("a/x", "")),
        arguments("entry 'f' comes twice", tar().file("f", "1").file("f", "2")),
        arguments("entry 'f/' comes twice", tar().file("f", "1").directory("f/")),
        arguments("entry 'd' comes twice", tar().file("d/f", "1").symlink("d", "/")),
        arguments("whiteout of no name", tar().file("a/.wh.", "")),
        arguments("whiteout of no name", tar().file("a/.wh...", "")),
        arguments("whiteout of no name", tar().file("a/.wh..", "")),
        arguments("lies below a whiteout", tar().file("a/.wh.x/y", "")),
        arguments("more than 255 bytes", tar().pax(path("n".repeat(256))).file("x", "")),
        arguments("NUL in its name", tar().pax(path("a\0b")).file("x", "")),
        arguments("an entry without a name", tar().file("", "")),
        arguments("a link to nothing", tar().symlink("s", "")),
        arguments("unknown type ''M''", tar().entry('M', "x", new byte[0])),
        arguments("checksum is wrong", tar().next(TarHeader::wrongChecksum).file("x", "")),
        arguments("mode that is not octal", tar().next(h -> h.put(MODE, "9")).file("x", "")),
        arguments("a negative size", tar().next(h -> h.base256(SIZE, minus(1))).file("x", "")),
        arguments(
            "a size beyond 64 bits",
            tar().next(h -> h.base256(SIZE, BigInteger.ONE.shiftLeft(80))).file("x", "")),
        arguments("owner 4294967295", tar().pax(PaxRecords.of("uid", "4294967295")).file("x", "")),
        arguments("pax record 'gid' is no", tar().pax(PaxRecords.of("gid", "-1")).file("x", "")),
        arguments("'mtime' is no time", tar().pax(PaxRecords.of("mtime", "1e9")).file("x", "")),
        arguments(
            "a time 99999999999 s", tar().pax(PaxRecords.of("mtime", "99999999999")).file("x", "")),
        arguments("without its length", tar().pax(new PaxRecords().raw(ascii("x"))).file("x", "")),
        arguments(
            "not as long as it says",
            tar().pax(new PaxRecords().raw(ascii("99 a=b\n"))).file("x", "")),
        arguments(
            "character set", tar().pax(PaxRecords.of("hdrcharset", "ISO-IR 8859")).file("x", "")),
        arguments(
            "a 'path' for all entries", tar().globalPax(PaxRecords.of("path", "x")).file("y", "")),
        arguments("without its entry", tar().pax(PaxRecords.of("path", "x"))),
        arguments("single block of zeroes", tar().raw(new byte[512]).file("x", "")),
        arguments("a directory with content", tar().entry('0', "d/", ascii("x"))),
        arguments(
            "pieces of a sparse file that overlap",
            sparse(s -> s.piece(1024, new byte[512]).piece(0, new byte[512]))),
        arguments("whose pieces have", sparse(s -> s.piece(99_900, new byte[512]))),
        arguments(
            "a sparse map with no numbers",
            SparseTar.file("s", 100).piece(0, new byte[10]).pax10(tar(), "x\n")));
  }

  static Stream<Arguments> tooMuch() {
    var many = tar();
    for (int i = 0; i < 21; i++) many.file("f" + i, "");
    var names = tar();
    for (int i = 0; i < 11; i++) names.pax(path(i + "n".repeat(200))).file("x", "");
    return Stream.of(
        arguments("entry 'f20' is one more than 20", many),
        arguments("names and link targets of more than 2000", names),
        arguments("lies more than 8 directories deep", tar().file("d/".repeat(9) + "x", "")),
        arguments("a path of 301 bytes", tar().pax(path("a/".repeat(150) + "x")).file("x", "")),
        arguments("a link target of 201", tar().pax(link("x".repeat(201))).symlink("s", "t")),
        arguments(
            "an extended header of 5",
            tar().pax(PaxRecords.of("c", "x".repeat(5000))).file("x", "")),
        arguments("attribute of 6 + 101", tar().pax(xattr("user.x", 101)).file("x", "")),
        arguments(
            "attribute of 65 + 1", tar().pax(xattr("user." + "x".repeat(60), 1)).file("x", "")),
        arguments(
            "attributes of 192 bytes",
            tar().pax(xattr("user.x", 90).xattr("user.y", new byte[90])).file("x", "")),
        arguments(
            "entry 'x': a size of 1048577", tar().next(h -> h.size((1 << 20) + 1)).file("x", "")),
        arguments(
            "entry 's': a sparse file of more than 4",
            sparse(
                s -> {
                  for (int i = 0; i < 5; i++) s.piece(i * 4096L, new byte[512]);
                  return s;
                })),
        arguments(
            "entry 'c' makes all files together larger",
            SparseTar.file("c", 1 << 20)
                .old(SparseTar.file("b", 1 << 20).old(SparseTar.file("a", 1 << 20).old(tar())))));
  }

  private static final TarHeader.Field SIZE = TarHeader.Field.SIZE;
  private static final TarHeader.Field MODE = TarHeader.Field.MODE;

  private static TarMaker tar() {
    return new TarMaker();
  }

  private static BigInteger minus(long n) {
    return BigInteger.valueOf(-n);
  }

  private static PaxRecords path(String path) {
    return PaxRecords.of("path", path);
  }

  private static PaxRecords link(String path) {
    return PaxRecords.of("linkpath", path);
  }

  private static PaxRecords xattr(String name, int bytes) {
    return new PaxRecords().xattr(name, new byte[bytes]);
  }

  private static TarMaker sparse(java.util.function.UnaryOperator<SparseTar> pieces) {
    return pieces.apply(SparseTar.file("s", 100_000)).pax01(tar());
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @ParameterizedTest
  @MethodSource
  void bad(String why, TarMaker tar) {
    assertThat(TestLayers.found(Limits.DEFAULT.withTree(1000, 1 << 20, 100, 3), tar.end()))
        .startsWith("image-layer: ")
        .contains(why);
  }

  @ParameterizedTest
  @MethodSource
  void tooMuch(String why, TarMaker tar) {
    assertThat(TestLayers.found(SMALL, tar.end())).startsWith("image-limit: ").contains(why);
  }

  @Test
  void an_archive_that_is_cut_off_anywhere_is_refused_or_ends_between_entries() {
    byte[] whole =
        tar().pax(path("long")).file("x", "content").symlink("s", "t").file("y", "1").end();
    for (int length = 1; length < whole.length - 1024; length += 7) {
      if (length % 512 == 0) continue;
      assertThat(TestLayers.found(Limits.DEFAULT, java.util.Arrays.copyOf(whole, length)))
          .isIn("image-layer: the archive is cut off");
    }
  }

  @Test
  void duplicates_and_absolute_paths_are_a_matter_of_taste() {
    var lenient = Limits.DEFAULT.withLeniency(true, true);
    var strict = Limits.DEFAULT.withLeniency(false, false);
    assertThat(TestLayers.found(lenient, tar().file("f", "1").file("f", "2").end()))
        .isEqualTo("granted");
    assertThat(TestLayers.found(strict, tar().file("/f", "1").end()))
        .isEqualTo("image-layer: entry '/f' has an absolute path");
  }
}
