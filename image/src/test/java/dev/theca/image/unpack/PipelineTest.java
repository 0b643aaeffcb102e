package dev.theca.image.unpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.image.Blob;
import dev.theca.image.Descriptor;
import dev.theca.image.ImageException;
import dev.theca.image.Progress;
import dev.theca.image.crypt.LayerOpener;
import dev.theca.kit.TarMaker;
import dev.theca.wire.Code;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is judged, in which order, and that nothing goes on afterwards. */
@Timeout(120)
class PipelineTest {
  private static final byte[] TAR = new TarMaker().file("f", "content".repeat(50_000)).end();
  private static final byte[] NO_TAR =
      "x".repeat(2048).getBytes(java.nio.charset.StandardCharsets.US_ASCII);

  private static String refusal(Unpacker unpacker, Layer... layers) {
    return switch (unpacker.unpack(List.of(layers), new MemorySink())) {
      case Outcome.Granted<Unpacked> yes -> "granted";
      case Outcome.Refused<Unpacked>(var reasons) -> reasons.getFirst().toString();
    };
  }

  private static String refusal(Layer... layers) {
    return refusal(TestLayers.unpacker(Limits.DEFAULT), layers);
  }

  private static Layer stored(Layer layer, byte[] bytes) {
    return new Layer(layer.descriptor(), layer.diffId(), TestLayers.blob(bytes));
  }

  @Test
  void other_bytes_than_the_manifest_names_are_told_before_what_they_hold() {
    var layer = TestLayers.gzip(TAR);
    byte[] changed = TestLayers.gzipped(TAR);
    changed[changed.length / 2] ^= 1;
    assertThat(refusal(stored(layer, changed))).contains("other bytes, sha256:");
    assertThat(refusal(stored(layer, Arrays.copyOf(changed, 100)))).contains("is 100 bytes,");
    assertThat(refusal(stored(layer, Arrays.copyOf(changed, changed.length + 70_000))))
        .contains("is more bytes,");
    assertThat(refusal(stored(layer, NO_TAR))).startsWith("image-layer: ").contains("push");
  }

  @Test
  void an_archive_with_another_diff_id_is_refused() {
    var layer = TestLayers.gzip(TAR);
    var lying = new Layer(layer.descriptor(), Digest.sha256(NO_TAR), layer.blob());
    assertThat(refusal(lying)).contains("diff id " + Digest.sha256(NO_TAR));
  }

  @Test
  void bytes_of_another_compression_are_refused() {
    String type = TestLayers.TAR;
    assertThat(refusal(TestLayers.layer(type + "+gzip", TAR, TAR))).contains("is not gzip,");
    assertThat(refusal(TestLayers.layer(type + "+zstd", TAR, TAR))).contains("is not zstd,");
    assertThat(refusal(TestLayers.layer(type, TestLayers.gzipped(TAR), TAR))).contains("checksum");
    assertThat(refusal(TestLayers.layer(type + "+gzip", new byte[0], TAR))).contains("nothing");
    assertThat(refusal(TestLayers.layer(type + "+zstd", new byte[0], TAR))).contains("nothing");
    assertThat(refusal(TestLayers.layer(type + "+bzip2", TAR, TAR))).startsWith("image-layer-type");
    assertThat(refusal(TestLayers.layer("text/plain", TAR, TAR))).startsWith("image-layer-type");
  }

  @Test
  void several_gzip_members_and_zstd_frames_are_one_archive_and_junk_behind_them_is_refused() {
    byte[] head = Arrays.copyOf(TAR, 1000);
    byte[] tail = Arrays.copyOfRange(TAR, 1000, TAR.length);
    byte[] members = joined(TestLayers.gzipped(head), TestLayers.gzipped(tail));
    byte[] skippable = {0x5A, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3};
    byte[] frames =
        joined(skippable, TestLayers.zstd(head), skippable, TestLayers.zstd(tail), skippable);
    String gzip = TestLayers.TAR + "+gzip";
    String zstd = TestLayers.TAR + "+zstd";
    assertThat(refusal(TestLayers.layer(gzip, members, TAR))).isEqualTo("granted");
    assertThat(refusal(TestLayers.layer(zstd, frames, TAR))).isEqualTo("granted");
    assertThat(refusal(TestLayers.layer(gzip, joined(members, new byte[9]), TAR)))
        .contains("other bytes behind gzip");
    assertThat(refusal(TestLayers.layer(zstd, joined(frames, new byte[9]), TAR)))
        .contains("other bytes behind zstd");
    for (int cut : new int[] {3, 9, 100, members.length - 3})
      assertThat(refusal(TestLayers.layer(gzip, Arrays.copyOf(members, cut), TAR)))
          .contains("cut off");
    for (int cut : new int[] {3, 9, 14, 20, 100, frames.length - 1})
      assertThat(refusal(TestLayers.layer(zstd, Arrays.copyOf(frames, cut), TAR)))
          .contains("cut off");
    byte[] wrong = members.clone();
    wrong[wrong.length - 6] ^= 1;
    assertThat(refusal(TestLayers.layer(gzip, wrong, TAR))).contains("checksum is wrong");
  }

