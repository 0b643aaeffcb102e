package dev.theca.registry;

import static dev.theca.registry.Talk.bytes;
import static dev.theca.registry.Talk.code;
import static dev.theca.registry.Talk.field;
import static dev.theca.registry.Talk.image;
import static dev.theca.registry.Talk.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.registry.auth.Rights;
import dev.theca.registry.auth.UsersFile;
import dev.theca.wire.Digest;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may do what: with passwords, with tokens, and without either. */
class AccessTest {
  private static final byte[] BLOB = bytes("blob");
  private static final Digest DIGEST = Digest.sha256(BLOB);

  @TempDir Path folder;
  private Path users = Path.of("");

  @BeforeEach
  void people() throws IOException {
    users = folder.resolve("users");
    UsersFile.none()
        .with("ann", secret("a"), Rights.parse("push=team/*,pull=*").orThrow())
        .orThrow()
        .with("bob", secret("b"), Rights.parse("push=bob/*,pull=pub/*").orThrow())
        .orThrow()
        .write(users);
  }

  private static Secret secret(String text) {
    return Secret.moveFrom(bytes(text));
  }

  private static String basic(String name, String password) {
    return "Basic "
        + Base64.getEncoder()
            .encodeToString((name + ":" + password).getBytes(StandardCharsets.UTF_8));
  }

  private Running serve(boolean tokens) throws IOException {
    return new Running(
        folder.resolve("root"),
        s -> s.withUsers(users, tokens, Rights.parse("pull=pub/*").orThrow()));
  }

  @Test
  void passwords_go_along_and_decide() throws IOException {
    try (var running = serve(false)) {
      var nobody = running.talk;
      var ann = nobody.as(basic("ann", "a"));
      var bob = nobody.as(basic("bob", "b"));
      var asked = nobody.ask("GET", "/v2/");
      assertThat(asked.statusCode()).isEqualTo(401);
      assertThat(code(asked)).isEqualTo("UNAUTHORIZED");
      assertThat(field(asked, "WWW-Authenticate")).startsWith("Basic ");
      assertThat(ann.ask("GET", "/v2/").statusCode()).isEqualTo(200);
      assertThat(nobody.as(basic("ann", "b")).ask("GET", "/v2/").statusCode()).isEqualTo(401);
      assertThat(nobody.as(basic("eve", "a")).ask("GET", "/v2/").statusCode()).isEqualTo(401);
      assertThat(nobody.as("Basic !").ask("GET", "/v2/").statusCode()).isEqualTo(401);
      assertThat(nobody.as("Bearer x").ask("GET", "/v2/").statusCode()).isEqualTo(401);
      ann.push("team/x", BLOB);
      String path = "/v2/team/x/blobs/" + DIGEST;
      assertThat(ann.ask("GET", path).statusCode()).isEqualTo(200);
      var denied = bob.ask("GET", path);
      assertThat(denied.statusCode()).isEqualTo(403);
      assertThat(code(denied)).isEqualTo("DENIED");
      assertThat(nobody.ask("GET", path).statusCode()).isEqualTo(401);
      assertThat(ann.ask("POST", "/v2/pub/x/blobs/uploads/").statusCode()).isEqualTo(403);
      assertThat(bob.ask("DELETE", path).statusCode()).isEqualTo(403);
      assertThat(json(bob.ask("GET", "/v2/_catalog")).strings("repositories").orElseThrow())
          .isEmpty();
    }
  }

  @Test
  void a_blob_is_not_mounted_from_where_the_caller_may_not_read() throws IOException {
    try (var running = serve(false)) {
      running.talk.as(basic("ann", "a")).push("team/x", BLOB);
      var bob = running.talk.as(basic("bob", "b"));
      var begun = bob.ask("POST", "/v2/bob/y/blobs/uploads/?from=team/x&mount=" + DIGEST);
      assertThat(begun.statusCode()).isEqualTo(202);
      assertThat(bob.ask("GET", "/v2/bob/y/blobs/" + DIGEST).statusCode()).isEqualTo(404);
      var lie = bob.manifest("bob/y", "1", image("", BLOB));
      assertThat(code(lie)).isEqualTo("MANIFEST_BLOB_UNKNOWN");
    }
  }

