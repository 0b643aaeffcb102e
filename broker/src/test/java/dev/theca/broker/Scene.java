package dev.theca.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.broker.store.PostgresSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;

/** Configurations of brokers under attack, and what an owner puts into them first. */
final class Scene {
  static final String SECRET = "a secret that must not lie about";

  private final Path folder;
  private final Provisioning platform;
  private String top = "";
  private String tables = "";

  Scene(Path folder, Provisioning platform) {
    this.folder = folder;
    this.platform = platform;
  }

  /** Keys before the first table. */
  Scene top(String lines) {
    top += lines + "\n";
    return this;
  }

  Scene tables(String lines) {
    tables += lines + "\n";
    return this;
  }

  Scene postgres(PostgresSettings settings) {
    return tables("[store]\ntype = \"postgres\"\nurl = \"" + settings + "?sslmode=disable\"");
  }

  /** The configuration of a replica with state of its own and the key-encryption key of all. */
  String config(String name) throws IOException {
    return """
        listen = "127.0.0.1:0"
        management = "127.0.0.1:0"
        state = "%s"
        admin_token_file = "%s"
        collateral = "%s"
        %s
        [kek]
        type = "file"
        path = "%s"
        [reference]
        unsigned = "admin"
        [[roots]]
        name = "sim:test"
        certificate = "%s"
        %s
        """
        .formatted(
            folder.resolve(name),
            folder.resolve("admin-token"),
            platform.url(),
            top,
            folder.resolve("kek"),
            root(),
            tables);
  }

  private Path root() throws IOException {
    Path file = folder.resolve("root.pem");
    return Files.exists(file) ? file : platform.rootFile(folder);
  }

  Running start(String name) throws IOException {
    return new Running(config(name));
  }

  /** A broker with the resource {@code default/key/one} and the expected enclave's values. */
  Running provisioned() throws IOException {
    var broker = start("state");
    provision(broker);
    return broker;
  }

  static void provision(Running broker) {
    done(broker.admin("POST", "/kbs/v0/resource/default/key/one", SECRET));
    reference(broker, "sgx_mr_signer", HexFormat.of().formatHex(Provisioning.SIGNER));
    reference(broker, "sgx_isv_prod_id", "1");
    reference(broker, "sgx_min_isv_svn", "2");
    reference(broker, "simulated_roots", "sim:test");
  }

  static void reference(Running broker, String name, String value) {
    byte[] payload = ("{\"" + name + "\":[\"" + value + "\"]}").getBytes(StandardCharsets.UTF_8);
    String message =
        "{\"version\":\"0.1.0\",\"type\":\"sample\",\"payload\":\""
            + Base64.getEncoder().encodeToString(payload)
            + "\"}";
    done(broker.admin("POST", "/kbs/v0/reference-value", message));
  }

  static void done(java.net.http.HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }
}
