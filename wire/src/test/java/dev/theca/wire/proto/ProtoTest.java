package dev.theca.wire.proto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProtoTest {
  @Test
  void the_bytes_are_those_of_the_specification() {
    // protobuf.dev, "Encoding": field 1 = 150, field 2 = "testing"
    byte[] message = new ProtoWriter().varint(1, 150).string(2, "testing").toBytes();
    assertThat(HexFormat.of().formatHex(message)).isEqualTo("089601120774657374696e67");
  }

  @Test
  void packed_numbers_and_doubles_are_those_of_the_specification() {
    // protobuf.dev, "Encoding": repeated int32 f = 6 [3, 270, 86942]
    byte[] packed = new ProtoWriter().packed(6, List.of(3L, 270L, 86942L)).toBytes();
    assertThat(HexFormat.of().formatHex(packed)).isEqualTo("3206038e029ea705");
    assertThat(new ProtoWriter().packed(6, List.of()).real(1, 0).toBytes()).isEmpty();
    assertThat(HexFormat.of().formatHex(new ProtoWriter().real(1, 1.5).toBytes()))
        .isEqualTo("09000000000000f83f");
  }

  @Test
  void every_kind_of_field_comes_back_and_unread_ones_are_skipped() {
    byte[] message =
        new ProtoWriter()
            .varint(1, -1)
            .bool(2, true)
            .bytes(3, new byte[] {1, 2})
            .strings(4, List.of("a", ""))
            .map(5, Map.of("k", "v"))
            .message(6, new ProtoWriter())
            .string(7, "end")
            .toBytes();
    var in = new ProtoReader(message);
    var strings = new java.util.ArrayList<String>();
    var map = new LinkedHashMap<String, String>();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> assertThat(in.varint()).isEqualTo(-1);
        case 4 -> strings.add(in.string());
        case 5 -> in.entry(map);
        case 7 -> strings.add(in.string());
        default -> {}
      }
    }
    assertThat(strings).containsExactly("a", "", "end");
    assertThat(map).containsExactly(Map.entry("k", "v"));
  }

  @Test
  void repeated_numbers_are_packed_and_read_in_both_forms() {
    // protobuf.dev, "Packed Repeated Fields": field 6 = 3, 270, 86942
    byte[] packed = new ProtoWriter().varints(6, List.of(3L, 270L, 86942L)).toBytes();
    assertThat(HexFormat.of().formatHex(packed)).isEqualTo("3206038e029ea705");
    byte[] loose = HexFormat.of().parseHex("3003" + "308e02" + "309ea705");
    for (byte[] form : List.of(packed, loose)) {
      var in = new ProtoReader(form);
      var numbers = new java.util.ArrayList<Long>();
      while (in.next()) in.varints(numbers);
      assertThat(numbers).containsExactly(3L, 270L, 86942L);
    }
  }

  @Test
  void a_packed_number_that_leaves_its_field_is_refused() {
    var in = new ProtoReader(HexFormat.of().parseHex("3201" + "8e" + "3001"));
    assertThat(in.next()).isTrue();
    assertThatThrownBy(() -> in.varints(new java.util.ArrayList<>()))
        .isInstanceOf(ProtoException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "08",
        "0880",
        "08ffffffffffffffffffff01",
        "1205616263",
        "12ffffffff0f",
        "00",
        "0d0000",
        "0f",
        "1201ff"
      })
  void cut_off_or_lying_bytes_are_refused(String hex) {
    assertThatThrownBy(
            () -> {
              var in = new ProtoReader(HexFormat.of().parseHex(hex));
              while (in.next()) {
                if (in.field() == 2) in.string();
              }
            })
        .isInstanceOf(ProtoException.class);
  }
}
