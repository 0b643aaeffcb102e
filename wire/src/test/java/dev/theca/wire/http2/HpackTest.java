package dev.theca.wire.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 7541: the examples of appendix C that have no table beyond 4096 bytes, and lies. */
class HpackTest {
  private static final HexFormat HEX = HexFormat.of();

  private static byte[] hex(String text) {
    return HEX.parseHex(text.replace(" ", ""));
  }

  private static String text(List<Field> fields) {
    var text = new StringBuilder();
    for (Field field : fields)
      text.append(field.name()).append('=').append(field.value()).append('\n');
    return text.toString();
  }

  private static String decoded(HpackDecoder decoder, String block) throws Http2Exception {
    return text(decoder.decode(hex(block)));
  }

  private static final String FIRST =
      ":method=GET\n:scheme=http\n:path=/\n:authority=www.example.com\n";
  private static final String SECOND = FIRST + "cache-control=no-cache\n";
  private static final String THIRD =
      """
      :method=GET
      :scheme=https
      :path=/index.html
      :authority=www.example.com
      custom-key=custom-value
      """;

  @Test
  void single_fields_of_appendix_c_2() throws Exception {
    var decoder = new HpackDecoder(false);
    assertThat(decoded(decoder, "400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572"))
        .isEqualTo("custom-key=custom-header\n");
    assertThat(decoded(decoder, "040c 2f73 616d 706c 652f 7061 7468"))
        .isEqualTo(":path=/sample/path\n");
    assertThat(decoded(decoder, "1008 7061 7373 776f 7264 0673 6563 7265 74"))
        .isEqualTo("password=secret\n");
    assertThat(decoded(decoder, "82")).isEqualTo(":method=GET\n");
    assertThat(decoded(decoder, "be"))
        .as("only the first was kept")
        .isEqualTo("custom-key=custom-header\n");
    assertThatThrownBy(() -> decoded(decoder, "bf")).hasMessageContaining("beyond the table");
  }

  @Test
  void requests_of_appendix_c_3_without_huffman_code() throws Exception {
    var decoder = new HpackDecoder(false);
    assertThat(decoded(decoder, "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d"))
        .isEqualTo(FIRST);
    assertThat(decoded(decoder, "8286 84be 5808 6e6f 2d63 6163 6865")).isEqualTo(SECOND);
    assertThat(
            decoded(
                decoder,
                "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65"))
        .isEqualTo(THIRD);
  }

  @Test
  void requests_of_appendix_c_4_with_huffman_code() throws Exception {
    var decoder = new HpackDecoder(false);
    assertThat(decoded(decoder, "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff")).isEqualTo(FIRST);
    assertThat(decoded(decoder, "8286 84be 5886 a8eb 1064 9cbf")).isEqualTo(SECOND);
    assertThat(decoded(decoder, "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf"))
        .isEqualTo(THIRD);
  }

  private static final String RESPONSE =
      """
      :status=302
      cache-control=private
      date=Mon, 21 Oct 2013 20:13:21 GMT
      location=https://www.example.com
      """;

  /** Appendix C.6 has a table of 256 bytes: the update that says so stands before its first. */
  @Test
  void responses_of_appendix_c_6_evict_from_a_table_of_256_bytes() throws Exception {
    var decoder = new HpackDecoder(false);
    assertThat(
            decoded(
                decoder,
                "3fe1 01"
                    + "4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0"
                    + "82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3"))
        .isEqualTo(RESPONSE);
    assertThat(decoded(decoder, "4883 640e ffc1 c0bf")).isEqualTo(RESPONSE.replace("302", "307"));
    assertThat(
            decoded(
                decoder,
                "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab"
                    + "77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5"
                    + "291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07"))
        .isEqualTo(
            """
            :status=200
            cache-control=private
            date=Mon, 21 Oct 2013 20:13:22 GMT
            location=https://www.example.com
            content-encoding=gzip
            set-cookie=foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1
            """);
  }

  @Test
  void a_peer_that_has_seen_our_settings_has_no_table() throws Exception {
    var decoder = new HpackDecoder(false);
    var unused =
        decoded(decoder, "400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572");
    assertThat(decoder.touched()).isTrue();
    decoder.settled();
    assertThat(decoder.touched()).isFalse();
    assertThatThrownBy(() -> decoded(decoder, "be")).hasMessageContaining("beyond the table");
    var next = new HpackDecoder(true);
    assertThat(decoded(next, "20 82")).isEqualTo(":method=GET\n");
    assertThat(decoded(next, "4001 6101 62")).as("kept in a table of no bytes").isEqualTo("a=b\n");
    assertThatThrownBy(() -> decoded(next, "be")).hasMessageContaining("beyond the table");
    assertThatThrownBy(() -> decoded(next, "3f01")).hasMessageContaining("0 are allowed");
  }

  @ParameterizedTest
  @CsvSource({
    "80, index 0",
    "ff, ends inside",
    "ffffffffffffffffff, does not end",
    "be, beyond the table",
    "ff8001, beyond the table",
    "00, ends inside",
    "0005 61, longer than its block",
    "0001 61, ends inside",
    "007fff8f 61, longer than its block",
    "82 20, between fields",
    "3fe220, are allowed",
    "3fffffffff7f, does not end",
    "0081 00 01 61, padding", // '0' and the beginning of another 0
    "0082 1fff 01 61, padding", // 'a' and eleven ones
    "0084 ffff ffff 01 61, the end mark",
    "0081 ff 00, padding", // eight ones
  })
  void a_block_that_lies_is_refused(String block, String words) {
    assertThatThrownBy(() -> new HpackDecoder(false).decode(hex(block)))
        .isInstanceOfSatisfying(
            Http2Exception.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.COMPRESSION_ERROR))
        .hasMessageContaining(words);
  }

  @Test
  void a_bomb_ends_at_the_limit_of_a_list() {
    var block = new ByteArrayOutputStream();
    block.writeBytes(hex("4001 61 7f a1 1e")); // a value of 4000 bytes that is kept
    block.writeBytes(new byte[4000]);
    for (int i = 0; i < 60_000; i++) block.write(0xbe); // and named again and again
    assertThatThrownBy(() -> new HpackDecoder(false).decode(block.toByteArray()))
        .isInstanceOfSatisfying(
            Http2Exception.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM));
  }

  @Test
  void what_is_encoded_is_decoded() throws Exception {
    String all = "";
    for (char c = 0; c < 256; c++) all += c;
    for (int size : new int[] {0, 1, 126, 127, 128, 254, 255, 256, 5000}) {
      byte[] block = new HpackEncoder().field("n", "v".repeat(size)).field(all, all + all).block();
      assertThat(new HpackDecoder(true).decode(block))
          .containsExactly(new Field("n", "v".repeat(size)), new Field(all, all + all));
    }
  }
}
