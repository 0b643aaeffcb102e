package dev.theca.sealfs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class WarmUpTest {
  @Test
  void it_ends_after_so_many_bytes_whatever_the_speed() throws InterruptedException {
    var thread = WarmUp.start(1 << 20);
    thread.join();
    assertThat(thread.isAlive()).isFalse();
  }

  @Test
  void it_ends_when_nobody_needs_it_any_more() throws InterruptedException {
    var thread = WarmUp.start(Long.MAX_VALUE);
    thread.interrupt(); // seen at the next pause; a fast machine has ended it before
    thread.join();
    assertThat(thread.isAlive()).isFalse();
  }
}
