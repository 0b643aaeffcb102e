package dev.theca.broker.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.theca.wire.jose.B64;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens of identity providers, made with another implementation. */
class JwtTest {
  private static final String AUDIT = "/theca/v1/audit";
  private static final KeyPair KEY = Keys.ec("secp256r1");
  private static final KeyPair RSA = Keys.of("RSA");
  private static final KeyPair OTHER_RSA = Keys.of("RSA");

  @TempDir Path folder;
  private Admin admin;

  @AfterEach
  void close() {
    admin.close();
  }

  private void open(KeyPair key, String members) {
    admin = new Admin(folder, provider(key, members));
  }

  private String provider(KeyPair key, String members) {
    return "authorization_mode = \"AuthenticatedAuthorization\"\n"
        + "[[authentication.bearer_jwt.identity_providers]]\n"
        + "public_key_uri = \""
        + Keys.pem(folder, key)
        + "\"\n"
        + members
        + "\n";
  }

  private static String auditor(JWTClaimsSet.Builder claims) {
    return Keys.token(KEY, "ES256", "", claims.build());
  }

  @ParameterizedTest
  @CsvSource({
    "secp256r1, ES256",
    "secp384r1, ES384",
    "secp521r1, ES512",
    "RSA, RS256",
    "RSA, RS384",
    "RSA, RS512",
    "RSA, PS256",
    "RSA, PS384",
    "RSA, PS512"
  })
  void tokens_of_every_algorithm_are_believed_under_their_key_only(String kind, String alg) {
    var key = kind.equals("RSA") ? RSA : Keys.ec(kind);
    var other = kind.equals("RSA") ? OTHER_RSA : Keys.ec(kind);
    open(key, "issuer = \"idp\"\naudience = \"kbs-admin\"");
    var claims = Keys.claims("auditor").build();
    assertThat(admin.says(Keys.token(key, alg, "any", claims), "GET", AUDIT)).isEqualTo("granted");
    assertThat(admin.says(Keys.token(other, alg, "any", claims), "GET", AUDIT))
        .isEqualTo(Admins.INVALID + ": a bad signature");
  }

  @Test
  void the_token_of_the_reference_page_is_believed() {
    var key = Keys.of("Ed25519");
    open(key, "issuer = \"T\"");
    long exp = Keys.NOW.getEpochSecond() + 10L * 365 * 86400;
    String payload =
        "{\"iss\":\"T\",\"role\":\"owner\",\"iat\":1,\"aud\":[\"KBS\"],\"exp\":" + exp + "}";
    assertThat(admin.says(Keys.edDsa(key, payload), "POST", "/kbs/v0/resource-policy"))
        .isEqualTo("granted");
    assertThat(admin.says(Keys.edDsa(Keys.of("Ed25519"), payload), "GET", AUDIT))
        .isEqualTo(Admins.INVALID + ": a bad signature");
  }

  @Test
  void nothing_but_time_issuer_audience_and_key_is_told_to_a_stranger() {
    open(KEY, "issuer = \"idp\"\naudience = \"kbs-admin\"");
    var expired = Keys.claims("auditor").expirationTime(Date.from(Keys.NOW.minusSeconds(60)));
    assertThat(admin.says(auditor(expired), "GET", AUDIT)).contains("expired");
    var endless = Keys.claims("auditor").expirationTime(null);
    assertThat(admin.says(auditor(endless), "GET", AUDIT)).contains("without exp");
    var early = Keys.claims("auditor").notBeforeTime(Date.from(Keys.NOW.plusSeconds(61)));
    assertThat(admin.says(auditor(early), "GET", AUDIT)).contains("not yet valid");
    assertThat(admin.says(auditor(Keys.claims("auditor").issuer("idp2")), "GET", AUDIT))
        .isEqualTo(Admins.INVALID + ": the wrong issuer");
    assertThat(admin.says(auditor(Keys.claims("auditor").audience("kbs")), "GET", AUDIT))
        .isEqualTo(Admins.INVALID + ": the wrong audience");
    assertThat(admin.says(auditor(Keys.claims("auditor").claim("role", null)), "GET", AUDIT))
        .isEqualTo(Admins.DENIED + ": Missing required `role` claim in JWT");
    assertThat(
            admin.says(
                auditor(Keys.claims("auditor").claim("role", List.of("auditor"))), "GET", AUDIT))
        .startsWith(Admins.DENIED);
    assertThat(admin.says(auditor(Keys.claims("cook")), "GET", AUDIT))
        .isEqualTo(Admins.DENIED + ": not: jwt:alice@idp has no role here");
  }

  @Test
  void sixty_seconds_of_leeway_and_not_one_more() {
    open(KEY, "");
    var claims = Keys.claims("auditor").expirationTime(Date.from(Keys.NOW.minusSeconds(59)));
    assertThat(admin.says(auditor(claims), "GET", AUDIT)).isEqualTo("granted");
    assertThat(admin.says(auditor(claims), "GET", AUDIT, Keys.NOW.plusSeconds(1)))
        .contains("expired");
  }