  @Test
  void a_password_buys_a_token_for_what_it_may_do_and_for_minutes() throws IOException {
    try (var running = serve(true)) {
      var nobody = running.talk;
      var challenge = nobody.ask("POST", "/v2/team/x/blobs/uploads/");
      assertThat(challenge.statusCode()).isEqualTo(401);
      String realm = "http://" + running.registry.address() + "/token";
      assertThat(field(challenge, "WWW-Authenticate"))
          .isEqualTo(
              "Bearer realm=\""
                  + realm
                  + "\",service=\"theca-registry\","
                  + "scope=\"repository:team/x:pull,push\"");
      assertThat(nobody.as(basic("ann", "a")).ask("GET", "/v2/").statusCode())
          .as("a password where a token is wanted")
          .isEqualTo(401);
      String scope = "/token?service=theca-registry&scope=repository:team/x:pull,push";
      assertThat(nobody.as(basic("ann", "no")).ask("GET", scope).statusCode()).isEqualTo(401);
      var ann = nobody.as(token(nobody.as(basic("ann", "a")), scope));
      ann.push("team/x", BLOB);
      assertThat(ann.ask("POST", "/v2/team/y/blobs/uploads/").statusCode())
          .as("another repository")
          .isEqualTo(401);
      var bob = nobody.as(token(nobody.as(basic("bob", "b")), scope));
      assertThat(bob.ask("GET", "/v2/team/x/blobs/" + DIGEST).statusCode()).isEqualTo(401);
      String tampered = token(nobody.as(basic("ann", "a")), scope);
      assertThat(
              nobody
                  .as(tampered.substring(0, tampered.length() - 4) + "AAAA")
                  .ask("GET", "/v2/team/x/blobs/" + DIGEST)
                  .statusCode())
          .isEqualTo(401);
      running.later(Duration.ofMinutes(6));
      assertThat(ann.ask("GET", "/v2/team/x/blobs/" + DIGEST).statusCode()).isEqualTo(401);
    }
  }

  private static String token(Talk talk, String path) {
    return "Bearer " + json(talk.ask("GET", path)).string("token").orElseThrow();
  }

  @Test
  void a_token_of_another_registry_is_worth_nothing() throws IOException {
    String scope = "/token?scope=repository:team/x:pull";
    String foreign;
    try (var running = serve(true)) {
      foreign = token(running.talk.as(basic("ann", "a")), scope);
    }
    try (var running = serve(true)) {
      assertThat(running.talk.as(foreign).ask("GET", "/v2/").statusCode()).isEqualTo(401);
      String unsigned =
          "Bearer "
              + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes("{\"alg\":\"none\"}"))
              + "."
              + foreign.split("\\.")[1]
              + ".";
      assertThat(running.talk.as(unsigned).ask("GET", "/v2/").statusCode()).isEqualTo(401);
    }
  }

  @Test
  void everybody_pulls_what_is_for_everybody() throws IOException {
    try (var running = serve(true)) {
      String scope = "/token?scope=repository:pub/x:pull,push";
      var nobody = running.talk.as(token(running.talk, scope));
      assertThat(nobody.ask("GET", "/v2/pub/x/blobs/" + DIGEST).statusCode()).isEqualTo(404);
      assertThat(nobody.ask("POST", "/v2/pub/x/blobs/uploads/").statusCode()).isEqualTo(401);
      assertThat(running.talk.ask("GET", "/v2/pub/x/blobs/" + DIGEST).statusCode())
          .as("without any token")
          .isEqualTo(404);
    }
  }
}
