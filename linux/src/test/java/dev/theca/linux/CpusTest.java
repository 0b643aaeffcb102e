package dev.theca.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CpusTest {
  @Test
  void a_list_of_ranges_is_counted() {
    assertThat(Cpus.count("0")).isEqualTo(1);
    assertThat(Cpus.count("0-3")).isEqualTo(4);
    assertThat(Cpus.count("0-3,8,10-11")).isEqualTo(7);
  }

  @Test
  void a_pinned_thread_may_use_no_other_processor() throws Exception {
    int last = Cpus.allowed().length() - 1;
    var after = new java.util.concurrent.CompletableFuture<java.util.BitSet>();
    Thread.ofPlatform()
        .start(
            () -> {
              assertThat(Cpus.pin(last)).isTrue();
              after.complete(Cpus.allowed());
            })
        .join();
    assertThat(after.join().stream()).containsExactly(last);
    assertThat(Cpus.pin(1 << 20)).isFalse();
    assertThat(Cpus.possible().orElseThrow()).isGreaterThanOrEqualTo(Cpus.allowed().cardinality());
  }
}
