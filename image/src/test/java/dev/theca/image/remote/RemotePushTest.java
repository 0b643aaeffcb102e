package dev.theca.image.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.image.ImageException;
import dev.theca.image.ImageRef;
import dev.theca.image.ImageWriter;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Writing into registries: chunks, resumption, mounts, lists of referrers. */
class RemotePushTest {
  private static final int CHUNK = 64 << 10;

  private final WorkingRegistry script = new WorkingRegistry();

  private interface Push {
    void run(ImageWriter writer, FakeRegistry at) throws Exception;
  }

  private void into(Push push) throws Exception {
    try (var at = new FakeRegistry(script);
        var registries = new Registries(at.settings().withChunkBytes(CHUNK))) {
      push.run(registries.writer(Samples.ref(at, "demo/app:1")).orThrow(), at);
    }
  }

  private static Outcome<Boolean> push(ImageWriter writer, byte[] blob) {
    try (var upload = writer.upload().orThrow()) {
      for (int at = 0; at < blob.length; at += 10_000)
        upload.write(blob, at, Math.min(10_000, blob.length - at));
      return upload.finish(Digest.sha256(blob));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 5 * CHUNK, 300_001})
  void a_blob_of_any_size_arrives(int size) throws Exception {
    byte[] blob = Samples.bytes(size);
    into(
        (writer, at) -> {
          assertThat(writer.has(Samples.descriptor(blob)).orThrow()).isFalse();
          assertThat(push(writer, blob)).isEqualTo(Outcome.granted(true));
          assertThat(script.blobs.get(Digest.sha256(blob).toString())).isEqualTo(blob);
          assertThat(writer.has(Samples.descriptor(blob)).orThrow()).isTrue();
          assertThat(at.asked().stream().filter(text -> text.startsWith("PATCH")).count())
              .isEqualTo(size <= CHUNK ? 0 : (size + CHUNK - 1) / CHUNK);
        });
  }

  @Test
  void a_chunk_that_was_taken_in_half_goes_on_where_the_registry_says() throws Exception {
    byte[] blob = Samples.bytes(200_000);
    var count = new AtomicInteger();
    script.cuts = request -> count.incrementAndGet() % 2 == 1;
    into(
        (writer, at) -> {
          assertThat(push(writer, blob)).isEqualTo(Outcome.granted(true));
          assertThat(script.blobs.get(Digest.sha256(blob).toString())).isEqualTo(blob);
          assertThat(count.get()).isGreaterThan(4);
        });
  }

  @Test
  void an_answer_that_was_lost_does_not_send_bytes_twice() throws Exception {
    byte[] blob = Samples.bytes(200_000);
    var count = new AtomicInteger();
    script.forgets = request -> count.incrementAndGet() % 2 == 1;
    into(
        (writer, at) -> {
          assertThat(push(writer, blob)).isEqualTo(Outcome.granted(true));
          assertThat(script.blobs.get(Digest.sha256(blob).toString())).isEqualTo(blob);
        });
  }

  /** The first chunk is taken in half; then the upload is busy at every other request. */
  @Test
  void an_upload_that_still_takes_from_a_broken_connection_is_waited_for() throws Exception {
    byte[] blob = Samples.bytes(CHUNK + 10);
    var cut = new AtomicInteger();
    var busy = new AtomicInteger();
    script.cuts = request -> cut.incrementAndGet() == 1;
    FakeRegistry.Script late =
        (request, reply) -> {
          boolean writes = List.of("PATCH", "PUT").contains(request.method());
          if (writes && cut.get() > 0 && busy.incrementAndGet() % 2 == 1) reply.send(409, "{}");
          else script.answer(request, reply);
        };
    try (var at = new FakeRegistry(late);
        var registries = new Registries(at.settings().withChunkBytes(CHUNK))) {
      var writer = registries.writer(Samples.ref(at, "demo/app:1")).orThrow();
      assertThat(push(writer, blob)).isEqualTo(Outcome.granted(true));
      assertThat(script.blobs.get(Digest.sha256(blob).toString())).isEqualTo(blob);
      assertThat(busy.get()).isGreaterThanOrEqualTo(4);
    }
  }

  @Test
  void a_last_answer_that_was_lost_is_no_loss() throws Exception {
    byte[] blob = Samples.bytes(100);
    script.forgets = request -> request.method().equals("PUT");
    into((writer, at) -> assertThat(push(writer, blob)).isEqualTo(Outcome.granted(true)));
  }

  @Test
  @Timeout(180)
  void the_next_chunk_is_filled_while_the_registry_thinks_about_the_last() throws Exception {
    byte[] blob = Samples.bytes(2 * CHUNK);
    var filled = new CompletableFuture<Boolean>();
    FakeRegistry.Script slow =
        (request, reply) -> {
          if (request.method().equals("PATCH")) filled.join();
          script.answer(request, reply);
        };
    try (var at = new FakeRegistry(slow);
        var registries = new Registries(at.settings().withChunkBytes(CHUNK));
        var upload =
            registries.writer(Samples.ref(at, "demo/app:1")).orThrow().upload().orThrow()) {
      upload.write(blob, 0, blob.length);
      filled.complete(true); // who waited for the answer does not come here
      assertThat(upload.finish(Digest.sha256(blob))).isEqualTo(Outcome.granted(true));
      assertThat(script.blobs.get(Digest.sha256(blob).toString())).isEqualTo(blob);
    }
  }

