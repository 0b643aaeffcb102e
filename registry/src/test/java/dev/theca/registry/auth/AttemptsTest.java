package dev.theca.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** How many passwords an address may try. */
class AttemptsTest {
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private final InstantSource clock = now::get;
  private final Attempts attempts = new Attempts(clock);

  private static InetAddress at(String text) {
    return InetAddress.ofLiteral(text);
  }

  private int left(String address) {
    int left = 0;
    while (attempts.begin(at(address))) left++;
    return left;
  }

  @Test
  void each_address_has_its_own_and_a_new_minute_gives_new_ones() {
    assertThat(left("192.0.2.1")).isEqualTo(Attempts.MAX);
    assertThat(left("192.0.2.2")).isEqualTo(Attempts.MAX);
    now.updateAndGet(t -> t.plusSeconds(59));
    assertThat(left("192.0.2.1")).isZero();
    now.updateAndGet(t -> t.plusSeconds(1));
    assertThat(left("192.0.2.1")).isEqualTo(Attempts.MAX);
  }

  @Test
  void right_passwords_use_nothing_up() {
    for (int i = 0; i < 1000; i++) {
      assertThat(attempts.begin(at("192.0.2.1"))).isTrue();
      attempts.forgive(at("192.0.2.1"));
    }
    assertThat(left("192.0.2.1")).isEqualTo(Attempts.MAX);
  }

  @Test
  void a_network_of_one_ipv6_client_is_one_address() {
    assertThat(left("2001:db8::1")).isEqualTo(Attempts.MAX);
    assertThat(left("2001:db8::ffff:1")).isZero();
    assertThat(left("2001:db8:0:1::1")).isEqualTo(Attempts.MAX);
  }

  @Test
  void more_addresses_than_the_table_holds_push_out_the_oldest_only() {
    assertThat(left("192.0.2.1")).isEqualTo(Attempts.MAX);
    for (int i = 0; i < 9_999; i++) attempts.begin(at("10.1." + i / 256 + "." + i % 256));
    assertThat(left("192.0.2.1")).isZero();
    attempts.begin(at("10.9.9.9"));
    assertThat(left("192.0.2.1")).isEqualTo(Attempts.MAX);
  }
}
