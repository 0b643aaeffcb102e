package dev.theca.broker.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DerivedTest {
  private final AtomicInteger made = new AtomicInteger();
  private final Derived<Integer> derived = new Derived<>(4, claims -> made.incrementAndGet());

  private static JsonObject claims() {
    return JsonObject.builder().put("same", "content").build();
  }

  @Test
  void the_same_claims_are_looked_at_once() {
    var claims = claims();
    assertThat(List.of(derived.of(claims), derived.of(claims))).containsExactly(1, 1);
  }

  @Test
  void equal_claims_of_another_verification_are_looked_at_anew() {
    assertThat(List.of(derived.of(claims()), derived.of(claims()))).containsExactly(1, 2);
  }

  @Test
  void beyond_the_bound_the_oldest_is_looked_at_again() {
    var first = claims();
    assertThat(derived.of(first)).isEqualTo(1);
    var others = new ArrayList<JsonObject>();
    for (int i = 0; i < 4; i++) {
      var other = claims();
      others.add(other);
      assertThat(derived.of(other)).isEqualTo(i + 2);
    }
    assertThat(derived.of(first)).isEqualTo(6);
    assertThat(others).hasSize(4);
  }
}
