package dev.theca.broker.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.broker.audit.KeptTrail;
import dev.theca.broker.http.Answer;
import dev.theca.broker.store.SqliteDatabase;
import dev.theca.wire.toml.Toml;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProvisionerTest {
  @TempDir Path folder;
  private SqliteDatabase database;
  private final KeptTrail trail = new KeptTrail();
  private Provisioner plugin;

  @BeforeEach
  void open() {
    database = SqliteDatabase.open(folder.resolve("broker.db"));
    plugin = new Provisioner(Fakes.parts(database, trail), 32);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private Answer provision(String body) {
    return plugin.handle(Fakes.admin("POST", "provision", Fakes.bytes(body)));
  }

  private Answer get(String path, String named) {
    var claims = Fakes.claims("{\"trustee.kbs.resource\":\"" + named + "\"}");
    return plugin.handle(Fakes.attested("GET", path, new byte[0], claims));
  }

  private static String key(Answer answer) {
    return Toml.parse(Fakes.text(answer.body()))
        .orThrow()
        .object("data")
        .orElseThrow()
        .string("io.cryptsetup.key.text.root")
        .orElseThrow();
  }

  @Test
  void a_machine_gets_the_key_that_was_made_once_for_it() throws Exception {
    var made = Fakes.json(Fakes.text(provision("{\"vm_name\":\"web\"}").body()));
    String path = made.string("resource_path").orElseThrow();
    assertThat(path).isEqualTo("default/" + made.string("uuid").orElseThrow() + "/root");
    var first = get(path, "kbs+provisioner:///" + path);
    assertThat(key(first)).matches("[A-Za-z0-9]{32}");
    provision("{\"vm_name\":\"web\",\"namespace\":\"default\"}");
    assertThat(key(get(path, "kbs+provisioner:///" + path))).isEqualTo(key(first));
    assertThat(trail.lines()).containsExactly("key granted admin:a");
    byte[] wal = Files.readAllBytes(folder.resolve("broker.db-wal"));
    assertThat(new String(wal, StandardCharsets.ISO_8859_1)).doesNotContain(key(first));
  }

  @Test
  void another_machine_does_not_get_it() {
    var made = Fakes.json(Fakes.text(provision("{\"vm_name\":\"web\"}").body()));
    String path = made.string("resource_path").orElseThrow();
    assertThat(get(path, "kbs+provisioner:///default/other/root").status()).isEqualTo(403);
    var without = Fakes.attested("GET", path, new byte[0], Fakes.claims("{}"));
    assertThat(plugin.handle(without).status()).isEqualTo(403);
    assertThat(plugin.handle(Fakes.admin("GET", path, new byte[0])).status()).isEqualTo(403);
  }

  @Test
  void what_was_deleted_is_gone() {
    var made = Fakes.json(Fakes.text(provision("{\"vm_name\":\"web\"}").body()));
    String path = made.string("resource_path").orElseThrow();
    String delete = "provision/" + made.string("uuid").orElseThrow();
    var deleted = plugin.handle(Fakes.admin("DELETE", delete, new byte[0]));
    assertThat(Fakes.text(deleted.body())).isEqualTo("{\"status\":\"deleted\"}");
    assertThat(plugin.handle(Fakes.admin("DELETE", delete, new byte[0])).status()).isEqualTo(404);
    assertThat(get(path, "kbs+provisioner:///" + path).status()).isEqualTo(404);
    assertThat(trail.lines())
        .containsExactly("key granted admin:a", "key granted admin:a", "key missing admin:a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{\"vm_name\":1}",
        "{\"vm_name\":\"a/b\"}",
        "{\"vm_name\":\"\"}",
        "{\"vm_name\":\"a\",\"namespace\":7}",
        "{\"vm_name\":\"a\",\"namespace\":\"..\"}",
        "[[[[[]]]]]",
      })
  void a_malformed_name_makes_nothing(String body) {
    assertThat(provision(body).status()).isEqualTo(400);
    assertThat(trail.events).isEmpty();
  }

  /** The vector is that of RFC 9562, appendix A.4. */
  @Test
  void uuids_are_those_of_the_standard() {
    var dns = UUID.fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8");
    assertThat(Provisioner.version5(dns, "www.example.com"))
        .hasToString("2ed6657d-e927-568b-95e1-2665a8aea6a2");
  }
}
