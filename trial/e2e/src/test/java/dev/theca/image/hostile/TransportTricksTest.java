package dev.theca.image.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.image.Document;
import dev.theca.image.remote.Timeouts;
import dev.theca.kit.Reply;
import dev.theca.kit.Tricks;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A registry that sends other bytes, too few, too many, or none, to the whole way into a tree. */
@ParameterizedClass
@EnumSource(Way.class)
@Timeout(120)
class TransportTricksTest {
  private static final String ROOT = ".*/manifests/1";

  @Parameter Way way;
  @TempDir Path folder;
  private Siege siege;

  @BeforeEach
  void begin() throws Exception {
    siege = Siege.plain(way, folder);
  }

  @AfterEach
  void end() throws Exception {
    siege.close();
  }

  private String lower() {
    return Siege.path(siege.lower);
  }

  @Test
  void an_honest_registry_gives_the_sealed_image() {
    siege.pull().is("granted");
    siege.pull("@" + siege.image.digest()).is("granted");
    assertThat(siege.owner.keysAsked()).isEqualTo(4);
  }

  @Test
  void a_layer_of_other_bytes_is_refused() {
    siege.registry.when("GET", lower(), Tricks.flippedBit());
    siege.pull().is("image-layer").saying("other bytes");
  }

  @Test
  void a_configuration_of_other_bytes_is_refused() {
    String config = siege.image.blobs().keySet().iterator().next();
    siege.registry.when("GET", ".*/blobs/" + config, Tricks.flippedBit());
    siege.pull().is("image-manifest");
    assertThat(siege.owner.keysAsked()).isZero();
  }

  @Test
  void a_manifest_of_other_bytes_is_refused_with_its_digest_and_unsigned_without() {
    siege.registry.when("GET", ROOT, Tricks.otherBody(Owner.image(siege.upper).manifest()));
    siege.pull().is("image-manifest");
    siege.registry.when(
        "GET",
        ROOT,
        (request, honest, peer) ->
            peer.send(
                honest
                    .without("Docker-Content-Digest")
                    .withBody(Owner.image(siege.upper).manifest()),
                request));
    siege.pull().is("image-unsigned");
  }

  @Test
  void a_layer_that_breaks_off_again_and_again_is_a_fault() {
    siege.registry.when("GET", lower(), Tricks.truncatedAt(1000));
    siege.pull().is("fault").saying("broke off at byte");
    assertThat(siege.registry.requests("GET", lower())).hasSizeBetween(3, 6);
  }

  @Test
  void a_layer_that_ends_early_is_refused_with_both_sizes() {
    siege.registry.when("GET", lower(), Tricks.shortened(1000));
    siege.pull().is("image-layer").saying("000 bytes,");
    assertThat(siege.registry.requests("GET", lower())).hasSizeLessThan(5);
  }

  @Test
  void a_layer_without_end_is_left_behind_its_last_byte() {
    siege.registry.when("GET", lower(), Tricks.endless(1L << 30));
    siege.pull().is("image-layer").saying("other bytes");
  }

  @Test
  void a_manifest_without_end_is_left_behind_the_limit() {
    siege.registry.when("GET", ROOT, Tricks.endless(1L << 30));
    siege.pull().is("image-manifest").saying("at most " + Document.MAX_BYTES);
  }

  @Test
  void a_configuration_without_end_is_refused() {
    String config = siege.image.blobs().keySet().iterator().next();
    siege.registry.when("GET", ".*/blobs/" + config, Tricks.endless(1L << 30));
    siege.pull().is("image-manifest");
  }

  @Test
  void a_manifest_that_trickles_is_given_up() {
    siege.registry.when("GET", ROOT, Tricks.drip(1, 50));
    siege
        .waiting(limits -> limits.withDocument(Siege.SHORT))
        .pull()
        .is("fault")
        .saying("no byte came");
  }

  @Test
  void a_slow_layer_that_moves_may_move_for_longer_than_any_other_limit() {
    siege.registry.when("GET", lower(), Tricks.drip(20_000, 250));
    var less = Duration.ofSeconds(3);
    siege.waiting(limits -> new Timeouts(less, less, less, less, 16 << 10)).pull().is("granted");
  }

  @Test
  void a_layer_that_stalls_is_taken_up_again_at_its_byte() {
    siege.registry.when("GET", lower(), Tricks.first(1, Tricks.stallAt(70_000)));
    siege.waiting(limits -> limits.withIdle(Siege.SHORT)).pull().is("granted");
    var requests = siege.registry.requests("GET", lower());
    assertThat(requests).hasSizeGreaterThan(1); // more when the machine stalls, too
    assertThat(requests.get(1).field("range").orElse("")).matches("bytes=[1-9][0-9]*-[0-9]+");
  }

