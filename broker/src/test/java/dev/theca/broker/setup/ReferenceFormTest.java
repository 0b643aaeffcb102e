package dev.theca.broker.setup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.broker.admin.AdminSettings;
import dev.theca.wire.Outcome;
import dev.theca.wire.toml.Toml;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Configurations in the shapes that the reference publishes (kbs-protocol.md, section 14.1). */
class ReferenceFormTest {
  private static final String SMALL =
      """
      [http_server]
      sockets = ["0.0.0.0:8080"]
      insecure_http = true

      [storage_backend]
      storage_type = "LocalFs"
      """;

  private static final String WHOLE =
      """
      session_storage_type = "Memory"

      [http_server]
      sockets = ["127.0.0.1:8080", "[::1]:8080"]
      private_key = "/etc/kbs.key"
      certificate = "/etc/kbs.pem"
      payload_request_size = 4
      tls_profile = "custom"
      tls_min_version = "1.2"
      tls_max_version = "1.3"
      tls_groups = "X25519:secp256r1"
      tls_ciphers = ["TLS_AES_256_GCM_SHA384"]

      [attestation_token]
      trusted_jwk_sets = ["https://as.example.org/jwks"]
      trusted_certs_paths = ["/etc/ca.pem"]
      extra_teekey_paths = ["/key/jwk"]
      insecure_header_jwk = false

      [attestation_service]
      type = "coco_as_builtin"
      timeout = 7

      [attestation_service.attestation_token_broker]
      duration_min = 9
      issuer_name = "CoCo-Attestation-Service"
      developer_name = "https://confidentialcontainers.org"
      verbose_token = false

      [attestation_service.attestation_token_broker.signer]
      key_path = "/etc/token.key"
      cert_path = "/etc/token-chain.pem"

      [attestation_service.rvps_config]
      type = "BuiltIn"
      storage_type = "LocalJson"

      [attestation_service.rvps_config.extractors]
      swid_extractor = {}

      [admin]
      authorization_mode = "AuthenticatedAuthorization"
      [admin.authentication.bearer_jwt]
      identity_providers = [{ public_key_uri = "/etc/kbs/admin.pub" }]
      [admin.authorization.regex_acl]
      acls = [{ role = "admin", allowed_endpoints = "^/kbs/.+$" }]

      [storage_backend]
      storage_type = "local_fs"
      [storage_backend.backends.local_fs]
      dir_path = "/opt/kbs"

      [[plugins]]
      name = "resource"
      storage_backend_type = "kvstorage"

      [[plugins]]
      name = "provisioner"
      key_length = 32
      """;

  private static Outcome<BrokerSettings> read(String toml) {
    return BrokerSettings.parse(Toml.parse(toml).orThrow());
  }

  @Test
  void the_smallest_published_form_serves_its_sockets_from_its_folder() {
    var read = read(SMALL).orThrow();
    assertThat(read.front().listen()).containsExactly("0.0.0.0:8080");
    assertThat(read.front().insecureHttp()).isTrue();
    assertThat(read.front().tls()).isEmpty();
    assertThat(read.state()).isEqualTo(Path.of("/opt/confidential-containers/storage/local_fs"));
    // the reference lets everybody administrate when nothing is said; this broker does not
    assertThat(read.admin().mode()).isEqualTo(AdminSettings.Mode.DENY_ALL);
  }

  @Test
  void every_key_that_has_an_equivalent_means_it_here() {
    var read = read(WHOLE).orThrow();
    assertThat(read.front().listen()).containsExactly("127.0.0.1:8080", "[::1]:8080");
    assertThat(read.front().bounds().bodyBytes()).isEqualTo(4 << 20);
    var tls = read.front().tls().orElseThrow();
    assertThat(tls.certificate()).isEqualTo(Path.of("/etc/kbs.pem"));
    assertThat(tls.key()).isEqualTo(Path.of("/etc/kbs.key"));
    assertThat(tls.minVersion() + tls.maxVersion()).isEqualTo("1.21.3");
    assertThat(tls.groups()).containsExactly("X25519", "secp256r1");
    assertThat(tls.suites()).containsExactly("TLS_AES_256_GCM_SHA384");
    assertThat(read.session()).isEqualTo(Duration.ofMinutes(7));
    assertThat(read.tokens().ear().life()).isEqualTo(Duration.ofMinutes(9));
    assertThat(read.tokens().ear().issuer()).isEqualTo("CoCo-Attestation-Service");
    assertThat(read.tokens().ear().verbose()).isFalse();
    assertThat(read.tokens().signing().key() + "").contains("/etc/token-chain.pem");
    assertThat(read.tokens().trust().certificates()).containsExactly(Path.of("/etc/ca.pem"));
    assertThat(read.tokens().teeKeyPlaces()).containsExactly("/key/jwk");
    assertThat(read.admin().mode()).isEqualTo(AdminSettings.Mode.AUTHENTICATED);
    assertThat(read.state()).isEqualTo(Path.of("/opt/kbs"));
    assertThat(read.plugins()).hasSize(1);
  }

