package dev.theca.sealfs.gramine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.Digest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListingTest {
  private static final byte[] TAG = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f");
  private static final byte[] NO_TAG = new byte[16];

  private static byte[] entry(byte[] path, long size, byte[] tag) {
    return ByteBuffer.allocate(28 + path.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(path.length)
        .put(path)
        .putLong(size)
        .put(tag)
        .array();
  }

  private static byte[] bytes(String... paths) {
    var out = new ByteArrayOutputStream();
    for (String path : paths) {
      boolean directory = path.endsWith("/");
      out.writeBytes(entry(Bytes.utf8(path), directory ? 0 : 7, directory ? NO_TAG : TAG));
    }
    return out.toByteArray();
  }

  @Test
  void the_bytes_are_those_of_the_page() {
    var listing =
        Listing.of(
            List.of(
                Listing.Entry.file(Bytes.utf8("b/x"), 258, TAG),
                Listing.Entry.directory(Bytes.utf8("b"))));
    assertThat(HexFormat.of().formatHex(listing.bytes()))
        .isEqualTo(
            "02000000"
                + "622f"
                + "0000000000000000"
                + "00".repeat(16)
                + "03000000"
                + "622f78"
                + "0201000000000000"
                + "000102030405060708090a0b0c0d0e0f");
    assertThat(listing.digest()).isEqualTo(Digest.sha256(listing.bytes()));
  }

  @Test
  void the_order_is_that_of_unsigned_bytes_with_the_slash_of_a_directory() {
    var listing =
        Listing.of(
            List.of(
                Listing.Entry.file(new byte[] {(byte) 0xC3}, 1, TAG),
                Listing.Entry.file(Bytes.utf8("a/x"), 1, TAG),
                Listing.Entry.file(Bytes.utf8("a-b"), 1, TAG),
                Listing.Entry.directory(Bytes.utf8("a"))));
    assertThat(listing.entries())
        .extracting(e -> PathText.shown(e.path()))
        .containsExactly("a-b", "a/", "a/x", "\\xc3");
    assertThat(Listing.parse(listing.bytes(), listing.digest()).orThrow().bytes())
        .isEqualTo(listing.bytes());
  }

  @Test
  void a_listing_with_another_digest_is_refused() {
    var other = Digest.sha256(new byte[1]);
    Bytes.assertRefused(Listing.parse(bytes("a"), other), PfCode.LISTING);
    assertThat(Listing.parse(new byte[0], Digest.sha256(new byte[0])).isGranted()).isTrue();
  }

  private static void assertRefused(byte[] bytes) {
    Bytes.assertRefused(Listing.parse(bytes, Digest.sha256(bytes)), PfCode.LISTING);
  }

  @Test
  void paths_that_repeat_go_back_or_lead_elsewhere_are_refused() {
    assertThat(Listing.parse(bytes("a", "b/", "b/c")).isGranted()).isTrue();
    assertRefused(bytes("a", "a"));
    assertRefused(bytes("b", "a"));
    assertRefused(bytes("a", "a-b", "a/"));
    assertRefused(bytes("b/c"));
    assertRefused(bytes("b", "b/c"));
    for (String bad : List.of("../x", "..", ".", "/a", "a//", "a/./b", "a\0b", "/"))
      assertRefused(bytes("a/", bad));
  }

  @Test
  void entries_that_are_cut_or_say_what_cannot_be_are_refused() {
    byte[] good = bytes("a", "b/", "b/c");
    for (int cut = 1; cut < good.length; cut++) {
      byte[] bytes = java.util.Arrays.copyOf(good, good.length - cut);
      if (cut == 31 || cut == 61) continue; // whole entries
      assertRefused(bytes);
    }
    assertRefused(entry(new byte[0], 0, TAG));
    assertRefused(entry(Bytes.utf8("a"), -1, TAG));
    assertRefused(entry(Bytes.utf8("a"), 1L << 48, TAG));
    assertRefused(entry(Bytes.utf8("a/"), 1, NO_TAG));
    assertRefused(entry(Bytes.utf8("a/"), 0, TAG));
    byte[] huge = bytes("a");
    huge[3] = 0x7F;
    assertRefused(huge);
    huge[3] = (byte) 0xFF;
    assertRefused(huge);
  }
}