  @Test
  void a_layer_that_always_stalls_is_a_fault() {
    siege.registry.when("GET", lower(), Tricks.stallAt(1000));
    siege.waiting(limits -> limits.withIdle(Siege.SHORT)).pull().is("fault").saying("no byte came");
  }

  @Test
  void a_registry_that_says_nothing_is_a_fault() {
    siege.registry.when("GET", ROOT, Tricks.silence());
    siege
        .waiting(limits -> limits.withAnswer(Siege.SHORT))
        .pull()
        .is("fault")
        .saying("gave no answer");
  }

  @Test
  void resets_in_the_middle_are_taken_up_again_where_they_broke() {
    siege.registry.when("GET", ".*/blobs/.*", Tricks.resetAt(150_000, 2));
    siege.pull().is("granted");
  }

  @Test
  void a_registry_that_ignores_ranges_is_read_again_from_the_start() {
    byte[] whole = siege.lower.stored();
    var ignoring = Tricks.ignoringRange(whole);
    var cut = Tricks.truncatedAt(150_000);
    var left = new java.util.concurrent.atomic.AtomicInteger(1);
    siege.registry.when(
        "GET",
        lower(),
        (request, honest, peer) ->
            (left.getAndDecrement() > 0 ? cut : ignoring).play(request, honest, peer));
    siege.pull().is("granted");
    assertThat(siege.registry.requests("GET", lower())).hasSize(2);
  }

  @Test
  void a_lie_about_the_range_is_not_spliced_into_the_layer() {
    byte[] stored = siege.lower.stored();
    siege.registry.when(
        seen -> seen.target().matches(lower()) && seen.field("range").isPresent(),
        Tricks.lyingRange("bytes 5-" + (stored.length - 1) + "/" + stored.length, stored));
    siege.registry.when(
        seen -> seen.target().matches(lower()) && seen.field("range").isEmpty(),
        Tricks.first(1, Tricks.truncatedAt(150_000)));
    siege.pull().is("granted");
  }

  @Test
  void other_bytes_behind_a_true_range_are_refused() {
    byte[] stored = siege.lower.stored();
    siege.registry.when(
        seen -> seen.target().matches(lower()) && seen.field("range").isPresent(),
        (request, honest, peer) ->
            peer.send(honest.withBody(new byte[honest.body().length]), request));
    siege.registry.when(
        seen -> seen.target().matches(lower()) && seen.field("range").isEmpty(),
        Tricks.truncatedAt(stored.length / 2));
    siege.pull().is("image-layer").saying("other bytes");
  }

  @Test
  void a_length_that_is_a_lie_changes_no_byte() {
    int size = siege.lower.stored().length;
    siege.registry.when("GET", lower(), Tricks.lyingLength(size + 9));
    siege.pull().is("granted"); // the bytes are the right ones, and no more are read
    siege.registry.when("GET", lower(), Tricks.lyingLength(size - 9));
    siege.pull().is("granted"); // the rest is asked for
    siege.registry.when("GET", lower(), Tricks.field("Content-Length", "-5"));
    siege.pull().is("fault: image-registry-answer");
  }

  @Test
  void a_layer_that_is_packed_once_more_for_the_way_is_refused() {
    siege.registry.when("GET", lower(), Tricks.gzipped());
    siege.pull().is("fault: image-registry-answer");
  }

  @Test
  void a_layer_that_is_not_there_is_named() {
    siege.registry.when("GET", lower(), Tricks.answer(Reply.of(404)));
    siege
        .pull()
        .is("fault: image-registry-missing")
        .saying(siege.lower.descriptor().digest().toString());
  }

  @Test
  void fields_without_end_and_what_is_no_http_are_faults() {
    siege.registry.when("GET", lower(), Tricks.endlessFields(100_000));
    siege.pull().is("fault");
    siege.registry.when("GET", lower(), Tricks.garbage("HTTP/1.1 two hundred\r\n\r\n".getBytes()));
    siege.pull().is("fault: image-registry-answer");
  }

  @Test
  void a_registry_that_is_busy_is_asked_again_and_not_for_ever() {
    siege.registry.when("GET", lower(), Tricks.tooMany("1000000", 2));
    siege.pull().is("granted");
    siege.registry.when("GET", lower(), Tricks.tooMany("1000000", 99));
    siege.pull().is("fault").saying("429");
  }
}