  @Test
  void an_audience_may_be_one_text() {
    open(KEY, "audience = \"kbs-admin\"");
    assertThat(admin.says(auditor(Keys.claims("auditor").audience("kbs-admin")), "GET", AUDIT))
        .isEqualTo("granted");
  }

  @Test
  void a_message_never_chooses_its_algorithm() throws Exception {
    open(KEY, "");
    String claims = Keys.claims("owner").build().toString();
    String none = Keys.text("{\"alg\":\"none\"}") + "." + Keys.text(claims) + ".";
    assertThat(admin.says(none, "GET", AUDIT)).startsWith(Admins.INVALID);
    String content = Keys.text("{\"alg\":\"HS256\"}") + "." + Keys.text(claims);
    for (byte[] secret :
        List.of(
            KEY.getPublic().getEncoded(),
            java.nio.file.Files.readAllBytes(Keys.pem(folder, KEY)))) {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      String forged =
          content + "." + B64.url(mac.doFinal(content.getBytes(StandardCharsets.US_ASCII)));
      assertThat(admin.says(forged, "GET", AUDIT)).isEqualTo(Admins.INVALID + ": a bad signature");
    }
  }

  @Test
  void a_token_with_one_letter_changed_is_none() {
    open(KEY, "");
    String token = auditor(Keys.claims("auditor"));
    assertThat(admin.says(token, "GET", AUDIT)).isEqualTo("granted");
    for (int i = 0; i < token.length(); i += 7) {
      String forged =
          token.substring(0, i) + (token.charAt(i) == 'A' ? 'B' : 'A') + token.substring(i + 1);
      assertThat(admin.says(forged, "GET", AUDIT)).as("letter " + i).startsWith(Admins.INVALID);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        ".",
        "..",
        "...",
        "a.b.c",
        "e30.e30.",
        "e30.e30",
        "e30.e30.e30.e30",
        "!!.!!.!!",
        "W10.W10.W10",
        "theca-api-",
        "theca-root-",
        "\0",
        "e30=.e30=.AA"
      })
  void other_text_is_no_token(String bearer) {
    open(KEY, "");
    assertThat(admin.says(bearer, "GET", AUDIT)).startsWith(Admins.INVALID);
  }

  @Test
  void a_huge_or_deep_token_is_refused_unread() {
    open(KEY, "");
    assertThat(admin.says("a".repeat(1 << 20), "GET", AUDIT)).startsWith(Admins.INVALID);
    String deep = Keys.text("[".repeat(5000) + "]".repeat(5000));
    assertThat(admin.says(deep + "." + deep + ".AA", "GET", AUDIT)).startsWith(Admins.INVALID);
    String critical = Keys.text("{\"alg\":\"ES256\",\"crit\":[\"b64\"],\"b64\":false}");
    assertThat(admin.says(critical + "." + Keys.text("{}") + ".AA", "GET", AUDIT))
        .startsWith(Admins.INVALID);
  }

  @Test
  void without_a_bearer_the_credentials_are_missing() {
    open(KEY, "");
    assertThat(admin.says("", "GET", AUDIT)).isEqualTo(Admins.MISSING + ": absent");
  }

  @Test
  void groups_become_roles_through_the_map_only() {
    open(
        KEY,
        """
        roles_claim = "realm.groups"
        role_map = [
          { claim = "sec", role = "auditor" },
          { claim = "team-a", role = "resource-owner", tenants = ["team-a"] },
        ]
        """);
    var token = auditor(groups("sec", "owner"));
    assertThat(admin.says(token, "GET", AUDIT)).isEqualTo("granted");
    assertThat(admin.says(token, "POST", "/theca/v1/tokens")).startsWith(Admins.DENIED);
    var team = auditor(groups("team-a"));
    assertThat(admin.says(team, "POST", "/kbs/v0/resource/team-a/k/o")).isEqualTo("granted");
    assertThat(admin.says(team, "POST", "/kbs/v0/resource/team-b/k/o")).startsWith(Admins.DENIED);
    var many = new JWTClaimsSet.Builder(groups("x").build());
    assertThat(admin.says(auditor(many), "GET", AUDIT)).startsWith(Admins.DENIED);
  }

  private static JWTClaimsSet.Builder groups(String... names) {
    return Keys.claims("owner").claim("realm", Map.of("groups", List.of(names)));
  }

  @Test
  void a_claim_of_tenants_binds_and_its_absence_is_no_tenant() {
    open(KEY, "tenants_claim = \"/https:~1~1example.org~1tenants\"\ntenants = [\"team-a\", \"c\"]");
    String name = "https://example.org/tenants";
    String path = "/kbs/v0/resource/team-a/k/o";
    var both = auditor(Keys.claims("resource-owner").claim(name, List.of("team-a", "team-b")));
    assertThat(admin.says(both, "POST", path)).isEqualTo("granted");
    assertThat(admin.says(both, "POST", "/kbs/v0/resource/team-b/k/o")).startsWith(Admins.DENIED);
    assertThat(admin.says(both, "POST", "/kbs/v0/resource/c/k/o")).startsWith(Admins.DENIED);
    var none = auditor(Keys.claims("resource-owner"));
    assertThat(admin.says(none, "POST", path)).startsWith(Admins.DENIED);
    var owner = auditor(Keys.claims("owner").claim(name, List.of("team-a")));
    assertThat(admin.says(owner, "POST", "/kbs/v0/resource-policy")).startsWith(Admins.DENIED);
  }

