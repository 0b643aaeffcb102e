package dev.theca.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.forge.SgxPlatform.Knobs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths that two readers might read as two paths, and tenants that reach for their neighbours. */
class PathAttackTest {
  private static Provisioning platform;
  private static Running broker;
  private static Guest.Challenged attested;
  private static Guest guest;
  private static String teamA;
  private static String author;
  private static String auditor;

  @TempDir static Path folder;

  @BeforeAll
  static void start() throws IOException {
    platform = new Provisioning(Knobs.good());
    broker = new Scene(folder, platform).provisioned();
    guest = new Guest(platform);
    attested = Guest.auth(broker);
    Scene.done(guest.attest(broker, attested));
    Scene.done(broker.admin("POST", "/kbs/v0/resource/team-b/key/one", "theirs"));
    teamA = token("{\"name\":\"a\",\"roles\":[\"resource-owner\"],\"tenants\":[\"team-a\"]}");
    author = token("{\"name\":\"p\",\"roles\":[\"policy-author\"],\"tenants\":[\"team-a\"]}");
    auditor = token("{\"name\":\"x\",\"roles\":[\"auditor\"]}");
  }

  private static String token(String asked) {
    var made = broker.admin("POST", "/theca/v1/admin-tokens", asked);
    assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
    return Running.json(made).string("token").orElseThrow();
  }

  @AfterAll
  static void end() {
    broker.close();
    platform.close();
  }

  private static int status(String answer) {
    assertThat(answer).startsWith("HTTP/1.1 ");
    return Integer.parseInt(answer.substring(9, 12));
  }

