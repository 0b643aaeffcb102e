package dev.theca.cli.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an owner does with a broker, against a real one. */
class BrokerCommandsTest {
  private static final String SECRET = "a secret that nobody lists";

  @TempDir static Path home;
  private static RunningBroker broker;
  private static Path key;

  @BeforeAll
  static void start() throws IOException {
    key = home.resolve("release.jwk");
    var made = Ran.theca("broker", "reference", "keygen", "--key-name", "release", "-o", key + "");
    assertThat(made.exitCode()).as(made.err()).isZero();
    Path config = Files.writeString(home.resolve("broker.toml"), made.out());
    broker = RunningBroker.serve(home, "--config", config + "", "--state", home + "/state");
  }

  @AfterAll
  static void end() {
    broker.close();
  }

  private static Ran done(String... arguments) {
    var ran = broker.theca(arguments);
    assertThat(ran.exitCode()).as(String.join(" ", arguments) + "\n" + ran.err()).isZero();
    return ran;
  }

  private static void refused(String code, String... arguments) {
    var ran = broker.theca(arguments);
    assertThat(ran.exitCode()).as(ran.out() + ran.err()).isEqualTo(2);
    assertThat(ran.err()).startsWith(code + ":").contains("expected:", "found:", "next:");
    assertThat(ran.err()).doesNotContain("\tat ");
  }

  @Test
  void a_resource_is_put_in_versions_listed_without_its_value_and_revoked() {
    var put = broker.thecaWith(SECRET, "broker", "resource", "put", "one/key/a", "-");
    assertThat(put.out()).isEqualTo("one/key/a version 1 is given\n");
    refused("resource-version-moved", put("one/key/a", "--if-version", "0"));
    done(put("one/key/a", "--if-version", "1", "--expires", "2100-01-01T00:00:00Z"));
    assertThat(done("broker", "resource", "list", "one").out())
        .contains("one/key/a  2")
        .doesNotContain(SECRET);
    var first = done("broker", "resource", "get", "one/key/a", "--version", "1");
    assertThat(first.out()).isEqualTo(SECRET);
    assertThat(done("broker", "resource", "get", "one/key/a").out()).isEqualTo("another value");
    assertThat(done("broker", "resource", "revoke", "one/key/a", "2").out())
        .isEqualTo("one/key/a version 2 is revoked\n");
    done("broker", "resource", "expire", "one/key/a", "1", "--at", "2100-01-01T00:00:00Z");
    var versions = done("broker", "resource", "versions", "one/key/a", "--json").json();
    assertThat(versions.array("versions").orElseThrow()).hasSize(2);
    assertThat(done("broker", "resource", "delete", "one/key/a").out()).contains("2 versions");
    refused("resource-missing", "broker", "resource", "versions", "one/key/a");
  }

  private static String[] put(String path, String... options) {
    try {
      Path value = Files.writeString(home.resolve("value"), "another value");
      var all = new java.util.ArrayList<>(List.of("broker", "resource", "put", path, value + ""));
      all.addAll(List.of(options));
      return all.toArray(String[]::new);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void a_secret_goes_into_a_new_file_that_only_its_user_reads() throws IOException {
    done(put("two/key/a"));
    Path out = home.resolve("shown");
    done("broker", "resource", "get", "two/key/a", "-o", out + "");
    assertThat(out).hasContent("another value");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(out)))
        .isEqualTo("rw-------");
    var again = broker.theca("broker", "resource", "get", "two/key/a", "-o", out + "");
    assertThat(again.exitCode()).isEqualTo(64);
  }

  @Test
  void a_generated_value_is_rotated_and_shown_to_nobody() {
    done("broker", "resource", "generate", "three/key/a", "ec-p256", "--rotate-every", "30d");
    assertThat(done("broker", "resource", "rotate", "three/key/a").out())
        .contains("version 2", "public key:");
    refused("resource-generated", "broker", "resource", "get", "three/key/a");
    refused("recipe-malformed", "broker", "resource", "generate", "three/key/b", "rot13");
  }

