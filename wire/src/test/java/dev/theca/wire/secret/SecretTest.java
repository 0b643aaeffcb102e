package dev.theca.wire.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SecretTest {
  @Test
  void moving_a_secret_leaves_zeroes_behind_and_its_text_says_only_the_size() {
    byte[] raw = {1, 2, 3};
    try (var secret = Secret.moveFrom(raw)) {
      assertThat(raw).containsOnly(0);
      assertThat(secret).hasToString("Secret[3 bytes]");
      assertThat(secret.<byte[], RuntimeException>lend(byte[]::clone)).containsExactly(1, 2, 3);
    }
  }

  @Test
  void what_was_lent_is_zeroed_and_a_closed_secret_lends_nothing() {
    var secret = Secret.moveFrom(new byte[] {7});
    byte[] kept = secret.lend(bytes -> bytes);
    assertThat(kept).containsExactly(0);
    secret.close();
    assertThatThrownBy(() -> secret.lend(bytes -> 0)).isInstanceOf(IllegalStateException.class);
  }
}
