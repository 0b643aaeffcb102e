package dev.theca.broker.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.broker.audit.KeptTrail;
import dev.theca.broker.gramine.ProvisioningSettings;
import dev.theca.broker.spi.Plugin;
import dev.theca.broker.store.SqliteDatabase;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.toml.Toml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PluginsTest {
  @TempDir Path folder;
  private SqliteDatabase database;

  @BeforeEach
  void open() {
    database = SqliteDatabase.open(folder.resolve("broker.db"));
  }

  @AfterEach
  void close() {
    database.close();
  }

  private Plugins.Parts parts() {
    return Fakes.parts(database, new KeptTrail());
  }

  @Test
  void each_table_makes_the_plugin_of_its_name() {
    var plugins =
        Plugins.of(
                Fakes.tables(
                    """
                    [[plugins]]
                    name = "anchor"
                    [[plugins]]
                    name = "provisioner"
                    key_length = 24
                    [[plugins]]
                    name = "x509-ca"
                    trust_domain = "example.org"
                    [[plugins]]
                    name = "external"
                    backends = [{name = "one", endpoint = "http://127.0.0.1:1"}]
                    """),
                parts())
            .orThrow();
    assertThat(plugins.keySet())
        .containsExactlyInAnyOrder("anchor", "provisioner", "ca", "external");
    plugins.values().forEach(Plugin::close);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "name = \"nebula-ca\"                                     | nebula-ca",
        "other = 1                                                | name of a plugin",
        "name = \"anchor\"\\ncolour = \"red\"                     | colour",
        "name = \"anchor\"\\nowner = \"{nobody}\"                 | nobody",
        "name = \"provisioner\"\\nkey_length = 4                  | key_length",
        "name = \"provisioner\"\\nkey_length = \"32\"             | key_length",
        "name = \"x509-ca\"                                       | trust_domain",
        "name = \"x509-ca\"\\ntrust_domain = \"a/b\"              | trust_domain",
        "name = \"x509-ca\"\\ntrust_domain = \"a\"\\nprivate_key = \"k\" | private_key",
        "name = \"x509-ca\"\\ntrust_domain = \"a\"\\ndns_names = [\"*\"] | dns_names",
        "name = \"x509-ca\"\\ntrust_domain = \"a\"\\nlife_minutes = 0 | life_minutes",
        "name = \"pkcs11\"\\npin_file = \"p\"                     | module",
        "name = \"pkcs11\"\\nmodule = \"m\"\\npin = \"1234\"      | pin",
        "name = \"pkcs11\"\\nmodule = \"m\"\\npin_file = \"/nonexistent/pin\" | pin",
        "name = \"external\"                                      | backends",
        "name = \"external\"\\nbackends = [{name=\"a\",endpoint=\"http://10.0.0.1:1\"}] | endpoint",
        "name = \"external\"\\nbackends = [{name=\"a\",endpoint=\"https://x:1\"}] | ca_cert_path",
        "name = \"external\"\\nbackends = [{name=\"a\",endpoint=\"http://localhost:1\",tls=true}] | tls",
        "name = \"external\"\\nbackends = [{name=\"a/b\",endpoint=\"http://localhost:1\"}] | name",
        "name = \"external\"\\nbackends = [{name=\"a\",endpoint=\"ftp://localhost:1\"}] | endpoint",
        "name = \"external\"\\nbackends = [{name=\"a\",endpoint=\"http://u@localhost:1/x\"}] | endpoint",
      })
  void what_is_wrong_in_a_table_is_named(String table, String named) {
    var tables = Fakes.tables("[[plugins]]\n" + table.strip().replace("\\n", "\n"));
    assertThatThrownBy(() -> Plugins.of(tables, parts()).orThrow())
        .hasMessageContaining("bad-plugin-settings")
        .hasMessageContaining(named.strip());
  }

  @Test
  void two_tables_of_one_plugin_are_refused() {
    var tables = Fakes.tables("[[plugins]]\nname = \"anchor\"\n[[plugins]]\nname = \"anchor\"\n");
    assertThatThrownBy(() -> Plugins.of(tables, parts()).orThrow()).hasMessageContaining("two");
  }

  /** Files and tokens of the page are not here; every key that it names is known. */
  @Test
  void the_page_names_keys_that_exist() throws Exception {
    String root = System.getProperty("theca.root", "..");
    String page = Files.readString(Path.of(root, "docs/how/plugins.md"));
    int blocks = 0;
    for (String part : page.split("```toml\n")) {
      if (!part.contains("\n```") || part.startsWith("# ")) continue;
      var toml = Toml.parse(part.substring(0, part.indexOf("\n```") + 1)).orThrow();
      blocks++;
      if (toml.object("gramine").isPresent()) {
        assertThat(ProvisioningSettings.read(toml.object("gramine").get()).isGranted()).isTrue();
        continue;
      }
      var table = (JsonObject) toml.array("plugins").orElseThrow().getFirst();
      var outcome = Plugins.of(List.of(table), parts());
      if (outcome instanceof Outcome.Refused<Map<String, Plugin>>(var reasons))
        assertThat(reasons).noneMatch(r -> r.what().contains("plugins."));
      else outcome.orThrow().values().forEach(Plugin::close);
    }
    assertThat(blocks).isEqualTo(6);
  }
}