  private static byte[] joined(byte[]... parts) {
    var out = new java.io.ByteArrayOutputStream();
    for (byte[] part : parts) out.writeBytes(part);
    return out.toByteArray();
  }

  @Test
  void a_compression_bomb_is_refused_behind_the_floor_and_so_is_a_window_that_takes_all_memory() {
    byte[] bomb = new TarMaker().file("f", new byte[3 << 20]).end();
    var limits = Limits.DEFAULT.withBytes(1L << 30, 100, 1 << 20, 8 << 20);
    assertThat(refusal(TestLayers.unpacker(limits), TestLayers.gzip(bomb)))
        .startsWith("image-limit: ")
        .contains("more than 100 times");
    assertThat(refusal(TestLayers.gzip(bomb))).isEqualTo("granted");
    var small = Limits.DEFAULT.withBytes(1 << 20, 100, 1 << 30, 8 << 20);
    assertThat(refusal(TestLayers.unpacker(small), TestLayers.gzip(bomb)))
        .startsWith("image-limit: ")
        .contains("1048576");
    byte[] window = {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0, (byte) 0x88, 1, 0, 0};
    assertThat(refusal(TestLayers.layer(TestLayers.TAR + "+zstd", window, TAR)))
        .startsWith("image-limit: ")
        .contains("window of 134217728 bytes, more than 8388608");
  }

  @Test
  void an_encrypted_layer_is_opened_as_it_streams_and_its_cipher_is_asked_at_the_end() {
    byte[] gzip = TestLayers.gzipped(TAR);
    byte[] sealed = gzip.clone();
    for (int i = 0; i < sealed.length; i++) sealed[i] ^= 0x55;
    var layer = TestLayers.layer(TestLayers.TAR + "+gzip+encrypted", sealed, TAR);
    var closed = new AtomicInteger();
    assertThat(refusal(unpacker(opener(true, closed)), layer)).isEqualTo("granted");
    assertThat(refusal(unpacker(opener(false, closed)), layer)).startsWith("image-mac: ");
    assertThat(closed).hasValue(2);
    assertThat(refusal(layer)).startsWith("image-encrypted: ");
    var lying = new Layer(layer.descriptor(), Digest.sha256(NO_TAR), layer.blob());
    assertThat(refusal(unpacker(opener(false, closed)), lying)).startsWith("image-mac: ");
    byte[] changed = sealed.clone();
    changed[9] ^= 1;
    assertThat(refusal(unpacker(opener(false, closed)), stored(layer, changed)))
        .startsWith("image-layer: ");
  }

  private static Unpacker unpacker(LayerOpener opener) {
    return new Unpacker(opener, new JavaZstd(), Limits.DEFAULT, Progress.silent());
  }

  private static LayerOpener opener(boolean authentic, AtomicInteger closed) {
    return layer ->
        Outcome.granted(
            new LayerOpener.OpenLayer() {
              @Override
              public void update(byte[] bytes, int from, int length) {
                for (int i = from; i < from + length; i++) bytes[i] ^= 0x55;
              }

              @Override
              public Outcome<Boolean> finish() {
                return authentic
                    ? Outcome.granted(true)
                    : Outcome.refused(Code.of("image-mac"), "layer", "sealed", "changed", "seal");
              }

              @Override
              public void close() {
                closed.incrementAndGet();
              }
            });
  }

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
    var first = hanging(new CountDownLatch(1), stopped);
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
    assertThatThrownBy(() -> refusal(first, broken))
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
  private static final class MemorySinkThat implements TreeSink {
    private final MemorySink sink = new MemorySink();
    private final Runnable heard;

    MemorySinkThat(Runnable heard) {
      this.heard = heard;
    }

    @Override
    public long root() {
      return sink.root();
    }

    @Override
    public long file(Attributes attributes) {
      heard.run();
      return sink.file(attributes);
    }

    @Override
    public void data(long file, long offset, byte[] bytes, int from, int length) {
      sink.data(file, offset, bytes, from, length);
    }

    @Override
    public void end(long file, long size) {
      sink.end(file, size);
    }

    @Override
    public void attach(long file, long parent, byte[] name) {
      sink.attach(file, parent, name);
    }

    @Override
    public long directory(long parent, byte[] name, Attributes attributes) {
      return sink.directory(parent, name, attributes);
    }

    @Override
    public void attributes(long directory, Attributes attributes) {
      sink.attributes(directory, attributes);
    }

    @Override
    public void symlink(long parent, byte[] name, byte[] target, Attributes attributes) {
      sink.symlink(parent, name, target, attributes);
    }

    @Override
    public void special(
        long parent, byte[] name, Special kind, int major, int minor, Attributes attributes) {
      sink.special(parent, name, kind, major, minor, attributes);
    }

    @Override
    public void link(long fromParent, byte[] fromName, long parent, byte[] name) {
      sink.link(fromParent, fromName, parent, name);
    }

    @Override
    public void unlink(long parent, byte[] name) {
      sink.unlink(parent, name);
    }

    @Override
    public void rmdir(long parent, byte[] name, long directory) {
      sink.rmdir(parent, name, directory);
    }
  }
}
