package dev.theca.image.unpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.image.Blob;
import dev.theca.image.Descriptor;
import dev.theca.image.ImageException;
import dev.theca.image.Progress;
import dev.theca.kit.TarMaker;
import dev.theca.wire.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** That layers come in their order, and that nothing goes on after the first refusal or fault. */
@Timeout(120)
class PipelineOrderTest extends PipelineBed {
  /** A blob that never ends and never comes to anything. */
  private static Layer hanging(CountDownLatch reading, AtomicBoolean stopped) {
    Blob blob =
        new Blob() {
          @Override
          public long size() {
            return 1 << 20;
          }

          @Override
          public InputStream from(long offset) {
            return new InputStream() {
              @Override
              public int read() throws IOException {
                reading.countDown();
                try {
                  SlowBlob.pause(60_000);
                } finally {
                  stopped.set(true);
                }
                return 0;
              }
            };
          }
        };
    return new Layer(
        new Descriptor(TestLayers.TAR, Digest.sha256(NO_TAR), 1 << 20, Map.of()),
        Digest.sha256(NO_TAR),
        blob);
  }

  @Test
  void the_first_refusal_stops_all_other_layers() {
    var stopped = new AtomicBoolean();
    var reading = new CountDownLatch(1);
    var first = hanging(reading, stopped);
    assertThat(refusal(first, after(reading, TestLayers.plain(NO_TAR)))).contains("checksum");
    assertThat(stopped).isTrue();
  }

  /** A layer that comes when something else has happened. */
  private static Layer after(CountDownLatch event, Layer layer) {
    Blob late =
        new Blob() {
          @Override
          public long size() {
            return layer.blob().size();
          }

          @Override
          public InputStream from(long offset) throws IOException {
            try {
              event.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
            return layer.blob().from(offset);
          }
        };
    return new Layer(layer.descriptor(), layer.diffId(), late);
  }

  @Test
  void a_fault_of_a_place_or_a_sink_stops_all_other_layers_and_is_told() {
    var stopped = new AtomicBoolean();
    var reading = new CountDownLatch(1);
    var first = hanging(reading, stopped);
    var good = TestLayers.gzip(TAR);
    var broken =
        new Layer(
            good.descriptor(),
            good.diffId(),
            new Blob() {
              @Override
              public long size() {
                return 1;
              }

              @Override
              public InputStream from(long offset) throws IOException {
                throw new IOException("the cable is gone");
              }
            });
    assertThatThrownBy(() -> refusal(first, after(reading, broken)))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("the cable is gone");
    assertThat(stopped).isTrue();
    var full =
        new MemorySinkThat(
            () -> {
              throw new IllegalStateException("the disk is full");
            });
    assertThatThrownBy(() -> TestLayers.unpacker(Limits.DEFAULT).unpack(List.of(good), full))
        .hasMessageContaining("the disk is full");
  }

  @Test
  void an_interrupt_ends_everything() throws Exception {
    var reading = new CountDownLatch(1);
    var stopped = new AtomicBoolean();
    var thrown = new ArrayList<Throwable>();
    var flag = new AtomicBoolean();
    var thread =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    refusal(TestLayers.gzip(TAR), hanging(reading, stopped));
                  } catch (ImageException e) {
                    thrown.add(e);
                    flag.set(Thread.currentThread().isInterrupted());
                  }
                });
    reading.await();
    thread.interrupt();
    thread.join();
    assertThat(thrown)
        .singleElement()
        .hasToString(ImageException.class.getName() + ": unpacking was interrupted");
    assertThat(flag).isTrue();
    assertThat(stopped).isTrue();
  }

  @Test
  void many_layers_are_applied_in_order_however_they_arrive() {
    var random = new Random(7);
    var layers = new ArrayList<Layer>();
    for (int i = 0; i < 60; i++) {
      var tar = new TarMaker().file("last-" + i, "x");
      if (i > 0) tar.whiteout("", "last-" + (i - 1));
      for (int j = 0; j < 20; j++) tar.file("f" + j, "layer " + i);
      layers.add(SlowBlob.until(TestLayers.gzip(tar.end()), random.nextInt(20)));
    }
    var sink = new MemorySink();
    var steps = new AtomicInteger();
    var unpacker =
        new Unpacker(
            Unpacker.NO_KEYS,
            new JavaZstd(),
            Limits.DEFAULT,
            (blob, step, bytes) -> {
              if (step == Progress.Step.DONE) steps.incrementAndGet();
            },
            8);
    assertThat(unpacker.unpack(layers, sink).orThrow().files()).isEqualTo(60 * 21);
    assertThat(steps).hasValue(60);
    assertThat(sink.listing()).hasSize(22).containsKey("/last-59");
    assertThat(sink.listing().get("/f19")).endsWith("'layer 59'");
  }

  @Test
  void a_layer_far_ahead_of_its_turn_waits_instead_of_keeping_everything() {
    var many = new TarMaker();
    for (int i = 0; i < 25_000; i++) many.file("m/" + i, "");
    var first = SlowBlob.until(TestLayers.gzip(TAR), 1500);
    var seen = new AtomicInteger();
    var sink = new MemorySinkThat(seen::incrementAndGet);
    var unpacker = TestLayers.unpacker(Limits.DEFAULT);
    assertThat(unpacker.unpack(List.of(first, TestLayers.gzip(many.end())), sink).orThrow().files())
        .isEqualTo(25_001);
    assertThat(seen).hasValue(25_001);
  }

  /** A sink of which somebody hears when a file begins. */
  private static final class MemorySinkThat extends MemorySink {
    private final Runnable heard;

    MemorySinkThat(Runnable heard) {
      this.heard = heard;
    }

    @Override
    public long file(Attributes attributes) {
      heard.run();
      return super.file(attributes);
    }
  }
}
