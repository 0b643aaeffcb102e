package dev.theca.broker.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.broker.seal.FileKey;
import dev.theca.broker.seal.Keyring;
import dev.theca.broker.seal.SealFault;
import dev.theca.broker.store.Database;
import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the store of resources promises, on whatever database. */
abstract class ResourceStoreContract {
  static final String PATH = "acme/key/db";
  static final String ADMIN = "admin:ann";

  @TempDir Path folder;
  Instant now = Instant.parse("2026-11-21T10:00:00Z");
  RecordedAudit audit;
  Keyring keyring;
  ResourceStore store;

  abstract Database database();

  @BeforeEach
  void open_the_store() {
    audit = new RecordedAudit(database());
    keyring =
        Keyring.open(database(), FileKey.openOrCreate(folder.resolve("kek")), List.of(), () -> now);
    store = store(ResourceLimits.DEFAULT);
  }

  @AfterEach
  void close_the_keyring() {
    keyring.close();
  }

  ResourceStore store(ResourceLimits limits) {
    return new ResourceStore(database(), keyring, audit, limits, () -> now);
  }

  static Secret secret(String text) {
    return Secret.moveFrom(text.getBytes(StandardCharsets.UTF_8));
  }

  VersionInfo put(String path, String text) {
    return store.put(path, secret(text), PutOptions.DEFAULT, ADMIN).orThrow();
  }