  @Test
  void tables_of_ours_stand_beside_and_win() {
    var read =
        read("state = \"/var/lib/theca\"\n" + WHOLE + "[reference]\nunsigned = \"admin\"\n")
            .orThrow();
    assertThat(read.state()).isEqualTo(Path.of("/var/lib/theca"));
    assertThat(read.references().unsignedByAdmin()).isTrue();
  }

  @Test
  void a_database_is_named_without_its_password() {
    String form =
        """
        state = "/var/lib/theca"
        [http_server]
        sockets = ["127.0.0.1:8080"]
        [storage_backend]
        storage_type = "Postgres"
        [storage_backend.backends.postgres]
        host = "db.example.org"
        db = "kbs"
        username = "broker"
        """;
    assertThat(read(form).orThrow().store() + "").contains("broker@db.example.org:5432/kbs");
    var refused = read(form + "password = \"secret-word\"\n");
    assertThat(refused + "").contains("password_file").doesNotContain("secret-word");
    assertThat(refused.isGranted()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "worker_count = 4 | [limits] requests",
        "tls_ciphers = \"ECDHE-RSA-AES128-GCM-SHA256\" | names as Java has them",
        "payload_request_size = 5000 | from 1 to 64",
        "unknown_key = 1 | unknown",
      })
  void keys_of_the_listener_without_an_equivalent_are_refused_by_name(String line, String words) {
    String form = SMALL.replace("insecure_http = true", "insecure_http = true\n" + line);
    refused(form, line.split(" ")[0], words);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[attestation_service];type = \"coco_as_grpc\" | type | judged in this process",
        "[attestation_service];type = \"intel_ta\";api_key = \"k\" | api_key | in this process",
        "[attestation_service];as_addr = \"http://127.0.0.1:50004\" | as_addr | in this process",
        "[attestation_service.verifier_config.nvidia];type = \"Local\" | verifier_config | [anchors]",
        "[attestation_service.rvps_config];type = \"GrpcRemote\" | rvps_config | kept here",
        "[attestation_service.attestation_token_broker];build_name = \"b\" | build_name | this program",
        "[[plugins]];name = \"sample\" | name | for tests only",
        "[[plugins]];name = \"nebula-ca\" | name | x509-ca",
        "[[plugins]];name = \"resource\";storage_backend_type = \"Vault\" | storage_backend_type | [kek]",
        "[admin];type = \"InsecureAllowAll\" | type | authorization_mode",
        "[misspelt];a = 1 | misspelt | unknown",
      })
  void what_this_broker_does_otherwise_is_refused_with_what_to_write(
      String lines, String name, String words) {
    refused(SMALL + lines.replace(";", "\n") + "\n", name, words);
  }

  @ParameterizedTest
  @CsvSource({"Memory,state =", "Redis,LocalFs or Postgres", "LocalJson,LocalFs or Postgres"})
  void stores_that_keep_nothing_or_in_the_clear_are_refused(String type, String words) {
    refused(SMALL.replace("LocalFs", type), "storage_type", words);
  }

  private static void refused(String form, String name, String words) {
    switch (read(form)) {
      case Outcome.Granted<BrokerSettings>(var settings) ->
          throw new AssertionError("read as " + settings);
      case Outcome.Refused<BrokerSettings>(var why) ->
          assertThat(why)
              .anySatisfy(
                  reason -> {
                    assertThat(reason.what()).contains(name);
                    assertThat(List.of(reason.expected(), reason.found()) + "").contains(words);
                  });
    }
  }
}
