package dev.theca.broker.audit;

import static dev.theca.broker.audit.World.code;
import static dev.theca.broker.audit.World.verify;
import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.broker.token.EcdsaSigning;
import dev.theca.wire.Outcome;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way to rewrite an export, and what the verifier says of it. */
class AuditVerifyTest {
  @TempDir private static Path folder;
  private static World world; // read only
  private static Expected ours;

  @BeforeAll
  static void open() {
    world = new World(folder);
    world.records(200);
    ours = Expected.key(world.keyId());
  }

  @AfterAll
  static void close() {
    world.close();
  }

  /** The line of a record. */
  private static int at(List<String> lines, long seq) {
    for (int i = 1; i < lines.size(); i++)
      if (lines.get(i).contains("\"seq\":" + seq + ",\"tenant\"")) return i;
    throw new AssertionError("no record " + seq);
  }

  private static JsonObject object(String line) {
    return Json.object(line.getBytes(StandardCharsets.UTF_8)).orThrow();
  }

  private static JsonObject with(JsonObject object, String name, JsonValue value) {
    var members = new LinkedHashMap<>(object.members());
    members.put(name, value);
    return new JsonObject(members);
  }

  private static String rehashed(JsonObject record) {
    var members = new LinkedHashMap<>(record.members());
    members.remove("hash");
    String hash = AuditRecord.hash(Json.canonical(new JsonObject(members)));
    return Json.text(with(record, "hash", new dev.theca.wire.json.JsonString(hash)));
  }

  /** Gives all records from a place on the hashes that follow, as a forger would. */
  private static void rechain(List<String> lines, int from) {
    String previous = "";
    for (int i = from; i < lines.size(); i++) {
      var record = object(lines.get(i));
      if (record.get("head").isPresent()) continue;
      if (!previous.isEmpty())
        record = with(record, "previous", new dev.theca.wire.json.JsonString(previous));
      lines.set(i, rehashed(record));
      previous = object(lines.get(i)).string("hash").orElseThrow();
    }
  }

  @Test
  void an_untouched_export_is_verified_with_its_figures() {
    var report = verify(world.lines(), ours).orThrow();
    assertThat(report.first()).isEqualTo(1);
    assertThat(report.last()).isEqualTo(202);
    assertThat(report.records()).isEqualTo(202);
    assertThat(report.vouchedThrough()).isEqualTo(202);
    assertThat(report.signers()).containsExactly(world.keyId());
    assertThat(report.heads()).isEqualTo(4);
  }

  @Test
  void a_changed_detail_is_found_at_its_record() {
    var lines = world.lines();
    int i = at(lines, 77);
    lines.set(i, lines.get(i).replace("default/key/74", "default/key/75"));
    lines.set(i, lines.get(i).replace("default/key/75", "default/key/99"));
    var outcome = verify(lines, ours);
    assertThat(code(outcome)).isEqualTo("audit-changed");
    assertThat(((Outcome.Refused<AuditReport>) outcome).reasons().getFirst().what())
        .isEqualTo("record 77");
  }

  @Test
  void a_changed_detail_with_a_fitting_hash_breaks_the_next_record() {
    var lines = world.lines();
    int i = at(lines, 77);
    lines.set(
        i,
        rehashed(
            with(object(lines.get(i)), "actor", new dev.theca.wire.json.JsonString("admin:x"))));
    assertThat(code(verify(lines, ours))).isEqualTo("audit-chain");
  }

  @Test
  void a_chain_rewritten_to_its_end_breaks_at_the_signed_head() {
    var lines = world.lines();
    int i = at(lines, 150);
    lines.set(
        i,
        rehashed(
            with(object(lines.get(i)), "actor", new dev.theca.wire.json.JsonString("admin:x"))));
    rechain(lines, i);
    assertThat(code(verify(lines, ours))).isEqualTo("audit-head");
  }

  @Test
  void a_removed_record_is_missed() {
    var lines = world.lines();
    lines.remove(at(lines, 100));
    assertThat(code(verify(lines, ours))).isEqualTo("audit-order");
  }

  @Test
  void swapped_records_are_out_of_order() {
    var lines = world.lines();
    int i = at(lines, 100);
    java.util.Collections.swap(lines, i, at(lines, 101));
    assertThat(code(verify(lines, ours))).isEqualTo("audit-order");
  }

  @Test
  void a_record_that_stands_twice_is_out_of_order() {
    var lines = world.lines();
    lines.add(at(lines, 100), lines.get(at(lines, 100)));
    assertThat(code(verify(lines, ours))).isEqualTo("audit-order");
  }

