package dev.theca.broker.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.toml.Toml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdminSettingsTest {
  @TempDir Path folder;

  private static Outcome<AdminSettings> parse(String toml) {
    return AdminSettings.parse(Toml.parse(toml).orThrow());
  }

  private static List<Refusal> reasons(Outcome<?> outcome) {
    return outcome instanceof Outcome.Refused<?>(var reasons) ? reasons : List.of();
  }

  @Test
  void nothing_configured_means_only_the_brokers_own_tokens() {
    var settings = parse("").orThrow();
    assertThat(settings.mode()).isEqualTo(AdminSettings.Mode.DENY_ALL);
    assertThat(settings.warnings()).isEmpty();
  }

  @Test
  void the_references_example_is_read() {
    var settings =
        parse(
                """
                authorization_mode = "AuthenticatedAuthorization"
                [authentication.bearer_jwt]
                identity_providers = [
                  { issuer="idp", audience="kbs-admin", jwk_set_uri="https://idp/jwks/" },
                  { public_key_uri="/etc/kbs/admin.pub" } ]
                [authorization.regex_acl]
                acls = [ { role="admin", allowed_endpoints="^/kbs/.+$" } ]
                """)
            .orThrow();
    assertThat(settings.providers()).hasSize(2);
    assertThat(settings.providers().get(1).publicKey().orElseThrow())
        .hasToString("file:///etc/kbs/admin.pub");
    assertThat(settings.acls()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          type = "InsecureAllowAll"                                       | 'type'
          authorization_mode = "Everything"                               | authorization_mode
          authorization_mode = 1                                          | authorization_mode
          authorization_mode = "AuthenticatedAuthorization"               | identity_providers
          authentication = 1                                              | authentication
          authentication.bearer_jwt.identity_provider = []                | 'identity_provider'
          authentication.bearer_jwt.identity_providers = [{}]             | public_key_uri
          authentication.bearer_jwt.identity_providers = [1]              | identity_providers
          authentication.bearer_jwt.identity_providers = [{jwk_set_uri="http://idp"}] | jwk_set_uri
          authentication.bearer_jwt.identity_providers = [{jwk_set_uri="ftp://idp/x"}] | jwk_set_uri
          authentication.bearer_jwt.identity_providers = [{jwk_set_uri="https://i/?a=b"}] | jwk_set_uri
          authentication.bearer_jwt.identity_providers = [{jwk_set_uri="file://host/x"}] | jwk_set_uri
          authentication.bearer_jwt.identity_providers = [{jwk_set_uri="https://a b"}] | jwk_set_uri
          authentication.bearer_jwt.identity_providers = [{jwks="/x"}]    | 'jwks'
          authentication.bearer_jwt.identity_providers = [{public_key_uri="/x", roles_claim="g"}] | role_map
          authentication.bearer_jwt.identity_providers = [{public_key_uri="/x", role_map=[{claim="g", role="boss"}]}] | role_map
          authentication.bearer_jwt.identity_providers = [{public_key_uri="/x", tenants=["../x"]}] | tenants
          authorization.regex_acl.acls = [{role="a", allowed_endpoints="/kbs/.+"}] | allowed_endpoints
          authorization.regex_acl.acls = [{role="a", allowed_endpoints="^/kbs/.+"}] | allowed_endpoints
          authorization.regex_acl.acls = [{role="a", allowed_endpoints="^/kbs/($"}] | allowed_endpoints
          authorization.regex_acl.acls = [{role="a", allowed_endpoints="^/kbs/(?=x)$"}] | allowed_endpoints
          authorization.regex_acl.acls = [{allowed_endpoints="^/kbs/.+$"}] | role
          roles = [{name="owner", permissions=[{methods=["GET"], path="/kbs/v0/x"}]}] | name
          roles = [{name="a@b", permissions=[{methods=["GET"], path="/kbs/v0/x"}]}] | name
          roles = [{name="a"}]                                            | permissions
          roles = [{name="a", permissions=[{methods=["get"], path="/kbs/v0/x"}]}] | methods
          roles = [{name="a", permissions=[{methods=[], path="/kbs/v0/x"}]}] | methods
          roles = [{name="a", permissions=[{methods=["GET"], path="/x"}]}] | path template
          roles = [{name="a", permissions=[{method=["GET"], path="/kbs/v0/x"}]}] | 'method'
          """)
  void a_wrong_setting_is_refused_by_name(String toml, String named) {
    assertThat(reasons(parse(toml))).anySatisfy(r -> assertThat(r.what()).contains(named));
  }

  @Test
  void a_role_cannot_be_defined_twice() {
    String role = "[[roles]]\nname=\"a\"\npermissions=[{methods=[\"GET\"], path=\"/kbs/v0/x\"}]\n";
    assertThat(parse(role).isGranted()).isTrue();
    assertThat(parse(role + role).isGranted()).isFalse();
  }

  @Test
  void everything_that_is_wrong_is_told_at_once() {
    assertThat(reasons(parse("a = 1\nb = 2\nauthorization_mode = \"x\""))).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource({"public_key_uri, no key here", "jwk_set_uri, '{\"keys\":[]}'", "ca_certs, x"})
  void a_broker_does_not_start_with_a_key_file_that_it_cannot_read(String key, String content)
      throws Exception {
    Path file = Files.writeString(folder.resolve("file"), content);
    Path good = Keys.pem(folder, Keys.ec("secp256r1"));
    String extra = key.equals("ca_certs") ? "public_key_uri = \"" + good + "\"\n" : "";
    var settings =
        parse(
                "authorization_mode = \"AuthenticatedAuthorization\"\n"
                    + "[[authentication.bearer_jwt.identity_providers]]\n"
                    + extra
                    + key
                    + " = \""
                    + file
                    + "\"")
            .orThrow();
    try (var admin = new Admin(folder, "")) {
      assertThat(
              BrokerAdmins.open(
                  settings,
                  admin.root,
                  admin.database,
                  admin.trail,
                  new java.security.SecureRandom()))
          .isInstanceOf(Outcome.Refused.class);
    }
  }
}
