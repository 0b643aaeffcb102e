package dev.theca.broker.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.broker.spi.KeyEncryption;
import dev.theca.broker.store.Database;
import dev.theca.wire.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a keyring promises, on whatever database. */
abstract class KeyringContract {
  private static final byte[] TEXT = "the owner's secret".getBytes(StandardCharsets.UTF_8);
  private static final Bounds SMALL = new Bounds(64, 8, Duration.ofDays(30).toMillis());

  @TempDir Path folder;
  private Instant now = Instant.parse("2026-11-21T10:00:00Z");
  private final InstantSource clock = () -> now;

  abstract Database database();

  private FileKey kek(String name) {
    return FileKey.openOrCreate(folder.resolve(name));
  }

  private Keyring keyring(Bounds bounds) {
    return Keyring.open(database(), kek("kek"), List.of(), clock, bounds);
  }

  private static String opened(Sealer sealer, String context, byte[] sealed) {
    try (var plain = sealer.open(context, sealed)) {
      return plain.lend(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }
  }

  @Test
  void what_is_sealed_opens_under_its_context() {
    try (var keyring = keyring(Bounds.DEFAULT)) {
      byte[] sealed = keyring.seal("resource/a/b/c/1", TEXT);
      assertThat(sealed).hasSize(1 + 8 + 12 + TEXT.length + 16).startsWith((byte) 1);
      assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("secret");
      assertThat(opened(keyring, "resource/a/b/c/1", sealed)).isEqualTo("the owner's secret");
      assertThat(keyring.seal("resource/a/b/c/1", TEXT)).isNotEqualTo(sealed);
    }
  }

  @Test
  void what_is_sealed_opens_under_no_other_context() {
    try (var keyring = keyring(Bounds.DEFAULT)) {
      byte[] sealed = keyring.seal("resource/a/b/c/1", TEXT);
      assertThatThrownBy(() -> keyring.open("resource/a/b/c/2", sealed))
          .isInstanceOf(SealFault.class)
          .hasMessageContaining("resource/a/b/c/2")
          .hasMessageContaining("exchanged");
    }
  }

  @Test
  void a_value_damaged_anywhere_does_not_open() {
    try (var keyring = keyring(Bounds.DEFAULT)) {
      byte[] sealed = keyring.seal("x", TEXT);
      for (int i = 0; i < sealed.length; i++) {
        byte[] damaged = sealed.clone();
        damaged[i] ^= 0x10;
        assertThatThrownBy(() -> keyring.open("x", damaged)).isInstanceOf(SealFault.class);
      }
      for (int n = 0; n < sealed.length; n++) {
        byte[] cut = java.util.Arrays.copyOf(sealed, n);
        assertThatThrownBy(() -> keyring.open("x", cut)).isInstanceOf(SealFault.class);
      }
    }
  }

  @Test
  void another_process_opens_what_was_sealed_before() {
    byte[] sealed;
    try (var keyring = keyring(Bounds.DEFAULT)) {
      sealed = keyring.seal("x", TEXT);
    }
    try (var keyring = keyring(Bounds.DEFAULT)) {
      assertThat(opened(keyring, "x", sealed)).isEqualTo("the owner's secret");
      assertThat(keyring.status()).hasSize(1);
    }
  }

  @Test
  void a_replica_opens_what_was_sealed_under_a_key_that_it_never_saw() {
    try (var one = keyring(SMALL);
        var two = keyring(SMALL)) {
      now = now.plus(Duration.ofDays(31));
      byte[] sealed = {};
      for (int i = 0; i < 9; i++) sealed = one.seal("x", TEXT);
      assertThat(two.status()).hasSize(2);
      assertThat(opened(two, "x", sealed)).isEqualTo("the owner's secret");
    }
  }

  @Test
  void no_data_key_seals_more_often_than_its_bound_in_all_replicas_together() throws Exception {
    var uses = new java.util.concurrent.ConcurrentHashMap<String, Integer>();
    var nonces = java.util.concurrent.ConcurrentHashMap.newKeySet();
    try (var one = keyring(SMALL);
        var two = keyring(SMALL);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 600; i++) {
        var keyring = i % 2 == 0 ? one : two;
        threads.submit(
            () -> {
              byte[] sealed = keyring.seal("x", TEXT);
              String hex = java.util.HexFormat.of().formatHex(sealed);
              uses.merge(hex.substring(2, 18), 1, Integer::sum);
              nonces.add(hex.substring(18, 42));
              return 0;
            });
      }
      threads.shutdown();
      assertThat(threads.awaitTermination(120, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
      assertThat(uses.values()).allMatch(n -> n <= 64);
      assertThat(uses.values().stream().mapToInt(n -> n).sum()).isEqualTo(600);
      assertThat(nonces).hasSize(600);
      assertThat(one.status()).allMatch(key -> key.sealings() <= 64).hasSizeGreaterThan(9);
    }
  }

  @Test
  void a_restart_counts_what_the_process_before_had_reserved() {
    for (int i = 0; i < 8; i++) keyring(SMALL).close();
    try (var keyring = keyring(SMALL)) {
      assertThat(keyring.status().stream().map(DataKeyStatus::sealings))
          .containsExactlyInAnyOrder(64L, 8L);
    }
  }

  @Test
  void a_data_key_of_thirty_days_is_replaced() {
    keyring(Bounds.DEFAULT).close();
    now = now.plus(Duration.ofDays(30));
    try (var keyring = keyring(Bounds.DEFAULT)) {
      assertThat(keyring.status()).hasSize(2);
    }
  }

  @Test
  void after_rewrapping_everything_opens_with_the_new_key_alone() {
    byte[] sealed;
    try (var keyring = keyring(SMALL)) {
      sealed = keyring.seal("x", TEXT);
      for (int i = 0; i < 100; i++) keyring.seal("y", TEXT);
      int keys = keyring.status().size();
      var next = kek("next");
      assertThat(keyring.rewrap(next)).isEqualTo(keys).isGreaterThan(1);
      assertThat(keyring.status()).allMatch(key -> key.kek().equals(next.name()));
      assertThat(opened(keyring, "x", sealed)).isEqualTo("the owner's secret");
      assertThat(keyring.rewrap(kek("next"))).isZero();
    }
    try (var keyring = Keyring.open(database(), kek("next"), List.of(), clock)) {
      assertThat(opened(keyring, "x", sealed)).isEqualTo("the owner's secret");
    }
  }

  @Test
  void an_older_key_still_unwraps_and_wraps_nothing_new() {
    byte[] sealed;
    try (var keyring = keyring(Bounds.DEFAULT)) {
      sealed = keyring.seal("x", TEXT);
    }
    var next = kek("next");
    try (var keyring = Keyring.open(database(), next, List.of(kek("kek")), clock)) {
      assertThat(opened(keyring, "x", sealed)).isEqualTo("the owner's secret");
      assertThat(keyring.status().stream().map(DataKeyStatus::kek))
          .containsExactlyInAnyOrder(kek("kek").name(), next.name());
    }
  }

  @Test
  void another_key_encryption_key_is_noticed_at_the_start_and_both_are_named() {
    keyring(Bounds.DEFAULT).close();
    var right = kek("kek");
    var wrong = kek("wrong");
    assertThatThrownBy(() -> Keyring.open(database(), wrong, List.of(), clock))
        .isInstanceOf(SealFault.class)
        .hasMessageContaining("wrapped by " + right.name())
        .hasMessageContaining(wrong.name())
        .hasMessageContaining("configure it");
    assertThat(Keyring.hasKeys(database())).isTrue();
  }

  @Test
  void a_damaged_data_key_is_a_fault_that_names_the_row() {
    byte[] sealed;
    try (var keyring = keyring(Bounds.DEFAULT)) {
      sealed = keyring.seal("x", TEXT);
    }
    int unused =
        database().write(sql -> sql.update("UPDATE data_key SET wrapped = ?", new byte[61]));
    assertThatThrownBy(() -> keyring(Bounds.DEFAULT))
        .isInstanceOf(SealFault.class)
        .hasMessageMatching("data-key/[0-9]+ does not open under file:.*");
    now = now.plus(Duration.ofDays(31));
    try (var keyring = keyring(Bounds.DEFAULT)) {
      assertThatThrownBy(() -> keyring.open("x", sealed)).hasMessageContaining("data-key/");
    }
  }

  @Test
  void a_missing_data_key_is_a_fault_that_says_what_to_restore() {
    try (var keyring = keyring(Bounds.DEFAULT)) {
      byte[] sealed = keyring.seal("x", TEXT);
      sealed[5] ^= 1;
      assertThatThrownBy(() -> keyring.open("x", sealed))
          .isInstanceOf(SealFault.class)
          .hasMessageContaining("data_key must be restored");
    }
  }

  @Test
  void exchanged_data_keys_do_not_unwrap() {
    keyring(Bounds.DEFAULT).close();
    now = now.plus(Duration.ofDays(31));
    keyring(Bounds.DEFAULT).close();
    var keys = database().read(DataKeys::all);
    assertThat(keys).hasSize(2);
    int unused =
        database()
            .write(
                sql -> {
                  for (int i = 0; i < 2; i++)
                    DataKeys.replace(
                        sql,
                        new DataKeys.Wrapped(
                            keys.get(i).id(), keys.get(i).kek(), keys.get(1 - i).wrapped()));
                  return 0;
                });
    assertThatThrownBy(() -> keyring(Bounds.DEFAULT)).hasMessageContaining("exchanged");
  }

  @Test
  void data_keys_at_hand_seal_on_while_the_key_encryption_key_is_away() {
    var away = new Away(kek("kek"));
    try (var keyring = Keyring.open(database(), away, List.of(), clock, SMALL)) {
      away.gone = true;
      now = now.plus(Duration.ofDays(31));
      for (int i = 0; i < 8; i++) {
        byte[] sealed = keyring.seal("x", TEXT);
        assertThat(opened(keyring, "x", sealed)).isEqualTo("the owner's secret");
      }
      assertThatThrownBy(() -> keyring.seal("x", TEXT)).isInstanceOf(KeyEncryptionDown.class);
      away.gone = false;
      assertThat(keyring.seal("x", TEXT)).isNotEmpty();
    }
  }

  @Test
  void a_rewrapping_that_fails_changes_nothing() {
    try (var keyring = keyring(SMALL)) {
      for (int i = 0; i < 100; i++) keyring.seal("y", TEXT);
      var before = keyring.status();
      var away = new Away(kek("next"));
      away.usesLeft = 2;
      assertThatThrownBy(() -> keyring.rewrap(away)).isInstanceOf(KeyEncryptionDown.class);
      assertThat(keyring.status().stream().map(DataKeyStatus::kek))
          .containsOnly(before.getFirst().kek());
      assertThat(keyring.seal("x", TEXT)).isNotEmpty();
    }
  }

  @Test
  void sealing_within_a_transaction_waits_for_nothing() {
    try (var keyring = keyring(Bounds.DEFAULT)) {
      var sealed =
          database()
              .write(
                  sql -> {
                    var all = new HashSet<String>();
                    for (int i = 0; i < 100; i++)
                      all.add(java.util.HexFormat.of().formatHex(keyring.seal("x", TEXT)));
                    return all;
                  });
      assertThat(sealed).hasSize(100);
    }
  }

  /** A key that can be taken away. */
  private static final class Away implements KeyEncryption {
    private final KeyEncryption key;
    volatile boolean gone;
    volatile int usesLeft = Integer.MAX_VALUE;

    Away(KeyEncryption key) {
      this.key = key;
    }

    @Override
    public String name() {
      return key.name();
    }

    @Override
    public byte[] wrap(Secret dataKey, String context) {
      check();
      return key.wrap(dataKey, context);
    }

    @Override
    public Secret unwrap(byte[] wrapped, String context) {
      check();
      return key.unwrap(wrapped, context);
    }

    private void check() {
      if (gone || usesLeft-- <= 0) throw new KeyEncryptionDown("away");
    }
  }
}
