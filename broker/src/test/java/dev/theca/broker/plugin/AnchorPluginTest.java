package dev.theca.broker.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.broker.http.Answer;
import dev.theca.wire.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnchorPluginTest {
  private static final String A = "aa".repeat(32);
  private static final String B = "bb".repeat(32);
  private static final JsonObject ENCLAVE = Fakes.claims("{}");

  private final AnchorPlugin plugin =
      new AnchorPlugin(new Fakes.Book(), ClaimTemplate.parse("{tee}:{measurement}").orThrow());

  private Answer ask(String method, String volume, String body) {
    return plugin.handle(Fakes.attested(method, volume, Fakes.bytes(body), ENCLAVE));
  }

  private static String anchor(int sequence, String chain) {
    return "{\"sequence\":" + sequence + ",\"chain\":\"" + chain + "\"}";
  }

  private Answer move(String expected, String next) {
    return ask("PUT", "data", "{\"expected\":" + expected + ",\"next\":" + next + "}");
  }

  @Test
  void an_anchor_advances_from_new_and_is_read_back() {
    assertThat(ask("GET", "data", "").status()).isEqualTo(404);
    assertThat(move("\"new\"", anchor(3, A)).status()).isEqualTo(200);
    assertThat(move(anchor(3, A), anchor(9, B)).status()).isEqualTo(200);
    assertThat(Fakes.text(ask("GET", "data", "").body())).isEqualTo(anchor(9, B));
  }

  @Test
  void a_rolled_back_volume_is_told_both_anchors() {
    move("\"new\"", anchor(3, A));
    var again = move("\"new\"", anchor(1, B));
    assertThat(again.status()).isEqualTo(409);
    var body = Fakes.json(Fakes.text(again.body()));
    assertThat(body.string("expected")).contains("new");
    assertThat(body.object("found").orElseThrow().integer("sequence")).contains(3L);
    assertThat(body.string("type")).isPresent();
    assertThat(body.string("detail")).isPresent();
    var otherChain = move(anchor(3, B), anchor(4, A));
    assertThat(otherChain.status()).isEqualTo(409);
    assertThat(Fakes.text(ask("GET", "data", "").body())).isEqualTo(anchor(3, A));
  }

  @Test
  void another_enclave_has_other_volumes() {
    move("\"new\"", anchor(3, A));
    var other =
        Fakes.json(Fakes.text(dev.theca.wire.json.Json.write(ENCLAVE)).replace("abab", "cdcd"));
    var answer = plugin.handle(Fakes.attested("GET", "data", new byte[0], other));
    assertThat(answer.status()).isEqualTo(404);
  }

  @Test
  void who_has_no_measurement_has_no_volumes() {
    var nobody = Fakes.json("{}");
    var answer = plugin.handle(Fakes.attested("GET", "data", new byte[0], nobody));
    assertThat(answer.status()).isEqualTo(403);
    assertThat(plugin.handle(Fakes.admin("GET", "data", new byte[0])).status()).isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"expected\":\"new\"}",
        "{\"expected\":\"old\",\"next\":{\"sequence\":1,\"chain\":\"C\"}}",
        "{\"expected\":\"new\",\"next\":\"new\"}",
        "{\"expected\":\"new\",\"next\":{\"sequence\":1}}",
        "{\"expected\":\"new\",\"next\":{\"sequence\":0,\"chain\":\"C\"}}",
        "{\"expected\":\"new\",\"next\":{\"sequence\":-1,\"chain\":\"C\"}}",
        "{\"expected\":\"new\",\"next\":{\"sequence\":1.5,\"chain\":\"C\"}}",
        "{\"expected\":\"new\",\"next\":{\"sequence\":1,\"chain\":\"C\",\"x\":1}}",
        "{\"expected\":\"new\",\"next\":{\"sequence\":1,\"chain\":\"C\"},\"x\":1}",
        "{\"expected\":\"new\",\"next\":{\"sequence\":1,\"chain\":\"cc\"}}",
        "{\"expected\":{\"sequence\":5,\"chain\":\"C\"},\"next\":{\"sequence\":5,\"chain\":\"C\"}}",
        "{\"expected\":{\"sequence\":5,\"chain\":\"C\"},\"next\":{\"sequence\":4,\"chain\":\"C\"}}",
        "[[[[[[[[[[]]]]]]]]]]",
      })
  void a_malformed_move_changes_nothing(String body) {
    var answer = ask("PUT", "data", body.replace("\"C\"", "\"" + A + "\""));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(ask("GET", "data", "").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", ".hidden", "a/b", "a b", "ä", ""})
  void a_volume_has_a_plain_name(String volume) {
    assertThat(ask("GET", volume, "").status()).isEqualTo(400);
  }

  @Test
  void a_body_beyond_its_limit_is_refused() {
    assertThat(ask("PUT", "data", " ".repeat(5000) + "{}").status()).isEqualTo(400);
  }
}