  @Test
  void a_registry_that_never_takes_anything_is_given_up() throws Exception {
    script.cuts = request -> true;
    byte[] blob = Samples.bytes(200_000);
    FakeRegistry.Script deaf =
        (request, reply) -> {
          if (request.method().equals("PATCH")) throw new FakeRegistry.HangUp();
          script.answer(request, reply);
        };
    try (var at = new FakeRegistry(deaf);
        var registries = new Registries(at.settings().withChunkBytes(CHUNK))) {
      var writer = registries.writer(Samples.ref(at, "demo/app:1")).orThrow();
      assertThatThrownBy(() -> push(writer, blob))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("does not go on at byte 0");
    }
  }

  @Test
  void another_digest_than_that_of_the_bytes_is_refused_with_the_registrys_words()
      throws Exception {
    into(
        (writer, at) -> {
          try (var upload = writer.upload().orThrow()) {
            upload.write(new byte[10], 0, 10);
            assertThat(upload.finish(Digest.sha256(new byte[9])).toString())
                .contains("DIGEST_INVALID");
          }
        });
  }

  @Test
  void an_upload_that_is_closed_early_is_taken_back() throws Exception {
    into(
        (writer, at) -> {
          try (var upload = writer.upload().orThrow()) {
            upload.write(new byte[3 * CHUNK], 0, 3 * CHUNK);
            assertThat(script.openUploads()).isEqualTo(1);
          }
          assertThat(script.openUploads()).isZero();
        });
  }

  @Test
  void chunks_are_as_large_as_the_registry_wants_them() throws Exception {
    script.leastChunk = 150_000;
    byte[] blob = Samples.bytes(400_000);
    into(
        (writer, at) -> {
          assertThat(push(writer, blob)).isEqualTo(Outcome.granted(true));
          var sizes =
              at.requests.stream()
                  .filter(request -> request.method().equals("PATCH"))
                  .map(request -> request.body().length)
                  .toList();
          assertThat(sizes).containsExactly(150_000, 150_000, 100_000);
        });
  }

  @Test
  void a_blob_of_a_neighbour_is_mounted_or_not_without_harm() throws Exception {
    byte[] blob = Samples.bytes(10);
    into(
        (writer, at) -> {
          var there = Samples.ref(at, "demo/base:1");
          assertThat(writer.mount(Samples.descriptor(blob), there).orThrow()).isTrue();
          assertThat(at.requests.getLast().target()).contains("from=demo%2Fbase");
          script.mounts = false;
          assertThat(writer.mount(Samples.descriptor(blob), there).orThrow()).isFalse();
          assertThat(script.openUploads()).isZero();
          var elsewhere = ImageRef.parse("other.test/demo/base:1").orThrow();
          assertThat(writer.mount(Samples.descriptor(blob), elsewhere).orThrow()).isFalse();
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_referrer_is_found_by_the_registrys_list_or_by_the_fallback_tag(boolean lists)
      throws Exception {
    script.listsReferrers = lists;
    var image = Samples.manifest(new byte[] {'{', '}'});
    var one = Samples.about(image.digest(), "kind/one");
    var two = Samples.about(image.digest(), "kind/two");
    into(
        (writer, at) -> {
          assertThat(writer.putRoot(image)).isEqualTo(Outcome.granted(image.digest()));
          assertThat(writer.put(one)).isEqualTo(Outcome.granted(one.digest()));
          assertThat(writer.put(two)).isEqualTo(Outcome.granted(two.digest()));
          assertThat(writer.put(one)).isEqualTo(Outcome.granted(one.digest()));
          String tag = "sha256-" + image.digest().hex();
          assertThat(script.manifests.containsKey(tag)).isEqualTo(!lists);
          if (lists) return;
          try (var registries = new Registries(at.settings())) {
            var reader = registries.reader(Samples.ref(at, "demo/app:1")).orThrow();
            var found = reader.referrers(image.digest(), "kind/two").orThrow();
            assertThat(found).hasSize(1);
            assertThat(found.getFirst().digest()).isEqualTo(two.digest());
            assertThat(found.getFirst().annotations()).containsEntry("made", "here");
            assertThat(reader.referrers(image.digest(), "").orThrow()).hasSize(2);
          }
        });
  }

  @Test
  void a_name_with_a_digest_takes_that_manifest_only_and_deletion_tells_whether_it_was_there()
      throws Exception {
    var image = Samples.manifest(new byte[] {'{', '}'});
    try (var at = new FakeRegistry(script);
        var registries = new Registries(at.settings())) {
      var ref = Samples.ref(at, "demo/app@" + image.digest());
      var writer = registries.writer(ref).orThrow();
      assertThat(writer.putRoot(Samples.manifest(new byte[1])).isGranted()).isFalse();
      assertThat(writer.putRoot(image).isGranted()).isTrue();
      assertThat(registries.head(ref).orThrow().orElseThrow().digest()).isEqualTo(image.digest());
      assertThat(registries.delete(ref, image.digest())).isEqualTo(Outcome.granted(true));
      assertThat(registries.delete(ref, image.digest())).isEqualTo(Outcome.granted(false));
    }
  }
}