  @Test
  void providers_are_asked_in_order_until_one_believes() {
    var second = Keys.ec("secp256r1");
    admin =
        new Admin(
            folder,
            provider(KEY, "issuer = \"first\"")
                + "[[authentication.bearer_jwt.identity_providers]]\nissuer = \"idp\"\n"
                + "public_key_uri = \""
                + Keys.pem(folder, second).toUri()
                + "\"\n"
                + "[[authentication.bearer_jwt.identity_providers]]\nissuer = \"idp\"\n"
                + "public_key_uri = \""
                + Keys.pem(folder, KEY)
                + "\"\n");
    assertThat(admin.says(auditor(Keys.claims("auditor")), "GET", AUDIT)).isEqualTo("granted");
    assertThat(
            admin.says(
                Keys.token(second, "ES256", "", Keys.claims("auditor").build()), "GET", AUDIT))
        .isEqualTo("granted");
    assertThat(admin.says(auditor(Keys.claims("auditor").issuer("third")), "GET", AUDIT))
        .isEqualTo(Admins.INVALID + ": the wrong issuer");
  }

  @Test
  void a_believed_token_is_remembered_until_it_expires_and_no_longer() {
    open(KEY, "");
    String token = auditor(Keys.claims("auditor"));
    Instant until = Keys.NOW.plusSeconds(660);
    assertThat(admin.says(token, "GET", AUDIT)).isEqualTo("granted");
    assertThat(admin.says(token, "GET", AUDIT, until.minusMillis(1))).isEqualTo("granted");
    assertThat(admin.says(token, "GET", AUDIT, until)).contains("expired");
  }

  @Test
  void the_references_rules_match_whole_paths_and_never_mean_built_in_roles() {
    open(
        KEY,
        """
        [authorization.regex_acl]
        acls = [ { role = "owner", allowed_endpoints = "^/kbs/v0/resource/a/.+$" },
                 { role = "all", allowed_endpoints = "^/kbs/.+$" },
                 { role = "loose", allowed_endpoints = "^/kbs/v0/x$|.*y$" } ]
        """);
    String owner = auditor(Keys.claims("owner"));
    assertThat(admin.says(owner, "POST", "/kbs/v0/resource/a/k/o")).isEqualTo("granted");
    assertThat(admin.says(owner, "POST", "/kbs/v0/resource/b/k/o")).startsWith(Admins.DENIED);
    assertThat(admin.says(owner, "GET", AUDIT)).startsWith(Admins.DENIED);
    assertThat(admin.says(owner, "POST", "/kbs/v0/resource/a/../b/k")).startsWith(Admins.DENIED);
    String all = auditor(Keys.claims("all"));
    assertThat(admin.says(all, "DELETE", "/kbs/v0/resource/b/k/o")).isEqualTo("granted");
    assertThat(admin.says(all, "GET", AUDIT)).startsWith(Admins.DENIED);
    assertThat(admin.says(auditor(Keys.claims("loose")), "GET", "/theca/v1/tokens/y"))
        .startsWith(Admins.DENIED);
    assertThat(admin.says(auditor(Keys.claims("auditor")), "GET", AUDIT)).startsWith(Admins.DENIED);
  }

  @Test
  void deny_all_believes_no_provider_but_its_own_tokens() {
    open(KEY, "");
    var denying = admin.another(provider(KEY, "").replace("AuthenticatedAuthorization", "DenyAll"));
    assertThat(denying.allow(auditor(Keys.claims("auditor")), "GET", AUDIT, Keys.NOW).isGranted())
        .isFalse();
    assertThat(denying.allow(admin.rootText(), "GET", AUDIT, Keys.NOW).isGranted()).isTrue();
  }

  @Test
  void the_insecure_mode_lets_anyone_in_and_says_so() {
    open(KEY, "");
    String toml = "authorization_mode = \"InsecureAllowAll\"";
    var anyone = admin.another(toml);
    assertThat(anyone.allow("", "POST", "/kbs/v0/resource-policy", Keys.NOW).orThrow().name())
        .isEqualTo("insecure-anyone");
    assertThat(anyone.allow("", "POST", "/kbs/v0/resource/../x", Keys.NOW).isGranted()).isFalse();
    var settings = AdminSettings.parse(dev.theca.wire.toml.Toml.parse(toml).orThrow()).orThrow();
    assertThat(settings.warnings()).singleElement().asString().startsWith("INSECURE");
  }
}