  @Test
  void the_plain_path_opens_with_slashes_too_many_as_clients_of_the_field_send_them() {
    for (String path :
        List.of("default/key/one", "/default/key/one", "default//key///one", "default/key/one/"))
      assertThat(guest.opened(Guest.get(broker, attested.cookie(), path)))
          .as(path)
          .isEqualTo(Scene.SECRET);
    assertThat(guest.opened(Guest.get(broker, attested.cookie(), "default/key/%6Fne?x=../..")))
        .isEqualTo(Scene.SECRET);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/kbs/v0/resource/team-b/../default/key/one",
        "/kbs/v0/resource/default/key/./one",
        "/kbs/v0/resource/default/key/..",
        "/kbs/v0/resource/./default/key/one",
        "/kbs/v0/resource/x/%2e%2e/default/key/one",
        "/kbs/v0/resource/x/%2E./default/key/one",
        "/kbs/v0/resource/x/..%2Fdefault/key/one",
        "/kbs/v0/resource/default%2Fkey%2Fone",
        "/kbs/v0/resource/default/key%2fone",
        "/kbs/v0/resource/default/key%5Cone",
        "/kbs/v0/resource/default\\key\\one",
        "/kbs/v0/resource/x/%252e%252e/default/key/one",
        "/kbs/v0/resource/default%252Fkey/one/x",
        "/kbs/v0/resource/default/key/one%00",
        "/kbs/v0/resource/default/key/%00one",
        "/kbs/v0/resource/default/key/one%0d%0aX:%20y",
        "/kbs/v0/resource/default/key/%c0%afone",
        "/kbs/v0/resource/%c0%ae%c0%ae/key/one",
        "/kbs/v0/resource/default/key/%e0%80%aeone",
        "/kbs/v0/resource/default/key/%ff",
        "/kbs/v0/resource/default/key/%ed%a0%80",
        "/kbs/v0/resource/default/key/%",
        "/kbs/v0/resource/default/key/%4",
        "/kbs/v0/resource/default/key/%zz",
        "/kbs/v0/resource/default/key/.one",
        "/kbs/v0/resource/default/key",
        "/kbs/v0/resource/default/key/one/two",
        "/kbs/v0/resource/default",
        "/kbs/v0/resource/",
        "/kbs/v0/resource",
        "/kbs/v0/resource/default/key/one;v=1",
        "/kbs/v0/resource;x=y/default/key/one",
        "/kbs/v0/resource/default;x/key/one",
        "/kbs/v0/resource/DEFAULT/key/one",
        "/kbs/v0/RESOURCE/default/key/one",
        "/KBS/v0/resource/default/key/one",
        "/kbs/v0/resource/default/key/one%20",
        "/kbs/v0/resource/default/key/%EF%BD%8Fne",
        "/kbs/v0/resource/default/key/one?version=0",
        "/kbs/v0/resource/default/key/one?version=-1",
        "/kbs/v0/resource/default/key/one?version=1e3",
        "/kbs/v0/resource/default/key/one?version=999999999999999999999",
        "/kbs/v0/resource/default/key/one?%zz",
        "/kbs/v0/../v0/resource/default/key/one",
        "/kbs/v0/anchor/../resource/default/key/one",
        "/kbs/v0/external/x/../../resource/default/key/one",
        "/kbs//v1/resource/default/key/one"
      })
  void a_path_that_is_not_the_resources_own_opens_nothing(String target) {
    var answer = broker.rawGet(target, "Cookie: " + attested.cookie());
    assertThat(status(answer)).as(answer).isBetween(400, 404).isNotEqualTo(401);
    assertThat(answer).contains("\"detail\"").doesNotContain("\"ciphertext\"");
  }

  private static String post(String target, String bearer) {
    return broker.raw(
        "POST "
            + target
            + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1\r\n"
            + "Authorization: Bearer "
            + bearer
            + "\r\n\r\nX");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/kbs/v0/resource/team-b/key/one",
        "/kbs/v0/resource//team-b/key/one",
        "/kbs/v0//resource/team-b/key/one",
        "/kbs/v0/resource/team-a/../team-b/key/one",
        "/kbs/v0/resource/team-a/%2e%2e/team-b/key/one",
        "/kbs/v0/resource/team-a%2F..%2Fteam-b/key/one",
        "/kbs/v0/resource/team-a%2fkey/one",
        "/kbs/v0/resource/team-b%2fkey/one/x",
        "/kbs/v0/resource/%74eam-b/key/one",
        "/kbs/v0/resource/TEAM-A/key/one",
        "/kbs/v0/resource/team-a%20/key/one",
        "/kbs/v0/resource/team-a%00/key/one",
        "/kbs/v0/resource/team-b;/key/one",
        "/kbs/v0/resource/team-a;x=/../team-b/key/one",
        "/kbs/v0/resource/team-b/key/one?tenant=team-a",
        "/kbs/v0/resource/team-b/key/one#/team-a",
        "/kbs/v0/resource/%252e%252e/team-b/key/one",
        "/kbs/v0/resource/team-a/key",
        "/kbs/v0/resource/team-a/key/one/two",
        "/theca/v1/tenants/team-b/resources/key/one/versions",
        "/theca/v1/tenants/team-a/../team-b/resources/key/one/versions",
        "/theca/v1/tenants/%74eam-b/resources/key/one/generate",
        "/theca/v1/tenants/team-b/resources/key/one/rotate",
        "/theca/v1/admin-tokens",
        "/theca/v1/signing-key/rotate",
        "/theca/v1/data-keys/rewrap",
        "/theca/v1/revocations",
        "/theca/v1/trials",
        "/kbs/v0/resource-policy",
        "/kbs/v0/attestation-policy",
        "/kbs/v0/reference-value"
      })
  void the_owner_of_one_tenants_resources_writes_in_no_other_place(String target) {
    var answer = post(target, teamA);
    assertThat(status(answer)).as(answer).isIn(400, 403, 404);
    assertThat(
            broker
                .admin("GET", "/theca/v1/tenants/team-b/resources/key/one/versions/1/value", "")
                .body())
        .isEqualTo("theirs");
    assertThat(
            Running.json(broker.admin("GET", "/theca/v1/tenants/team-b/resources/key/one", ""))
                .array("versions")
                .orElseThrow())
        .hasSize(1);
  }

  private static int call(String method, String path, String bearer, String body) {
    return broker
        .send(
            method,
            path,
            body.getBytes(java.nio.charset.StandardCharsets.UTF_8),
            "Authorization",
            "Bearer " + bearer)
        .statusCode();
  }

  @Test
  void no_role_reaches_what_is_anothers() {
    String deny = "package policy\nimport rego.v1\ndefault allow := false\n";
    String reveal = "/theca/v1/tenants/team-a/resources/key/x/versions/1/value";
    assertThat(call("POST", "/kbs/v0/resource/team-a/key/x", teamA, "mine")).isEqualTo(200);
    // who writes policies reads no secret, and his tenant's policy alone is his
    assertThat(call("PUT", "/theca/v1/policies/tenant/team-a", author, deny)).isEqualTo(200);
    assertThat(call("DELETE", "/theca/v1/policies/tenant/team-a", author, "")).isEqualTo(200);
    assertThat(call("PUT", "/theca/v1/policies/tenant/team-b", author, deny)).isEqualTo(403);
    assertThat(call("PUT", "/theca/v1/policies/resource/resource-policy", author, deny))
        .isEqualTo(403);
    assertThat(call("POST", "/kbs/v0/resource-policy", author, "{}")).isEqualTo(403);
    assertThat(call("GET", reveal, author, "")).isEqualTo(403);
    assertThat(call("GET", "/kbs/v0/reference-value/sgx_mr_signer", author, "")).isEqualTo(403);
    // who reads the trail changes nothing
    for (String method : List.of("POST", "PUT", "DELETE")) {
      assertThat(call(method, "/theca/v1/audit", auditor, "")).isIn(403, 405);
      assertThat(call(method, "/kbs/v0/resource-policy", auditor, "{}")).isIn(403, 404, 405);
      assertThat(call(method, "/theca/v1/policies/tenant/team-a", auditor, deny)).isIn(403, 405);
    }
    assertThat(call("GET", reveal, auditor, "")).isEqualTo(403);
    // nobody but the owner makes tokens, so nobody makes himself owner
    String owner = "{\"name\":\"me\",\"roles\":[\"owner\"]}";
    for (String bearer : List.of(teamA, author, auditor)) {
      assertThat(call("POST", "/theca/v1/admin-tokens", bearer, owner)).isEqualTo(403);
      assertThat(call("GET", "/theca/v1/admin-tokens", bearer, "")).isEqualTo(403);
    }
  }

  @Test
  void a_workload_of_one_tenant_gets_nothing_from_another_by_their_own_policies() {
    Scene.done(broker.admin("POST", "/kbs/v0/resource/team-c/key/one", "c"));
    Scene.done(broker.admin("POST", "/kbs/v0/resource/team-d/key/one", "d"));
    for (String tenant : List.of("team-c", "team-d")) {
      String measured = tenant.equals("team-c") ? "52".repeat(32) : "53".repeat(32);
      String policy =
          """
          package policy
          import rego.v1
          default allow := false
          allow if {
            cpu := input.submods.cpu0
            cpu["ear.status"] == "affirming"
            cpu["ear.veraison.annotated-evidence"].sgx.body.mr_enclave == "%s"
          }
          """
              .formatted(measured);
      Scene.done(broker.admin("PUT", "/theca/v1/policies/tenant/" + tenant, policy));
    }
    var other = new Guest(platform);
    other.enclave.measured = Provisioning.bytes(0x53);
    var of = Guest.auth(broker);
    Scene.done(other.attest(broker, of));
    assertThat(guest.opened(Guest.get(broker, attested.cookie(), "team-c/key/one"))).isEqualTo("c");
    assertThat(other.opened(Guest.get(broker, of.cookie(), "team-d/key/one"))).isEqualTo("d");
    for (String path :
        List.of(
            "team-d/key/one",
            "/team-d//key/one",
            "%74eam-d/key/one",
            "team-d/key/one?tenant=team-c")) {
      assertThat(Guest.get(broker, attested.cookie(), path).statusCode()).as(path).isEqualTo(403);
    }
    assertThat(Guest.get(broker, of.cookie(), "team-c/key/one").statusCode()).isEqualTo(403);
  }
}
