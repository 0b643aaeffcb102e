package dev.theca.broker.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.broker.audit.KeptTrail;
import dev.theca.broker.http.Answer;
import dev.theca.broker.spi.Plugin;
import dev.theca.broker.store.SqliteDatabase;
import dev.theca.wire.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against SoftHSM2. */
class Pkcs11Test {
  private static final String PIN = "87654321";
  private static final JsonObject CLAIMS = Fakes.claims("{}");

  @TempDir static Path folder;
  private static Path module;
  private static SqliteDatabase database;
  private static Plugin plugin;
  private static final KeptTrail TRAIL = new KeptTrail();

  @BeforeAll
  static void open() throws Exception {
    module = SoftToken.create(folder, PIN);
    database = SqliteDatabase.open(folder.resolve("broker.db"));
    plugin = plugin(PIN + "\n", "generate_bits = 2048");
  }

  @AfterAll
  static void close() {
    if (plugin != null) plugin.close();
    if (database != null) database.close();
  }

  private static Plugin plugin(String pin, String more) throws Exception {
    Path pinFile = Files.writeString(folder.resolve("pin"), pin);
    String toml =
        "[[plugins]]\nname = \"pkcs11\"\nmodule = \"%s\"\npin_file = \"%s\"\n%s\n"
            .formatted(module, pinFile, more);
    return Plugins.of(Fakes.tables(toml), Fakes.parts(database, TRAIL)).orThrow().get("pkcs11");
  }

  private static Answer get(String path) {
    return plugin.handle(Fakes.attested("GET", path, new byte[0], CLAIMS));
  }

  private static Answer post(String path, byte[] body) {
    return plugin.handle(Fakes.admin("POST", path, body));
  }

  @Test
  void a_secret_is_kept_replaced_and_deleted() {
    String path = "resource/default/key/one";
    assertThat(get(path).status()).isEqualTo(404);
    assertThat(post(path, new byte[] {1, 2, 3}).status()).isEqualTo(200);
    assertThat(get(path).body()).containsExactly(1, 2, 3);
    byte[] large = new byte[100_000];
    new Random(1).nextBytes(large);
    post(path, large);
    assertThat(get(path).body()).isEqualTo(large);
    assertThat(plugin.handle(Fakes.admin("DELETE", path, new byte[0])).status()).isEqualTo(200);
    assertThat(get(path).status()).isEqualTo(404);
    assertThat(plugin.handle(Fakes.admin("DELETE", path, new byte[0])).status()).isEqualTo(404);
    assertThat(TRAIL.lines()).contains("key granted admin:a", "key missing admin:a");
  }

  @Test
  void what_another_replica_stored_is_found() throws Exception {
    var replica = plugin(PIN, "");
    assertThat(
            replica
                .handle(Fakes.admin("POST", "resource/default/key/two", new byte[] {7}))
                .status())
        .isEqualTo(200);
    assertThat(get("resource/default/key/two").body()).containsExactly(7);
  }

  @Test
  void a_key_is_wrapped_by_the_token_and_unwrapped_for_the_attested() {
    byte[] key = new byte[32];
    new Random(2).nextBytes(key);
    byte[] wrapped = post("wrap-key", key).body();
    assertThat(wrapped).hasSize(256);
    var call = Fakes.attested("GET", "wrap-key", wrapped, CLAIMS);
    assertThat(plugin.needsAdmin(call)).isFalse();
    assertThat(plugin.encrypts(call)).isTrue();
    assertThat(plugin.handle(call).body()).isEqualTo(key);
    assertThat(plugin.needsAdmin(Fakes.admin("POST", "wrap-key", key))).isTrue();
    for (int size : new int[] {0, 1, 255, 257, 5000}) {
      var cut = Fakes.attested("GET", "wrap-key", Arrays.copyOf(wrapped, size), CLAIMS);
      assertThat(plugin.handle(cut).status()).as("%d bytes", size).isEqualTo(400);
    }
    wrapped[100] ^= 1;
    assertThat(plugin.handle(call).status()).isEqualTo(400);
    Arrays.fill(wrapped, (byte) 0xFF);
    assertThat(plugin.handle(call).status()).as("beyond the modulus").isEqualTo(400);
  }

  @Test
  void what_does_not_fit_under_the_key_is_refused() {
    assertThat(post("wrap-key", new byte[190]).status()).isEqualTo(200);
    var answer = post("wrap-key", new byte[191]);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(Fakes.text(answer.body())).contains("190");
    assertThat(post("wrap-key", new byte[0]).status()).isEqualTo(400);
  }

  @Test
  void the_other_mechanism_does_not_open_it() throws Exception {
    byte[] wrapped = post("wrap-key", new byte[16]).body();
    var sha1 = plugin(PIN, "rsa_mechanism = \"RsaPkcsTest\"");
    assertThat(sha1.handle(Fakes.attested("GET", "wrap-key", wrapped, CLAIMS)).status())
        .isEqualTo(400);
    byte[] own = sha1.handle(Fakes.admin("POST", "wrap-key", new byte[] {5})).body();
    assertThat(sha1.handle(Fakes.attested("GET", "wrap-key", own, CLAIMS)).body())
        .containsExactly(5);
  }

  @Test
  void paths_outside_the_alphabet_are_refused() {
    for (String path : new String[] {"resource/a/b/.c", "resource/a/b/c d"})
      assertThat(get(path).status()).as(path).isEqualTo(400);
    for (String path : new String[] {"resource/a/b", "resource/a/b/c/d", "other", "wrap-key/x"})
      assertThat(get(path).status()).as(path).isEqualTo(404);
    assertThat(post("resource/a/b/c", new byte[0]).status()).isEqualTo(400);
  }

  @Test
  void a_wrapping_key_of_another_label_is_missing() throws Exception {
    var other = plugin(PIN, "lookup_label = \"nobody\"");
    assertThat(other.handle(Fakes.admin("POST", "wrap-key", new byte[1])).status()).isEqualTo(404);
  }

  @Test
  void a_slot_that_is_not_there_is_refused_at_start() {
    assertThatThrownBy(() -> plugin(PIN, "slot_index = 99"))
        .hasMessageContaining("bad-plugin-settings")
        .hasMessageContaining("slot 99");
  }
}