  @Test
  void a_tail_cut_at_a_signed_head_shows_against_a_known_head() {
    var lines = world.lines();
    var known = verify(lines, ours).orThrow();
    int end =
        lines.lastIndexOf(
            lines.stream()
                .filter(l -> l.contains("\"seq\":191,\"signature\""))
                .findFirst()
                .orElseThrow());
    var cut = lines.subList(0, end + 1);
    assertThat(code(verify(cut, ours))).isEqualTo("granted");
    assertThat(code(verify(cut, ours.andHead(known.last(), known.hash()))))
        .isEqualTo("audit-truncated");
  }

  @Test
  void a_tail_cut_between_signed_heads_leaves_records_without_signature() {
    var lines = world.lines();
    var cut = lines.subList(0, at(lines, 200) + 1);
    assertThat(code(verify(cut, ours))).isEqualTo("audit-unsigned");
  }

  @Test
  void a_forged_head_does_not_hold() {
    var lines = world.lines();
    var head = object(lines.getLast()).object("head").orElseThrow();
    var other = Jwk.generate("P-256").privateKey().orElseThrow();
    var forged = SignedHead.sign(202, head.string("hash").orElseThrow(), 0, world.keyId(), other);
    lines.set(lines.size() - 1, AuditExport.headLine(forged));
    assertThat(code(verify(lines, ours))).isEqualTo("audit-signature");
  }

  @Test
  void a_head_of_a_key_that_is_not_in_the_chain_is_refused() {
    var lines = world.lines();
    var pair = Jwk.generate("P-256");
    String hash = object(lines.getLast()).object("head").orElseThrow().string("hash").orElseThrow();
    var head =
        SignedHead.sign(
            202,
            hash,
            0,
            dev.theca.broker.token.Thumbprint.of(pair),
            pair.privateKey().orElseThrow());
    lines.set(lines.size() - 1, AuditExport.headLine(head));
    assertThat(code(verify(lines, ours))).isEqualTo("audit-key");
  }

  /** The whole export again, signed by a key of the forger's: consistent, but not ours. */
  private static List<String> resigned(List<String> lines, Jwk pair) {
    var change = KeyChange.first(Jwk.of(pair.publicKey()).orThrow());
    PrivateKey key = EcdsaSigning.prepared(pair.privateKey().orElseThrow());
    var forged = new ArrayList<>(lines);
    forged.set(0, Json.text(with(object(lines.getFirst()), "keys", JsonArray.of(change.json()))));
    forged.set(1, Json.text(with(object(lines.get(1)), "detail", change.json())));
    rechain(forged, 1);
    String hash = "";
    long seq = 0;
    for (int i = 1; i < forged.size(); i++) {
      var line = object(forged.get(i));
      if (line.get("head").isPresent()) {
        forged.set(i, AuditExport.headLine(SignedHead.sign(seq, hash, 0, change.id(), key)));
      } else {
        seq = line.integer("seq").orElseThrow();
        hash = line.string("hash").orElseThrow();
      }
    }
    return forged;
  }

  @Test
  void an_export_signed_again_by_another_key_is_not_of_the_expected_one() {
    var lines = world.lines();
    var known = verify(lines, ours).orThrow();
    var forged = resigned(lines, Jwk.generate("P-256"));
    assertThat(code(verify(forged, Expected.nothing())))
        .as("the forgery is consistent in itself, so that the test means something")
        .isEqualTo("granted");
    assertThat(verify(forged, Expected.nothing()).orThrow().vouchedThrough()).isZero();
    assertThat(code(verify(forged, ours))).isEqualTo("audit-key");
    assertThat(code(verify(forged, Expected.head(known.last(), known.hash()))))
        .isEqualTo("audit-head");
  }

  @Test
  void a_record_of_another_chain_does_not_follow() throws java.io.IOException {
    var lines = world.lines();
    try (var other = new World(java.nio.file.Files.createDirectory(folder.resolve("other")))) {
      other.records(200);
      var foreign = other.lines();
      lines.set(at(lines, 120), foreign.get(at(foreign, 120)));
    }
    assertThat(code(verify(lines, ours))).isEqualTo("audit-chain");
  }

  @Test
  void records_added_behind_the_last_head_are_not_covered() {
    var lines = world.lines();
    var report = verify(lines, ours).orThrow();
    var added = AuditRecord.after(203, report.hash(), 5, World.event("release", "admin:x", 1));
    lines.add(added.line());
    assertThat(code(verify(lines, ours))).isEqualTo("audit-unsigned");
  }

