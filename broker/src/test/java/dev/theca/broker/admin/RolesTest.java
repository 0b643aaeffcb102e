package dev.theca.broker.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.broker.admin.ApiTokens.Made;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may do what: the whole table through the door that the HTTP side uses. */
class RolesTest {
  private static final String CUSTOM =
      """
      [[roles]]
      name = "backup"
      permissions = [
        { methods = ["GET"], path = "/theca/v1/backup" },
        { methods = ["PUT"], path = "/kbs/v0/resource/team-a/backup/*" },
      ]
      """;

  @TempDir Path folder;
  private Admin admin;
  private final Map<String, String> bearers = new HashMap<>();

  @BeforeEach
  void open() {
    admin = new Admin(folder, CUSTOM);
  }

  @AfterEach
  void close() {
    admin.close();
  }

  private String bearer(String role) {
    if (role.equals("root")) return admin.rootText();
    return bearers.computeIfAbsent(
        role,
        r -> {
          int at = r.indexOf('@');
          var wish =
              new NewApiToken(
                  r.replace('@', '.'),
                  List.of(at < 0 ? r : r.substring(0, at)),
                  at < 0 ? List.of() : List.of(r.substring(at + 1)),
                  Optional.empty());
          Made made = admin.admins.tokens().create(wish, admin.owner(), Keys.NOW).orThrow();
          return made.secret().lend(b -> new String(b, StandardCharsets.US_ASCII));
        });
  }

