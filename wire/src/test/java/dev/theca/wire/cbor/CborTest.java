package dev.theca.wire.cbor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CborTest {
  private static final HexFormat HEX = HexFormat.of();

  /** RFC 8949 appendix A, the rows of our subset. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "00",
        "01",
        "0a",
        "17",
        "1818",
        "1819",
        "1864",
        "1903e8",
        "1a000f4240",
        "1b000000e8d4a51000",
        "1b7fffffffffffffff",
        "20",
        "29",
        "3863",
        "3903e7",
        "f4",
        "f5",
        "f6",
        "40",
        "4401020304",
        "60",
        "6161",
        "6449455446",
        "62c3bc",
        "64f0908591",
        "80",
        "83010203",
        "8301820203820405",
        "a0",
        "a201020304",
        "a26161016162820203",
        "c074323031332d30332d32315432303a30343a30305a"
      })
  void a_deterministic_item_survives_decoding_and_encoding(String hex) {
    byte[] bytes = HEX.parseHex(hex);
    assertThat(HEX.formatHex(Cbor.encode(Cbor.decode(bytes).orThrow()))).isEqualTo(hex);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "18",
        "1817",
        "190018",
        "1a0000ffff",
        "1b00000000ffffffff",
        "1bffffffffffffffff",
        "3bffffffffffffffff",
        "5f",
        "9f00ff",
        "7f",
        "bf",
        "ff",
        "f7",
        "f90000",
        "fb0000000000000000",
        "f0",
        "0000",
        "41",
        "61ff",
        "8100ff",
        "a2010201",
        "a201000100",
        "a202000100",
        "9affffffff",
        "5affffffff",
        "1c",
        "1e"
      })
  void whatever_is_not_the_one_form_is_refused(String hex) {
    assertThat(Cbor.decode(HEX.parseHex(hex)).isGranted()).as(hex).isFalse();
  }

  @Test
  void deep_nesting_is_refused() {
    byte[] deep = new byte[64];
    java.util.Arrays.fill(deep, (byte) 0x81);
    deep[63] = 0;
    assertThat(Cbor.decode(deep).isGranted()).isFalse();
  }

  @Test
  void a_map_is_written_sorted_whatever_the_order_it_was_built_in() {
    byte[] one =
        Cbor.encode(Cbor.map(10, "x", -1, true, 2, new byte[] {1}, "a", Cbor.array(List.of(1L))));
    assertThat(HEX.formatHex(one)).isEqualTo("a4" + "024101" + "0a6178" + "20f5" + "61618101");
    assertThat(((CborValue.CborMap) Cbor.decode(one).orThrow()).get(2)).isPresent();
  }
}
