package dev.theca.node.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AgentLaunchTest {
  private static Outcome<Enclave> no() {
    return Outcome.refused(Code.of("launch-measurement"), "bundle", "one", "another", "again");
  }

  @Test
  void a_launch_goes_on_while_nobody_waits() throws InterruptedException {
    var begun = new CountDownLatch(1);
    var unused =
        AgentLaunch.begin(
            () -> {
              begun.countDown();
              return no();
            });
    begun.await();
  }

  @Test
  void whoever_waits_hears_the_refusal() {
    var said = AgentLaunch.begin(AgentLaunchTest::no).await();
    assertThat(said).isEqualTo(no());
  }

  @Test
  void whoever_waits_gets_the_fault_as_it_was() {
    var fault = new PodFault("the runtime is not there");
    var launch =
        AgentLaunch.begin(
            () -> {
              throw fault;
            });
    assertThatThrownBy(launch::await).isSameAs(fault);
    launch.settle(); // and nobody else has to hear it
  }

  @Test
  void whoever_removes_the_pod_waits_until_nothing_is_under_way() throws InterruptedException {
    var go = new CountDownLatch(1);
    var over = new AtomicBoolean();
    var launch =
        AgentLaunch.begin(
            () -> {
              try {
                go.await();
              } catch (InterruptedException e) {
                throw new PodFault("interrupted");
              }
              over.set(true);
              return no();
            });
    var seen = new AtomicBoolean();
    var removing =
        Thread.ofVirtual()
            .start(
                () -> {
                  launch.settle();
                  seen.set(over.get());
                });
    while (removing.getState() != Thread.State.WAITING) Thread.onSpinWait();
    assertThat(over).isFalse();
    go.countDown();
    removing.join();
    assertThat(seen).isTrue();
  }
}