  @Test
  void what_is_revoked_is_listed_until_it_is_restored() {
    done("broker", "revoke", "measurement", "5A5A", "--why", "a test");
    assertThat(done("broker", "revoke", "list").out())
        .containsPattern("(?m)^measurement +5a5a +- +a test$");
    done("broker", "revoke", "jti", "one-token");
    assertThat(done("broker", "revoke", "list", "--json").json().array("revocations").orElseThrow())
        .hasSizeGreaterThanOrEqualTo(2);
    done("broker", "restore", "5a5a");
    assertThat(done("broker", "revoke", "list").out()).doesNotContain("5a5a");
    // this broker has no authority of certificates
    assertThat(broker.theca("broker", "revoke", "certificate", "3f:09").exitCode()).isEqualTo(2);
  }

  @Test
  void an_anchor_that_there_is_not_is_not_forgotten() {
    assertThat(done("broker", "anchor", "list", "--owner", "sgx:00").out()).contains("no anchors");
    refused("anchor-missing", "broker", "anchor", "delete", "data", "--owner", "sgx:00");
  }

  @Test
  void a_quota_changes_only_in_what_is_named() {
    done("broker", "tenant", "quota", "four", "--resources", "1");
    var quota = done("broker", "tenant", "show", "four", "--json").json().object("quota");
    assertThat(quota.orElseThrow().integer("resources")).contains(1L);
    assertThat(quota.orElseThrow().integer("versions")).contains(10_000L);
    done(put("four/key/a"));
    assertThat(broker.theca(put("four/key/b")).exitCode()).isEqualTo(2);
    assertThat(done("broker", "tenant", "show", "four").out()).contains("1 of 1");
    assertThat(done("broker", "tenant", "list").out())
        .startsWith("TENANT")
        .containsPattern("(?m)^four +1 of 1 ");
    assertThat(done("broker", "tenant", "list", "--json").json().array("tenants")).isPresent();
  }

  @Test
  void a_policy_has_versions_and_goes_back_to_one() throws IOException {
    String[] which = {"--kind", "tenant", "--id", "five"};
    Path first = policy("package policy\n\ndefault allow := false\n");
    assertThat(done(policy("put", which, first + "")).out())
        .isEqualTo("tenant/five version 1 is in force\n");
    done(policy("put", which, policy("package policy\n\ndefault allow := true\n") + ""));
    assertThat(done(policy("get", which)).out()).contains(":= true");
    assertThat(done(policy("rollback", which, "1")).out()).contains("version 3");
    assertThat(done(policy("get", which)).out()).contains(":= false");
    assertThat(done(policy("versions", which)).out().lines()).hasSize(4);
    assertThat(done("broker", "policy", "list").out()).contains("default_cpu", "five");
    refused("rego-parse", policy("put", which, policy("package policy\nallow {") + ""));
    done(policy("remove", which));
    refused("policy-unknown", policy("get", which));
  }

  private static Path policy(String text) throws IOException {
    return Files.writeString(home.resolve("policy.rego"), text);
  }

