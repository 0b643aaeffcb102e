package dev.theca.rego.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.rego.value.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTest {
  @ParameterizedTest
  @CsvSource({
    "crypto.md5, 900150983cd24fb0d6963f7d28e17f72",
    "crypto.sha1, a9993e364706816aba3e25717850c26c9cd0d89d",
    "crypto.sha256, ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
  })
  void a_digest_is_shown_in_hex(String name, String expected) {
    assertThat(Called.shown(name, Value.of("abc"))).isEqualTo('"' + expected + '"');
  }

  @ParameterizedTest
  @CsvSource({
    "crypto.hmac.md5, 750c783e6ab0b503eaa86e310a5db738",
    "crypto.hmac.sha1, effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
    "crypto.hmac.sha256, 5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
  })
  void a_keyed_digest_has_the_message_first(String name, String expected) {
    assertThat(Called.shown(name, Value.of("what do ya want for nothing?"), Value.of("Jefe")))
        .isEqualTo('"' + expected + '"');
  }

  @Test
  void an_empty_key_is_a_key() {
    assertThat(Called.shown("crypto.hmac.sha256", Value.of(""), Value.of("")))
        .isEqualTo("\"b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad\"");
  }

  @Test
  void equality_is_that_of_the_bytes() {
    assertThat(Called.shown("crypto.hmac.equal", Value.of("a"), Value.of("a"))).isEqualTo("true");
    assertThat(Called.shown("crypto.hmac.equal", Value.of("a"), Value.of("A"))).isEqualTo("false");
  }

  @ParameterizedTest
  @ValueSource(strings = {"uuid.rfc4122", "net.lookup_ip_addr"})
  void what_needs_chance_or_network_is_known_and_refused(String name) {
    assertThat(Called.shown(name, Value.of("x")))
        .isEqualTo(
            "fault: "
                + name
                + " is not available: this engine uses no network and no source of chance");
  }

  @Test
  void the_process_tells_nothing_of_itself() {
    assertThat(Called.shown("opa.runtime")).isEqualTo("{}");
    assertThat(Called.shown("trace", Value.of("x"))).isEqualTo("true");
  }
}