  @Test
  void keys_follow_one_another_through_rotations(@TempDir Path own) {
    try (var rotated = new World(own)) {
      rotated.records(20);
      String first = rotated.keyId();
      rotated.trail.rotateKey("admin:ann");
      rotated.records(70);
      String second = rotated.trail.rotateKey("admin:ann");
      rotated.records(3);
      var lines = rotated.lines();
      assertThat(verify(lines, Expected.key(first)).orThrow().vouchedThrough()).isEqualTo(97);
      assertThat(verify(lines, Expected.key(second)).orThrow().signers()).hasSize(2);
      assertThat(code(verify(lines, Expected.key("of-nobody")))).isEqualTo("audit-key");
      assertThat(code(verify(rotated.export(ExportRange.since(80)), Expected.key(first))))
          .as("a part verifies under the first key, by the changes in its header")
          .isEqualTo("granted");
    }
  }

  @Test
  void a_key_that_was_replaced_signs_no_later_head() {
    var pair = Jwk.generate("P-256");
    var lines = resigned(world.lines(), pair);
    var key = pair.privateKey().orElseThrow();
    var last = object(lines.get(at(lines, 202)));
    String hash = last.string("hash").orElseThrow();
    var next = Jwk.of(Jwk.generate("P-256").publicKey()).orThrow();
    var change = KeyChange.signed(next, 203, hash, key);
    var announced =
        AuditRecord.after(
            203, hash, 9, new Event("audit-key", "granted", "", "admin:ann", change.json()));
    lines.add(announced.line());
    String old = KeyChange.first(Jwk.of(pair.publicKey()).orThrow()).id();
    lines.add(AuditExport.headLine(SignedHead.sign(203, announced.hash(), 9, old, key)));
    assertThat(code(verify(lines, Expected.nothing()))).isEqualTo("audit-key");
  }

  @Test
  void a_key_that_the_one_before_did_not_agree_to_is_refused() {
    var pair = Jwk.generate("P-256");
    var lines = resigned(world.lines(), pair);
    String hash = object(lines.get(at(lines, 202))).string("hash").orElseThrow();
    var stranger = Jwk.generate("P-256");
    var change =
        KeyChange.signed(
            Jwk.of(stranger.publicKey()).orThrow(), 203, hash, stranger.privateKey().orElseThrow());
    lines.add(
        AuditRecord.after(
                203, hash, 9, new Event("audit-key", "granted", "", "admin:ann", change.json()))
            .line());
    assertThat(code(verify(lines, Expected.nothing()))).isEqualTo("audit-key");
  }

  @Test
  void a_part_by_sequence_goes_on_to_the_next_head_and_verifies() {
    var part = world.export(new ExportRange.Sequences(70, 80));
    var report = verify(part, ours).orThrow();
    assertThat(report.first()).isEqualTo(70);
    assertThat(report.last()).isEqualTo(127);
    assertThat(code(verify(part, Expected.head(10, "00")))).isEqualTo("audit-head");
  }

  @Test
  void an_export_since_the_end_is_empty_and_verifies() {
    var whole = verify(world.lines(), ours).orThrow();
    var rest = world.export(ExportRange.since(whole.last() + 1));
    var report = verify(rest, ours.andHead(whole.last(), whole.hash())).orThrow();
    assertThat(report.records()).isZero();
    assertThat(code(verify(rest, Expected.head(whole.last(), "ff".repeat(32)))))
        .isEqualTo("audit-head");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[]",
        "no json",
        "{\"format\":\"theca-audit-2\",\"first\":1,\"previous\":\"\",\"keys\":[]}",
        "{\"format\":\"theca-audit-1\",\"first\":0,\"previous\":\"\",\"keys\":[]}",
        "{\"format\":\"theca-audit-1\",\"first\":-5,\"previous\":\"zz\",\"keys\":[1]}"
      })
  void a_malformed_header_is_refused(String header) {
    assertThat(code(verify(header, Expected.nothing()))).isEqualTo("audit-malformed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"seq\":1}",
        "{\"head\":{}}",
        "{\"head\":{\"seq\":0}}",
        "null",
        "\u00ff\u00fe",
        "{\"seq\":1,\"hash\":\"\",\"previous\":\"\",\"n\":1e999}",
        "{\"seq\":1,\"seq\":1,\"hash\":\"\",\"previous\":\"\"}"
      })
  void a_malformed_line_is_refused(String line) {
    var header = world.lines().getFirst();
    assertThat(code(verify(List.of(header, line), Expected.nothing())))
        .isIn("audit-malformed", "audit-changed");
  }

  @Test
  void an_endless_line_is_refused_without_reading_on() {
    var lines = world.lines();
    lines.add("{\"x\":\"" + "x".repeat(70_000) + "\"}");
    assertThat(code(verify(lines, ours))).isEqualTo("audit-malformed");
  }
}
