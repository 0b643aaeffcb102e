package dev.theca.broker.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.broker.store.Database;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What volume anchors promise, on whatever database. */
abstract class VolumeAnchorsContract {
  private static final String ACTOR = "attested:abc";
  private static final AnchorKey KEY = new AnchorKey("acme", "mrenclave:abc", "data");

  private RecordedAudit audit;
  private VolumeAnchors anchors;

  abstract Database database();

  @BeforeEach
  void open_the_anchors() {
    audit = new RecordedAudit(database());
    anchors = anchors(AnchorLimits.DEFAULT);
  }

  private VolumeAnchors anchors(AnchorLimits limits) {
    return new VolumeAnchors(
        database(), audit, limits, () -> Instant.parse("2026-11-21T10:00:00Z"));
  }

  private static Anchor at(long sequence, int chain) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) chain);
    return new Anchor(sequence, bytes);
  }

  private static Refusal refusal(Outcome<?> outcome) {
    return ((Outcome.Refused<?>) outcome).reasons().getFirst();
  }

  @Test
  void an_anchor_is_made_of_new_and_moves_from_where_it_was_seen() {
    assertThat(anchors.read(KEY).orThrow()).isEqualTo(Anchor.NEW);
    assertThat(anchors.advance(KEY, Anchor.NEW, at(1, 1), ACTOR).orThrow()).isEqualTo(at(1, 1));
    anchors.advance(KEY, at(1, 1), at(7, 2), ACTOR).orThrow();
    assertThat(anchors.read(KEY).orThrow()).isEqualTo(at(7, 2));
    assertThat(anchors.read(new AnchorKey("acme", "mrenclave:abd", "data")).orThrow())
        .isEqualTo(Anchor.NEW);
    assertThat(anchors.read(new AnchorKey("else", "mrenclave:abc", "data")).orThrow())
        .isEqualTo(Anchor.NEW);
  }

  @Test
  void a_rolled_back_volume_is_refused_with_both_sequences() {
    anchors.advance(KEY, Anchor.NEW, at(5, 1), ACTOR).orThrow();
    anchors.advance(KEY, at(5, 1), at(6, 2), ACTOR).orThrow();
    var refusal = refusal(anchors.advance(KEY, at(5, 1), at(7, 3), ACTOR));
    assertThat(refusal.code()).isEqualTo(ResourceCode.ANCHOR_MOVED);
    assertThat(refusal.expected()).isEqualTo("sequence 5");
    assertThat(refusal.found()).isEqualTo("sequence 6");
    assertThat(anchors.read(KEY).orThrow()).isEqualTo(at(6, 2));
  }

  @Test
  void a_forked_chain_of_the_same_sequence_is_refused() {
    anchors.advance(KEY, Anchor.NEW, at(5, 1), ACTOR).orThrow();
    var refusal = refusal(anchors.advance(KEY, at(5, 9), at(6, 2), ACTOR));
    assertThat(refusal.code()).isEqualTo(ResourceCode.ANCHOR_MOVED);
    assertThat(refusal.found()).isEqualTo("sequence 5 of another chain");
  }

  @Test
  void a_volume_that_has_an_anchor_is_not_new_and_one_that_has_none_is_not_old() {
    assertThat(refusal(anchors.advance(KEY, at(1, 1), at(2, 2), ACTOR)).found()).isEqualTo("none");
    anchors.advance(KEY, Anchor.NEW, at(1, 1), ACTOR).orThrow();
    assertThat(refusal(anchors.advance(KEY, Anchor.NEW, at(2, 2), ACTOR)).code())
        .isEqualTo(ResourceCode.ANCHOR_MOVED);
  }

  @Test
  void a_sequence_that_does_not_grow_is_refused() {
    assertThat(refusal(anchors.advance(KEY, Anchor.NEW, at(0, 1), ACTOR)).code())
        .isEqualTo(ResourceCode.ANCHOR_NOT_GROWING);
    anchors.advance(KEY, Anchor.NEW, at(5, 1), ACTOR).orThrow();
    for (long sequence : new long[] {0, 4, 5})
      assertThat(refusal(anchors.advance(KEY, at(5, 1), at(sequence, 2), ACTOR)).code())
          .isEqualTo(ResourceCode.ANCHOR_NOT_GROWING);
    assertThat(anchors.advance(KEY, at(5, 1), at(Long.MAX_VALUE, 2), ACTOR).isGranted()).isTrue();
  }

  @Test
  void of_two_agents_that_race_exactly_one_wins() throws Exception {
    var last = Anchor.NEW;
    for (int round = 1; round <= 20; round++) {
      var expected = last;
      long sequence = round;
      var outcomes =
          ResourceStoreContract.together(
              4, i -> anchors.advance(KEY, expected, at(sequence, 10 + i), ACTOR));
      assertThat(outcomes.stream().filter(Outcome::isGranted)).hasSize(1);
      assertThat(outcomes.stream().filter(o -> !o.isGranted()).map(o -> refusal(o).code()))
          .containsOnly(ResourceCode.ANCHOR_MOVED);
      last = anchors.read(KEY).orThrow();
      assertThat(outcomes.stream().filter(Outcome::isGranted).findFirst().orElseThrow().orThrow())
          .isEqualTo(last);
    }
    assertThat(audit.events()).hasSize(20);
  }

  @Test
  void owners_and_tenants_have_a_bounded_number_also_when_many_create_at_once() throws Exception {
    anchors = anchors(new AnchorLimits(3, 5));
    var outcomes =
        ResourceStoreContract.together(
            12,
            i ->
                anchors.advance(
                    new AnchorKey("acme", "owner" + i % 2, "v" + i), Anchor.NEW, at(1, 1), ACTOR));
    assertThat(outcomes.stream().filter(Outcome::isGranted)).hasSize(5);
    assertThat(outcomes.stream().filter(o -> !o.isGranted()).map(o -> refusal(o).code()))
        .containsOnly(ResourceCode.ANCHOR_QUOTA_EXCEEDED);
    assertThat(
            anchors
                .advance(new AnchorKey("else", "owner0", "v"), Anchor.NEW, at(1, 1), ACTOR)
                .isGranted())
        .isTrue();
  }

  @Test
  void an_administrator_deletes_an_anchor_and_the_trail_tells() {
    anchors.advance(KEY, Anchor.NEW, at(5, 1), ACTOR).orThrow();
    assertThat(anchors.delete(KEY, "admin:ann").orThrow()).isEqualTo(at(5, 1));
    assertThat(refusal(anchors.delete(KEY, "admin:ann")).code())
        .isEqualTo(ResourceCode.ANCHOR_MISSING);
    assertThat(anchors.advance(KEY, Anchor.NEW, at(1, 1), ACTOR).isGranted()).isTrue();
    assertThat(audit.events()).hasSize(3);
    assertThat(audit.events().get(1))
        .startsWith("anchor granted acme admin:ann {\"action\":\"delete\"")
        .contains("\"sequence\":5");
  }

  @Test
  void anchors_are_listed_by_owner_and_volume_page_by_page() {
    for (String owner : List.of("b", "a"))
      for (String volume : List.of("y", "x"))
        anchors
            .advance(new AnchorKey("acme", owner, volume), Anchor.NEW, at(3, 1), ACTOR)
            .orThrow();
    anchors.advance(new AnchorKey("else", "a", "x"), Anchor.NEW, at(1, 1), ACTOR).orThrow();
    assertThat(anchors.list("acme", "", "", "", 10))
        .extracting(entry -> entry.owner() + "/" + entry.volume() + " " + entry.anchor())
        .containsExactly("a/x sequence 3", "a/y sequence 3", "b/x sequence 3", "b/y sequence 3");
    assertThat(anchors.list("acme", "", "a", "x", 2))
        .extracting(entry -> entry.owner() + "/" + entry.volume())
        .containsExactly("a/y", "b/x");
    assertThat(anchors.list("acme", "b", "", "", 10)).hasSize(2);
    assertThat(anchors.list("acme", "%", "", "", 10)).isEmpty();
    assertThat(anchors.list("acme", "b", "", "", 1).getFirst().changed())
        .isEqualTo(Instant.parse("2026-11-21T10:00:00Z"));
  }

  @Test
  void an_advance_that_cannot_be_recorded_is_not_made() {
    audit.failing = true;
    assertThatThrownBy(() -> anchors.advance(KEY, Anchor.NEW, at(5, 1), ACTOR))
        .hasMessage("the trail is full");
    assertThat(anchors.read(KEY).orThrow()).isEqualTo(Anchor.NEW);
  }

  static Stream<AnchorKey> malformed() {
    return Stream.of(
        new AnchorKey("", "o", "v"),
        new AnchorKey("a/b", "o", "v"),
        new AnchorKey("..", "o", "v"),
        new AnchorKey("acme", "", "v"),
        new AnchorKey("acme", "o\u0000", "v"),
        new AnchorKey("acme", "o o", "v"),
        new AnchorKey("acme", "o".repeat(513), "v"),
        new AnchorKey("acme", "o", ""),
        new AnchorKey("acme", "o", "../v"),
        new AnchorKey("acme", "o", ".v"),
        new AnchorKey("acme", "o", "v\n"),
        new AnchorKey("acme", "o", "v".repeat(129)));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void a_key_of_another_form_is_refused(AnchorKey key) {
    assertThat(refusal(anchors.read(key)).code()).isEqualTo(ResourceCode.ANCHOR_MALFORMED);
    assertThat(refusal(anchors.advance(key, Anchor.NEW, at(1, 1), ACTOR)).code())
        .isEqualTo(ResourceCode.ANCHOR_MALFORMED);
    assertThat(refusal(anchors.delete(key, ACTOR)).code()).isEqualTo(ResourceCode.ANCHOR_MALFORMED);
  }

  @Test
  void an_anchor_of_another_shape_cannot_be_made() {
    assertThatThrownBy(() -> new Anchor(-1, new byte[32]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Anchor(1, new byte[31]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