  @ParameterizedTest
  @CsvSource({
    "root, DELETE, /kbs/v0/resource/team-a/key/one, true",
    "root, POST, /theca/v1/tokens, true",
    "owner, POST, /theca/v1/tokens, true",
    "owner, POST, /kbs/v0/resource/team-b/key/one, true",
    "owner@team-a, POST, /kbs/v0/resource/team-a/key/one, true",
    "owner@team-a, POST, /theca/v1/tenants/team-a/resources/key/one/rotate, true",
    "owner@team-a, GET, /theca/v1/tenants/team-a, true",
    "owner@team-a, PUT, /theca/v1/tenants/team-a/quota, false",
    "owner@team-a, PUT, /theca/v1/policies/tenant/team-a, true",
    "owner@team-a, PUT, /theca/v1/policies/tenant/team-b, false",
    "owner@team-a, GET, /theca/v1/tenants, false",
    "owner, PUT, /theca/v1/tenants/team-a/quota, true",
    "owner, GET, /theca/v1/tenants, true",
    "resource-owner, GET, /theca/v1/tenants, true",
    "resource-owner, PUT, /theca/v1/tenants/team-a/quota, false",
    "resource-owner@team-a, GET, /theca/v1/tenants, false",
    "auditor, GET, /theca/v1/tenants, true",
    "auditor@team-a, GET, /theca/v1/tenants, false",
    "operator, GET, /theca/v1/tenants, true",
    "operator, DELETE, /theca/v1/anchors/data, true",
    "auditor, GET, /theca/v1/anchors, true",
    "auditor, GET, /theca/v1/revocations, true",
    "auditor, POST, /theca/v1/revocations, false",
    "auditor, DELETE, /theca/v1/anchors/data, false",
    "owner@team-a, DELETE, /theca/v1/anchors/data, false",
    "resource-owner, DELETE, /theca/v1/anchors/data, false",
    "policy-author, GET, /theca/v1/tenants, false",
    "owner@team-a, POST, /kbs/v0/resource/team-b/key/one, false",
    "owner@team-a, POST, /theca/v1/tenants/team-b/resources/key/one/rotate, false",
    "owner@team-a, POST, /theca/v1/tokens, false",
    "owner@team-a, POST, /kbs/v0/resource-policy, false",
    "resource-owner, POST, /kbs/v0/resource/team-b/key/one, true",
    "resource-owner@team-a, POST, /kbs/v0/resource/team-a/key/one, true",
    "resource-owner@team-a, DELETE, /kbs/v0/resource/team-a/key/one, true",
    "resource-owner@team-a, GET, /kbs/v0/resource/team-a/key/one, false",
    "resource-owner@team-a, PATCH, /kbs/v0/resource/team-a/key/one, false",
    "resource-owner@team-a, post, /kbs/v0/resource/team-a/key/one, false",
    "resource-owner@team-a, POST, /kbs/v0/resource/team-b/key/one, false",
    "resource-owner@team-a, POST, /kbs/v0/resource/team-a2/key/one, false",
    "resource-owner@team-a, POST, /kbs/v0/resource/Team-a/key/one, false",
    "resource-owner@team-a, POST, /kbs/v0/resource/team-b/team-a/one, false",
    "resource-owner@team-a, POST, /kbs/v0/resource/team-a/../team-b/key, false",
    "resource-owner@team-a, POST, /kbs/v0/resource/team-a%2f../team-b/key, false",
    "resource-owner@team-a, POST, /theca/v1/tenants/team-a/resources/key/one/rotate, true",
    "resource-owner@team-a, GET, /theca/v1/tenants/team-a, true",
    "resource-owner@team-a, GET, /theca/v1/tenants/team-b, false",
    "resource-owner@team-a, POST, /theca/v1/tenants/team-a/policies/x, false",
    "resource-owner, POST, /kbs/v0/resource-policy, false",
    "resource-owner, POST, /kbs/v0/reference-value, false",
    "policy-author, POST, /kbs/v0/resource-policy, true",
    "policy-author, POST, /kbs/v0/attestation-policy, true",
    "policy-author, POST, /kbs/v0/reference-value, true",
    "policy-author, GET, /kbs/v0/reference-value/mr_td, true",
    "policy-author, POST, /kbs/v0/resource/team-a/key/one, false",
    "policy-author, GET, /theca/v1/tenants/team-a/resources, false",
    "policy-author, POST, /theca/v1/tokens, false",
    "policy-author@team-a, PUT, /theca/v1/policies/tenant/team-a, true",
    "policy-author@team-a, PUT, /theca/v1/policies/tenant/team-b, false",
    "policy-author@team-a, PUT, /theca/v1/policies/resource/resource-policy, false",
    "policy-author, POST, /theca/v1/trials, true",
    "policy-author@team-a, POST, /kbs/v0/resource-policy, false",
    "policy-author@team-a, POST, /kbs/v0/reference-value, false",
    "auditor, GET, /theca/v1/audit, true",
    "auditor, GET, /theca/v1/audit/export, true",
    "auditor, GET, /kbs/v0/resource-policy, true",
    "auditor, POST, /kbs/v0/resource-policy, false",
    "auditor, DELETE, /theca/v1/audit, false",
    "auditor, GET, /kbs/v0/resource/team-a/key/one, false",
    "auditor, GET, /theca/v1/tenants/team-a/resources, false",
    "auditor@team-a, GET, /theca/v1/audit, false",
    "auditor@team-a, GET, /theca/v1/policies/tenant/team-a, true",
    "operator, POST, /theca/v1/signing-key/rotate, true",
    "operator, GET, /theca/v1/data-keys, true",
    "operator, POST, /kbs/v0/resource/team-a/key/one, false",
    "operator, GET, /theca/v1/audit, false",
    "backup, GET, /theca/v1/backup, true",
    "backup, POST, /theca/v1/backup, false",
    "backup, PUT, /kbs/v0/resource/team-a/backup/x, true",
    "backup, PUT, /kbs/v0/resource/team-b/backup/x, false",
    "backup@team-a, PUT, /kbs/v0/resource/team-a/backup/x, false",
    "root, GET, /theca/v1/audit/, false",
    "root, GET, /metrics, false",
  })
  void a_role_allows_what_it_is_for_and_nothing_else(
      String role, String method, String path, boolean allowed) {
    assertThat(admin.says(bearer(role), method, path).equals("granted")).isEqualTo(allowed);
    if (!allowed) assertThat(admin.says(bearer(role), method, path)).startsWith(Admins.DENIED);
  }

  @Test
  void an_actor_carries_name_roles_and_tenants_for_the_trail() {
    assertThat(admin.owner()).isEqualTo(new Actor("admin", java.util.Set.of("owner")));
    String bearer = bearer("resource-owner@team-a");
    var who = admin.admins.allow(bearer, "POST", "/kbs/v0/resource/team-a/k/o", Keys.NOW).orThrow();
    assertThat(who.name()).isEqualTo("token:resource-owner.team-a");
    assertThat(who.roles()).containsExactly("resource-owner@team-a");
  }

  @Test
  void every_role_is_listed_with_what_it_allows() {
    assertThat(admin.admins.roles())
        .containsOnlyKeys(
            "auditor", "backup", "operator", "owner", "policy-author", "resource-owner")
        .containsEntry(
            "backup", List.of("GET /theca/v1/backup", "PUT /kbs/v0/resource/team-a/backup/*"));
  }
}