  static String text(Outcome<ResourceValue> outcome) {
    try (var value = outcome.orThrow()) {
      return value.value().lend(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }
  }

  static String code(Outcome<?> outcome) {
    return switch (outcome) {
      case Outcome.Granted<?>(var value) -> "granted " + value;
      case Outcome.Refused<?>(var reasons) -> reasons.getFirst().code().id();
    };
  }

  @Test
  void each_put_makes_a_version_and_the_newest_is_given() {
    assertThat(put(PATH, "one").version()).isEqualTo(1);
    assertThat(put(PATH, "two").version()).isEqualTo(2);
    assertThat(text(store.get(PATH))).isEqualTo("two");
    assertThat(text(store.get(PATH, 1))).isEqualTo("one");
    assertThat(store.versions(PATH).orThrow())
        .extracting(VersionInfo::version)
        .containsExactly(1L, 2L);
    assertThat(code(store.get(PATH, 3))).isEqualTo("resource-missing");
    assertThat(code(store.get("acme/key/other"))).isEqualTo("resource-missing");
    assertThat(code(store.versions("acme/key/other"))).isEqualTo("resource-missing");
  }

  @Test
  void a_revoked_version_is_not_given_and_the_one_before_is() {
    put(PATH, "one");
    put(PATH, "two");
    assertThat(store.revoke(PATH, 2, ADMIN).orThrow().revoked()).isTrue();
    assertThat(text(store.get(PATH))).isEqualTo("one");
    assertThat(code(store.get(PATH, 2))).isEqualTo("resource-revoked");
    store.revoke(PATH, 1, ADMIN).orThrow();
    assertThat(code(store.get(PATH))).isEqualTo("resource-revoked");
    assertThat(code(store.reveal(PATH, 1, ADMIN))).isEqualTo("resource-revoked");
    assertThat(code(store.revoke(PATH, 9, ADMIN))).isEqualTo("resource-missing");
  }

  @Test
  void an_expired_version_is_not_given_from_its_last_moment_on() {
    put(PATH, "one");
    var end = now.plusSeconds(60);
    store.put(PATH, secret("two"), PutOptions.DEFAULT.expiring(end), ADMIN).orThrow();
    now = end.minusMillis(1);
    assertThat(text(store.get(PATH))).isEqualTo("two");
    now = end;
    assertThat(text(store.get(PATH))).isEqualTo("one");
    assertThat(code(store.get(PATH, 2))).isEqualTo("resource-expired");
    store.expire(PATH, 1, now, ADMIN).orThrow();
    assertThat(code(store.get(PATH))).isEqualTo("resource-expired");
    store.expire(PATH, 2, now.plusSeconds(1), ADMIN).orThrow();
    assertThat(text(store.get(PATH))).isEqualTo("two");
    assertThat(code(store.put(PATH, secret("x"), PutOptions.DEFAULT.expiring(now), ADMIN)))
        .isEqualTo("resource-options-malformed");
  }

  @Test
  void deleting_deletes_all_versions_and_frees_what_they_took() {
    put(PATH, "one");
    put(PATH, "two");
    put("acme/key/other", "three");
    assertThat(store.tenants().usage("acme")).isEqualTo(new Quota(2, 11, 3));
    assertThat(store.delete(PATH, ADMIN).orThrow()).isEqualTo(2);
    assertThat(code(store.get(PATH, 1))).isEqualTo("resource-missing");
    assertThat(store.tenants().usage("acme")).isEqualTo(new Quota(1, 5, 1));
    assertThat(code(store.delete(PATH, ADMIN))).isEqualTo("resource-missing");
    store.delete("acme/key/other", ADMIN).orThrow();
    assertThat(store.tenants().usage("acme")).isEqualTo(Quota.NONE);
    assertThat(put(PATH, "again").version()).isEqualTo(1);
  }

  @Test
  void old_versions_beyond_the_kept_ones_go() {
    store = store(new ResourceLimits(100, 2, Quota.DEFAULT));
    for (int i = 1; i <= 5; i++) put(PATH, "value" + i);
    assertThat(store.versions(PATH).orThrow())
        .extracting(VersionInfo::version)
        .containsExactly(3L, 4L, 5L);
    assertThat(code(store.get(PATH, 2))).isEqualTo("resource-missing");
    assertThat(store.tenants().usage("acme")).isEqualTo(new Quota(1, 18, 3));
  }

  @Test
  void a_writer_that_saw_another_version_is_refused() {
    assertThat(code(store.put(PATH, secret("x"), PutOptions.DEFAULT.ifVersion(1), ADMIN)))
        .isEqualTo("resource-version-moved");
    store.put(PATH, secret("one"), PutOptions.DEFAULT.ifAbsent(), ADMIN).orThrow();
    assertThat(code(store.put(PATH, secret("x"), PutOptions.DEFAULT.ifAbsent(), ADMIN)))
        .isEqualTo("resource-version-moved");
    store.put(PATH, secret("two"), PutOptions.DEFAULT.ifVersion(1), ADMIN).orThrow();
    assertThat(code(store.put(PATH, secret("x"), PutOptions.DEFAULT.ifVersion(1), ADMIN)))
        .isEqualTo("resource-version-moved");
    assertThat(text(store.get(PATH))).isEqualTo("two");
  }

  @Test
  void of_many_conditional_writers_exactly_one_wins() throws Exception {
    var outcomes =
        together(
            16,
            i ->
                store.put(PATH, secret("w" + i), PutOptions.DEFAULT.ifAbsent(), ADMIN).isGranted());
    assertThat(outcomes).containsOnlyOnce(true);
    assertThat(store.versions(PATH).orThrow()).hasSize(1);
  }

  @Test
  void many_writers_of_one_path_all_get_a_version_of_their_own() throws Exception {
    store = store(new ResourceLimits(100, 100, Quota.DEFAULT));
    var versions = together(24, i -> put(PATH, "writer " + i).version());
    assertThat(versions).doesNotHaveDuplicates().hasSize(24);
    for (long version : versions) assertThat(text(store.get(PATH, version))).startsWith("writer");
    assertThat(store.tenants().usage("acme").versions()).isEqualTo(24);
  }

  @Test
  void tenants_are_listed_by_name_with_what_they_keep_and_may_keep() {
    assertThat(store.tenants().list("", 10)).isEmpty();
    store.put("b/key/one", secret("five!"), PutOptions.DEFAULT, ADMIN).orThrow();
    store.tenants().setQuota("a", new Quota(1, 2, 3), ADMIN).orThrow();
    store.put("c/key/one", secret("x"), PutOptions.DEFAULT, ADMIN).orThrow();
    store.tenants().setQuota("c", new Quota(7, 8, 9), ADMIN).orThrow();
    assertThat(store.tenants().list("", 10))
        .containsExactly(
            new TenantInfo("a", Quota.NONE, new Quota(1, 2, 3)),
            new TenantInfo("b", new Quota(1, 5, 1), store.tenants().quota("nobody")),
            new TenantInfo("c", new Quota(1, 1, 1), new Quota(7, 8, 9)));
    assertThat(store.tenants().list("a", 1)).extracting(TenantInfo::name).containsExactly("b");
    store.delete("b/key/one", ADMIN).orThrow();
    assertThat(store.tenants().list("", 10)).extracting(TenantInfo::name).containsExactly("a", "c");
  }

  @Test
  void a_quota_is_exact_when_many_write_at_once() throws Exception {
    store.tenants().setQuota("acme", new Quota(10, 1000, 100), ADMIN).orThrow();
    var codes =
        together(
            30, i -> code(store.put("acme/key/k" + i, secret("12345"), PutOptions.DEFAULT, ADMIN)));
    assertThat(codes.stream().filter(c -> c.startsWith("granted"))).hasSize(10);
    assertThat(codes.stream().filter(c -> c.equals("quota-exceeded"))).hasSize(20);
    assertThat(store.tenants().usage("acme")).isEqualTo(new Quota(10, 50, 10));
    assertThat(store.list("acme", "", 100)).hasSize(10);
  }

  static List<Quota> tight() {
    return List.of(new Quota(1, 100, 100), new Quota(100, 5, 100), new Quota(100, 100, 1));
  }

  @ParameterizedTest
  @MethodSource("tight")
  void what_exceeds_any_part_of_a_quota_is_refused_with_figures(Quota quota) {
    store = store(new ResourceLimits(100, 10, quota));
    put(PATH, "four");
    var refused =
        (Outcome.Refused<VersionInfo>)
            store.put("acme/key/other", secret("four"), PutOptions.DEFAULT, ADMIN);
    assertThat(refused.reasons().getFirst().code()).isEqualTo(ResourceCode.QUOTA_EXCEEDED);
    assertThat(refused.reasons().getFirst().found()).isEqualTo("2 resources, 8 bytes, 2 versions");
    assertThat(store.put("else/key/db", secret("four"), PutOptions.DEFAULT, ADMIN).isGranted())
        .isTrue();
    assertThat(store.tenants().usage("acme")).isEqualTo(new Quota(1, 4, 1));
  }

  @Test
  void what_is_counted_is_what_is_kept_after_any_changes() throws Exception {
    store = store(new ResourceLimits(100, 2, new Quota(6, 60, 12)));
    var random = new java.util.Random(11);
    var steps = random.ints(200, 0, 1 << 20).toArray();
    var outcomes = together(steps.length, i -> step(steps[i]));
    assertThat(outcomes).contains(true, false);
    var kept =
        database()
            .read(
                sql ->
                    sql.one(
                        "SELECT (SELECT COUNT(*) FROM resource), COALESCE(SUM(size_bytes), 0),"
                            + " COUNT(*) FROM resource_version",
                        row -> new Quota(row.number(1), row.number(2), row.number(3))))
            .orElseThrow();
    assertThat(store.tenants().usage("acme")).isEqualTo(kept);
    assertThat(kept.bytes()).isBetween(1L, 60L);
  }

  private boolean step(int random) {
    String path = "acme/key/k" + random % 8;
    int choice = random / 8 % 8;
    return switch (choice) {
      case 0 -> store.delete(path, ADMIN).isGranted();
      case 1 ->
          store
              .generate(
                  path,
                  new Recipe.RandomBytes(1 + random % 5),
                  Rotation.NEVER,
                  PutOptions.DEFAULT,
                  ADMIN)
              .isGranted();
      case 2 -> store.rotate(path, ADMIN).isGranted();
      default ->
          store
              .put(path, secret("x".repeat(random / 64 % 9)), PutOptions.DEFAULT, ADMIN)
              .isGranted();
    };
  }

  @Test
  void a_smaller_quota_deletes_nothing_and_lets_deletion_through() {
    put(PATH, "one");
    put("acme/key/other", "two");
    store.tenants().setQuota("acme", Quota.NONE, ADMIN).orThrow();
    assertThat(text(store.get(PATH))).isEqualTo("one");
    assertThat(code(store.put(PATH, secret("x"), PutOptions.DEFAULT, ADMIN)))
        .isEqualTo("quota-exceeded");
    assertThat(store.delete(PATH, ADMIN).isGranted()).isTrue();
    assertThat(code(store.tenants().setQuota("a/b", Quota.NONE, ADMIN)))
        .isEqualTo("quota-malformed");
    assertThat(code(store.tenants().setQuota("acme", new Quota(-1, 0, 0), ADMIN)))
        .isEqualTo("quota-malformed");
  }

  @Test
  void a_value_beyond_the_size_limit_is_refused() {
    store = store(new ResourceLimits(4, 10, Quota.DEFAULT));
    assertThat(code(store.put(PATH, secret("12345"), PutOptions.DEFAULT, ADMIN)))
        .isEqualTo("resource-too-large");
    assertThat(put(PATH, "1234").sizeBytes()).isEqualTo(4);
    assertThat(put(PATH, "").sizeBytes()).isZero();
    assertThat(text(store.get(PATH))).isEmpty();
  }

  private static final List<String> TRICKS =
      List.of(
          "",
          "a",
          "a/b",
          "a/b/c/d",
          "/a/b",
          "a//b",
          "a/b/",
          "../b/c",
          "a/../c",
          "a/b/..",
          "a/b/.c",
          ".a/b/c",
          "a%2fb/c/d",
          "a/b/c%00",
          "a/b/c\u0000",
          "a/b/c\n",
          "a\\b/c/d",
          "a/b/c'--",
          "a/b/c;x",
          "\u00e4/b/c",
          "a/b/c ",
          "a/b/\u2215",
          "%2e%2e/b/c",
          "a/b/*");

  @Test
  void a_path_of_another_form_is_refused_everywhere() {
    for (String path : TRICKS) refusedEverywhere(path);
    assertThat(audit.events()).isEmpty();
  }

  private void refusedEverywhere(String path) {
    assertThat(code(store.put(path, secret("x"), PutOptions.DEFAULT, ADMIN)))
        .isEqualTo("resource-path-malformed");
    assertThat(code(store.get(path))).isEqualTo("resource-path-malformed");
    assertThat(code(store.get(path, 1))).isEqualTo("resource-path-malformed");
    assertThat(code(store.reveal(path, 1, ADMIN))).isEqualTo("resource-path-malformed");
    assertThat(code(store.delete(path, ADMIN))).isEqualTo("resource-path-malformed");
    assertThat(code(store.revoke(path, 1, ADMIN))).isEqualTo("resource-path-malformed");
    assertThat(code(store.expire(path, 1, now, ADMIN))).isEqualTo("resource-path-malformed");
    assertThat(code(store.versions(path))).isEqualTo("resource-path-malformed");
    assertThat(code(store.rotate(path, ADMIN))).isEqualTo("resource-path-malformed");
    assertThat(
            code(
                store.generate(
                    path, Recipe.Key.AES_256, Rotation.NEVER, PutOptions.DEFAULT, ADMIN)))
        .isEqualTo("resource-path-malformed");
  }

  @Test
  void a_long_path_is_refused_and_not_repeated_whole() {
    var refused = (Outcome.Refused<ResourceValue>) store.get("a/b/" + "c".repeat(100_000));
    assertThat(refused.reasons().getFirst().found()).hasSizeLessThan(200);
  }

  @Test
  void a_generated_value_is_given_to_workloads_and_never_to_administrators() {
    var info =
        store
            .generate(PATH, Recipe.Key.AES_256, Rotation.NEVER, PutOptions.DEFAULT, ADMIN)
            .orThrow();
    assertThat(info.generated()).isTrue();
    try (var value = store.get(PATH).orThrow()) {
      assertThat(value.value().sizeBytes()).isEqualTo(32);
      assertThat(value.toString()).contains("Secret[32 bytes]");
    }
    assertThat(code(store.reveal(PATH, 1, ADMIN))).isEqualTo("resource-generated");
    assertThat(code(store.put(PATH, secret("mine"), PutOptions.DEFAULT, ADMIN)))
        .isEqualTo("resource-generated");
    put("acme/key/put", "mine");
    assertThat(text(store.reveal("acme/key/put", 1, ADMIN))).isEqualTo("mine");
    assertThat(audit.events().getLast()).contains("\"action\":\"reveal\"");
    assertThat(code(store.rotate("acme/key/put", ADMIN))).isEqualTo("resource-not-generated");
    assertThat(code(store.rotate("acme/key/none", ADMIN))).isEqualTo("resource-missing");
    assertThat(
            code(
                store.generate(
                    "acme/key/put", Recipe.Key.AES_256, Rotation.NEVER, PutOptions.DEFAULT, ADMIN)))
        .isEqualTo("resource-not-generated");
  }

  @Test
  void a_generated_pair_shows_its_public_half_only() {
    var info =
        store
            .generate(PATH, Recipe.Key.EC_P256, Rotation.NEVER, PutOptions.DEFAULT, ADMIN)
            .orThrow();
    assertThat(info.publicKey().orElseThrow().members()).containsOnlyKeys("kty", "crv", "x", "y");
    assertThat(store.versions(PATH).orThrow()).containsExactly(info);
    assertThat(info.toString()).doesNotContain("\"d\"");
  }

  @Test
  void what_is_due_is_rotated_once_and_old_versions_are_had_by_number_until_they_expire() {
    var rotation = new Rotation(Duration.ofDays(1), Duration.ofDays(3));
    store.generate(PATH, Recipe.Key.AES_256, rotation, PutOptions.DEFAULT, ADMIN).orThrow();
    store
        .generate("acme/key/still", Recipe.Key.AES_256, Rotation.NEVER, PutOptions.DEFAULT, ADMIN)
        .orThrow();
    assertThat(store.sweep(now).rotated()).isZero();
    now = now.plus(Duration.ofDays(1));
    assertThat(store.sweep(now).rotated()).isEqualTo(1);
    assertThat(store.sweep(now).rotated()).isZero();
    try (var first = store.get(PATH, 1).orThrow();
        var newest = store.get(PATH).orThrow()) {
      assertThat(newest.info().version()).isEqualTo(2);
      assertThat(newest.value().sameAs(first.value())).isFalse();
    }
    assertThat(store.list("acme", "", 10).getFirst().rotates())
        .contains(now.plus(Duration.ofDays(1)));
    now = now.plus(Duration.ofDays(2));
    assertThat(code(store.get(PATH, 1))).isEqualTo("resource-expired");
    assertThat(store.get(PATH).isGranted()).isTrue();
    assertThat(audit.events().getLast()).contains("rotate", "leader");
  }

  @Test
  void two_leaders_rotate_each_resource_once() throws Exception {
    for (int i = 0; i < 120; i++)
      store
          .generate(
              "acme/key/k" + i,
              Recipe.Key.AES_256,
              Rotation.every(Duration.ofHours(1)),
              PutOptions.DEFAULT,
              ADMIN)
          .orThrow();
    now = now.plus(Duration.ofHours(2));
    var swept = together(2, _ -> store.sweep(now));
    assertThat(swept.stream().mapToInt(Swept::rotated).sum()).isEqualTo(120);
    assertThat(swept.stream().flatMap(s -> s.refused().stream())).isEmpty();
    assertThat(store.list("acme", "", 1000)).allMatch(info -> info.lastVersion() == 2);
  }

  @Test
  void a_rotation_beyond_the_quota_is_told_and_stays_due() {
    store
        .generate(
            PATH,
            Recipe.Key.AES_256,
            Rotation.every(Duration.ofHours(1)),
            PutOptions.DEFAULT,
            ADMIN)
        .orThrow();
    now = now.plus(Duration.ofHours(2));
    store.tenants().setQuota("acme", new Quota(1, 40, 5), ADMIN).orThrow();
    var swept = store.sweep(now);
    assertThat(swept.rotated()).isZero();
    assertThat(swept.refused().getFirst().code()).isEqualTo(ResourceCode.QUOTA_EXCEEDED);
    store.tenants().setQuota("acme", new Quota(1, 64, 5), ADMIN).orThrow();
    assertThat(store.sweep(now).rotated()).isEqualTo(1);
  }

  @Test
  void a_rotation_that_cannot_be_is_refused() {
    for (var rotation :
        List.of(
            new Rotation(Duration.ofDays(-1), Duration.ZERO),
            new Rotation(Duration.ofNanos(1), Duration.ZERO),
            new Rotation(Duration.ofDays(2), Duration.ofDays(2)),
            new Rotation(Duration.ofDays(1), Duration.ofDays(-2)),
            new Rotation(Duration.ofDays(100_000), Duration.ZERO)))
      assertThat(
              code(store.generate(PATH, Recipe.Key.AES_256, rotation, PutOptions.DEFAULT, ADMIN)))
          .isEqualTo("resource-options-malformed");
  }

  @Test
  void listing_stays_within_a_tenant_and_goes_on_after_a_path() {
    put("acme/key/a", "1");
    put("acme/key/b", "1");
    put("acme2/key/a", "1");
    assertThat(store.list("acme", "", 10))
        .extracting(ResourceInfo::path)
        .containsExactly("acme/key/a", "acme/key/b");
    assertThat(store.list("acme", "acme/key/a", 10))
        .extracting(ResourceInfo::path)
        .containsExactly("acme/key/b");
    assertThat(store.list("acme", "", 0)).hasSize(1);
    assertThat(store.list("%", "", 10)).isEmpty();
  }

  @Test
  void exchanging_two_sealed_rows_is_noticed() {
    put(PATH, "one");
    put("acme/key/public", "two");
    exchange("path = 'acme/key/db'", "path = 'acme/key/public'");
    assertThatThrownBy(() -> store.get(PATH))
        .isInstanceOf(SealFault.class)
        .hasMessageContaining("resource/acme/key/db/1")
        .hasMessageContaining("exchanged");
    put(PATH, "three");
    put(PATH, "four");
    exchange("path = 'acme/key/db' AND version = 2", "path = 'acme/key/db' AND version = 3");
    assertThatThrownBy(() -> store.get(PATH)).isInstanceOf(SealFault.class);
  }

  private void exchange(String one, String two) {
    int unused =
        database()
            .write(
                sql -> {
                  String select = "SELECT sealed FROM resource_version WHERE ";
                  byte[] first = sql.one(select + one, row -> row.bytes(1)).orElseThrow();
                  byte[] second = sql.one(select + two, row -> row.bytes(1)).orElseThrow();
                  sql.update("UPDATE resource_version SET sealed = ? WHERE " + one, second);
                  return sql.update("UPDATE resource_version SET sealed = ? WHERE " + two, first);
                });
  }

  @Test
  void after_the_rotation_of_the_key_encryption_key_everything_is_read() {
    for (int i = 0; i < 20; i++) put("acme/key/k" + i, "value " + i);
    var next = FileKey.openOrCreate(folder.resolve("next"));
    keyring.rewrap(next);
    try (var again =
        Keyring.open(database(), FileKey.open(folder.resolve("next")), List.of(), () -> now)) {
      var reader = new ResourceStore(database(), again, audit, ResourceLimits.DEFAULT, () -> now);
      for (int i = 0; i < 20; i++)
        assertThat(text(reader.get("acme/key/k" + i))).isEqualTo("value " + i);
    }
  }

  @Test
  void every_change_is_in_the_trail_without_the_value() {
    put(PATH, "hidden");
    store.expire(PATH, 1, now.plusSeconds(9), ADMIN).orThrow();
    store.revoke(PATH, 1, ADMIN).orThrow();
    store.delete(PATH, ADMIN).orThrow();
    store.tenants().setQuota("acme", new Quota(1, 2, 3), ADMIN).orThrow();
    assertThat(audit.events())
        .containsExactly(
            "resource granted acme admin:ann {\"action\":\"put\",\"path\":\"acme/key/db\",\"version\":1}",
            "resource granted acme admin:ann {\"action\":\"expire\",\"path\":\"acme/key/db\",\"version\":1}",
            "resource granted acme admin:ann {\"action\":\"revoke\",\"path\":\"acme/key/db\",\"version\":1}",
            "resource granted acme admin:ann {\"action\":\"delete\",\"path\":\"acme/key/db\"}",
            "resource granted acme admin:ann {\"action\":\"quota\",\"resources\":1,\"bytes\":2,\"versions\":3}");
  }

  @Test
  void a_change_that_cannot_be_recorded_is_not_made() {
    put(PATH, "one");
    audit.failing = true;
    assertThatThrownBy(() -> put(PATH, "two")).hasMessage("the trail is full");
    assertThatThrownBy(() -> store.revoke(PATH, 1, ADMIN)).hasMessage("the trail is full");
    assertThatThrownBy(() -> store.delete(PATH, ADMIN)).hasMessage("the trail is full");
    assertThatThrownBy(() -> store.reveal(PATH, 1, ADMIN)).hasMessage("the trail is full");
    assertThat(text(store.get(PATH))).isEqualTo("one");
    assertThat(store.tenants().usage("acme")).isEqualTo(new Quota(1, 3, 1));
  }

  static <T> List<T> together(int count, java.util.function.IntFunction<T> task) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var done =
          threads.invokeAll(
              IntStream.range(0, count).<Callable<T>>mapToObj(i -> () -> task.apply(i)).toList());
      var results = new java.util.ArrayList<T>();
      for (var future : done) results.add(future.get());
      return results;
    }
  }
}
