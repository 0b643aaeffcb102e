package dev.theca.image.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 180, unit = TimeUnit.SECONDS)
class ConveyorTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, Conveyor.BUFFER_BYTES - 1, Conveyor.BUFFER_BYTES, 9_000_000})
  void every_byte_passes_every_stage_in_order(int length) throws IOException {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    var out = new ByteArrayOutputStream();
    Conveyor.run(
        new ByteArrayInputStream(bytes),
        List.of((b, n) -> b[0]++, (b, n) -> b[0]--, (b, n) -> out.write(b, 0, n)));
    assertThat(out.toByteArray()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void fewer_threads_than_stages_keep_the_order(int threads) throws IOException {
    byte[] bytes = new byte[3 * Conveyor.BUFFER_BYTES + 5];
    new Random(threads).nextBytes(bytes);
    var out = new ByteArrayOutputStream();
    var seen = java.util.concurrent.ConcurrentHashMap.<Thread>newKeySet();
    Conveyor.run(
        new ByteArrayInputStream(bytes),
        List.of(
            (b, n) -> {
              seen.add(Thread.currentThread());
              b[0] += 3;
            },
            (b, n) -> {
              seen.add(Thread.currentThread());
              b[0] ^= 0x55;
            },
            (b, n) -> {
              seen.add(Thread.currentThread());
              out.write(b, 0, n);
            }),
        threads);
    byte[] expected = bytes.clone();
    for (int i = 0; i < expected.length; i += Conveyor.BUFFER_BYTES)
      expected[i] = (byte) ((expected[i] + 3) ^ 0x55);
    assertThat(out.toByteArray()).isEqualTo(expected);
    assertThat(seen).hasSize(Math.clamp(threads, 1, 3));
    if (threads < 2) assertThat(seen).containsExactly(Thread.currentThread());
  }

  @Test
  void alone_a_fault_and_an_interrupt_end_it_too() {
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 7;
          }
        };
    Conveyor.Stage bad =
        (b, n) -> {
          throw new IOException("broken");
        };
    assertThatThrownBy(() -> Conveyor.run(endless, List.of(bad), 1)).hasMessage("broken");
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> Conveyor.run(endless, List.of((b, n) -> {}), 1))
        .hasMessage("interrupted");
    assertThat(Thread.interrupted()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void a_fault_of_any_stage_ends_all(int broken) {
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 7;
          }
        };
    Conveyor.Stage bad =
        (b, n) -> {
          throw new IOException("broken");
        };
    Conveyor.Stage good = (b, n) -> {};
    var stages =
        List.of(broken == 0 ? bad : good, broken == 1 ? bad : good, broken == 2 ? bad : good);
    assertThatThrownBy(() -> Conveyor.run(endless, stages)).hasMessage("broken");
  }

  @Test
  void a_fault_of_the_stream_ends_all() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("no disk");
          }
        };
    assertThatThrownBy(() -> Conveyor.run(broken, List.of((b, n) -> {}))).hasMessage("no disk");
  }

  @Test
  void an_interrupted_caller_gets_out_and_stays_interrupted() throws InterruptedException {
    var inside = new CountDownLatch(1);
    var still = new boolean[1];
    var caller =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    Conveyor.run(
                        new InputStream() {
                          @Override
                          public int read() {
                            return 7;
                          }
                        },
                        List.of(
                            (b, n) -> {
                              inside.countDown();
                              try {
                                Thread.sleep(60_000);
                              } catch (InterruptedException e) {
                                throw new IOException("stopped", e);
                              }
                            }));
                  } catch (IOException | RuntimeException e) {
                    still[0] = Thread.currentThread().isInterrupted();
                  }
                });
    inside.await();
    caller.interrupt();
    caller.join();
    assertThat(still[0]).isTrue();
  }
}