  private static String[] policy(String verb, String[] which, String... more) {
    var all = new java.util.ArrayList<>(List.of("broker", "policy", verb));
    all.addAll(List.of(which));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  @Test
  void reference_values_are_taken_from_the_key_that_the_configuration_names() throws IOException {
    String[] by = {"--key", key + "", "--key-name", "release"};
    done(with(by, "broker", "reference", "put", "six_a", "x", "y"));
    done(with(by, "broker", "reference", "put", "six_a", "z", "--append"));
    assertThat(done("broker", "reference", "list", "--prefix", "six_").out())
        .contains("key:release", "x,y,z");
    done(with(by, "broker", "reference", "sgx", "--mr-enclave", Workload.MR_ENCLAVE));
    String[] signer = {
      "--mr-signer", Workload.MR_SIGNER, "--isv-prod-id", "1", "--min-isv-svn", "2"
    };
    done(with(by, with(signer, "broker", "reference", "sgx")));
    assertThat(done("broker", "reference", "history", "sgx_mr_signer").out())
        .contains(Workload.MR_SIGNER);
    done("broker", "reference", "delete", "six_a");
    assertThat(done("broker", "reference", "history", "six_a").out()).contains("deleted");
    Path values = Files.writeString(home.resolve("values.json"), "{\"six_b\": [1, 2]}");
    Path signed = home.resolve("signed.json");
    var sign = with(by, "broker", "reference", "sign", values + "", "--form", "sample");
    assertThat(Ran.theca(with(new String[] {"-o", signed + ""}, sign)).exitCode()).isZero();
    done("broker", "reference", "register", signed + "");
    assertThat(done("broker", "reference", "list").out()).contains("six_b", "1,2");
  }

  private static String[] with(String[] last, String... first) {
    var all = new java.util.ArrayList<>(List.of(first));
    all.addAll(List.of(last));
    return all.toArray(String[]::new);
  }

  @Test
  void reference_values_that_nobody_vouches_for_are_refused() throws IOException {
    refused("reference-unsigned", "broker", "reference", "put", "seven", "x", "--unsigned");
    Path other = home.resolve("other.jwk");
    Ran.theca("broker", "reference", "keygen", "--key-name", "release", "-o", other + "");
    String[] forged = {"--key", other + "", "--key-name", "release"};
    refused("reference-signature", with(forged, "broker", "reference", "put", "seven", "x"));
    String signed = Ran.theca(with(forged, "broker", "reference", "sign", sample())).out();
    Path file = Files.writeString(home.resolve("forged.json"), signed);
    refused("reference-signature", "broker", "reference", "register", file + "");
  }

  private static String sample() throws IOException {
    String message =
        "{\"version\":\"0.1.0\",\"type\":\"sample\",\"payload\":\"eyJzZXZlbiI6WyJ4Il19\"}";
    return Files.writeString(home.resolve("message.json"), message) + "";
  }

  @Test
  void a_token_is_shown_once_and_reaches_no_further_than_its_role() throws IOException {
    Path token = home.resolve("ci.token");
    var made =
        done(
            "broker",
            "token",
            "create",
            "ci",
            "--role",
            "resource-owner",
            "--tenant",
            "eight",
            "-o",
            token + "");
    String secret = Files.readString(token).strip();
    assertThat(made.out()).doesNotContain(secret);
    assertThat(done("broker", "token", "list").out())
        .contains("resource-owner@eight")
        .doesNotContain(secret);
    String[] as = {"--url", broker.url(), "--token-file", token + ""};
    assertThat(Ran.theca(with(as, "broker", "resource", "list", "eight")).exitCode()).isZero();
    var beyond = Ran.theca(with(as, "broker", "resource", "list", "nine"));
    assertThat(beyond.exitCode()).isEqualTo(2);
    assertThat(beyond.err()).contains("theca why ");
    done("broker", "token", "revoke", "ci");
    assertThat(Ran.theca(with(as, "broker", "resource", "list", "eight")).exitCode()).isEqualTo(2);
  }

  @Test
  void keys_rotate_and_measurements_come_and_go() {
    assertThat(done("broker", "audit-key", "rotate").out()).contains("signed with key");
    assertThat(done("broker", "signing-key", "rotate", "--compromised").out()).contains("key");
    refused("token-rotation-early", "broker", "signing-key", "rotate");
    assertThat(done("broker", "data-keys", "list").out()).contains("file:", "SEALINGS");
    assertThat(done("broker", "data-keys", "rewrap").out()).startsWith("wrapped 0 data keys");
    done("broker", "revoke", "jti", "abc", "--why", "a test");
    done("broker", "revoke", "measurement", "AABB");
    assertThat(done("broker", "restore", "aabb").out()).isEqualTo("restored measurement aabb\n");
  }

  @Test
  void status_says_whether_it_serves_and_how_full_it_is() {
    var status = done("broker", "status", "--tenant", "ten", "--json").json();
    assertThat(status.bool("ready")).contains(true);
    assertThat(done("broker", "status").out()).contains("ready      yes", "0 of 1000");
  }

  @Test
  void a_broker_that_does_not_answer_is_said_to_be_silent() {
    var ran =
        Ran.theca(
            "broker", "status", "--url", "http://127.0.0.1:1", "--token-file", broker.tokenFile());
    assertThat(ran.exitCode()).isEqualTo(69);
    assertThat(ran.err()).contains("does not answer", "--url").doesNotContain("\tat ");
  }

  @Test
  void a_refusal_is_json_where_json_is_asked_for() {
    var ran = broker.theca("broker", "resource", "versions", "no/such/thing", "--json");
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.json().array("refused").orElseThrow()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "broker",
        "broker resource",
        "broker resource put",
        "broker resource put default/key FILE",
        "broker resource put default/../key FILE",
        "broker resource put default/key/one /no/such/file",
        "broker resource put default/key/one FILE --expires tomorrow",
        "broker resource put default/key/one FILE --if-version x",
        "broker resource generate default/key/one aes-256 --rotate-every 1month",
        "broker resource list a/b",
        "broker resource revoke default/key/one latest",
        "broker resource expire default/key/one 1",
        "broker tenant show ../x",
        "broker tenant quota default",
        "broker anchor delete data",
        "broker anchor delete a/b --owner x",
        "broker policy get",
        "broker policy get --kind workload",
        "broker policy get --kind tenant",
        "broker policy get --kind tenant --id a/b",
        "broker reference put x",
        "broker reference put x y",
        "broker reference put x y --value 1 --unsigned",
        "broker reference put x --value {] --unsigned",
        "broker reference put x y --key FILE --key-name n",
        "broker reference put x y --key FILE --key-name n --unsigned",
        "broker reference sgx --unsigned",
        "broker reference sgx --mr-enclave zz --unsigned",
        "broker reference sgx --mr-enclave aa --mr-signer bb --unsigned",
        "broker reference register FILE",
        "broker reference history a//b",
        "broker reference keygen --key-name x",
        "broker token create x",
        "broker token revoke ..",
        "broker revoke measurement xyz",
        "broker restore xyz",
        "broker revoke certificate xyz",
        "broker recordings --limit 0",
        "broker status --url ftp://127.0.0.1",
        "broker status --url http://192.0.2.1:8080",
        "broker status --url http://127.0.0.1:1/path",
        "broker status --url :",
        "broker status --ca FILE",
        "broker status --ca FILE --url https://127.0.0.1:1",
        "broker status --token-file /no/such/file",
        "broker status --token-file EMPTY",
        "broker status --no-such-option",
        "policy try",
        "policy try FILE",
        "policy try FILE --kind tenant",
        "policy try FILE --kind resource --path a/b",
        "policy try FILE --kind resource --at noon",
        "policy try FILE --kind resource --limit 0",
        "policy try --collateral FILE",
        "policy try FILE --kind resource --collateral FILE",
        "why",
        "why x --limit 1000",
        "audit",
        "audit export",
        "audit export -o /no/such/folder/file",
        "audit export -o OUT --from 0",
        "audit export -o OUT --from 1 --since 2026-01-01T00:00:00Z",
        "audit verify",
        "audit verify /no/such/file",
        "audit verify FILE --head 7",
        "audit verify FILE --key nothing",
        "audit verify FILE --key FILE"
      })
  void wrong_usage_ends_with_64_and_words(String line) throws IOException {
    String empty = Files.writeString(home.resolve("empty"), " \n") + "";
    String file = Files.writeString(home.resolve("file"), "not JSON") + "";
    var words = new java.util.ArrayList<String>();
    for (String word : line.split(" "))
      words.add(
          switch (word) {
            case "FILE" -> file;
            case "EMPTY" -> empty;
            case "OUT" -> home.resolve("out") + "";
            default -> word;
          });
    boolean asks = !line.startsWith("audit verify") && !line.contains("keygen") && words.size() > 2;
    if (asks && !line.contains("--url")) words.addAll(List.of("--url", broker.url()));
    if (asks && !line.contains("--token-file"))
      words.addAll(List.of("--token-file", broker.tokenFile()));
    var ran = Ran.theca(words.toArray(String[]::new));
    assertThat(ran.exitCode()).as(ran.out() + ran.err()).isEqualTo(64);
    assertThat(ran.err()).isNotBlank().doesNotContain("\tat ").doesNotContain("Exception");
  }
}
