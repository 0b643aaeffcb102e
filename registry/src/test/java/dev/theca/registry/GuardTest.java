package dev.theca.registry;

import static dev.theca.registry.Talk.bytes;
import static dev.theca.registry.Talk.code;
import static dev.theca.registry.Talk.field;
import static dev.theca.registry.Talk.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.registry.auth.Rights;
import dev.theca.registry.auth.UsersFile;
import dev.theca.wire.Digest;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is written down about requests, who guesses passwords, and tokens for forms. */
@Timeout(180)
class GuardTest {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String WORD = "p&ss w+rd%ü";

  @TempDir Path folder;
  private Path users = Path.of("");

  @BeforeEach
  void people() throws IOException {
    users = folder.resolve("users");
    UsersFile.none()
        .with("ann", Secret.moveFrom(bytes(WORD)), Rights.parse("push=team/*").orThrow())
        .orThrow()
        .write(users);
  }

  private Running serve(boolean tokens) throws IOException {
    return new Running(folder.resolve("root"), s -> s.withUsers(users, tokens, Rights.NONE));
  }

  private static String basic(String name, String password) {
    return "Basic "
        + Base64.getEncoder()
            .encodeToString((name + ":" + password).getBytes(StandardCharsets.UTF_8));
  }

  private static HttpResponse<byte[]> form(Talk talk, String text) {
    return talk.ask("POST", "/token", bytes(text), "Content-Type", FORM);
  }

  @Test
  void every_request_leaves_one_line_without_any_credential() throws IOException {
    try (var running = serve(false)) {
      var ann = running.talk.as(basic("ann", WORD));
      var digest = ann.push("team/x", bytes("0123456789"));
      ann.ask("GET", "/v2/team/x/blobs/" + digest + "?password=s3cret");
      ann.ask("HEAD", "/v2/team/x/blobs/" + digest);
      running.talk.ask("GET", "/v2/a%0Astage=access%20user=root/tags/list");
      var lines = running.lines(5);
      assertThat(lines).hasSize(5);
      assertThat(lines.get(0))
          .matches(
              "stage=access method=POST path=/v2/team/x/blobs/uploads/ status=202 ms=[0-9]+"
                  + " bytes=0 received=0 user=ann peer=127\\.0\\.0\\.1");
      assertThat(lines.get(1)).contains("method=PUT", "status=201", "received=10", "user=ann");
      assertThat(lines.get(2))
          .contains("method=GET", "blobs/" + digest + " status=200", "bytes=10 ");
      assertThat(lines.get(3)).contains("method=HEAD", "status=200", "bytes=0 ");
      assertThat(lines.get(4)).contains("path=/v2/a?stage?access?user?root/tags/list", "user=-");
      assertThat(String.join("\n", lines))
          .doesNotContain("s3cret", basic("ann", WORD).substring(6), WORD);
    }
  }

  @Test
  void a_request_under_a_token_is_written_down_with_its_user() throws IOException {
    try (var running = serve(true)) {
      String scope = "/token?scope=repository:team/x:pull";
      String token =
          json(running.talk.as(basic("ann", WORD)).ask("GET", scope)).string("token").orElseThrow();
      running.talk.as("Bearer " + token).ask("GET", "/v2/");
      assertThat(running.lines(2)).hasSize(2).allMatch(line -> line.contains(" user=ann "));
      assertThat(String.join("\n", running.lines(2))).doesNotContain(token);
    }
  }

  @Test
  void who_guesses_passwords_is_told_to_wait_and_who_knew_one_is_not() throws Exception {
    try (var running = serve(false);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var ann = running.talk.as(basic("ann", WORD));
      assertThat(ann.ask("GET", "/v2/").statusCode()).isEqualTo(200);
      var statuses = new java.util.concurrent.ConcurrentLinkedQueue<Integer>();
      var guesses = new java.util.ArrayList<java.util.concurrent.Future<Boolean>>();
      for (int i = 0; i < 40; i++) {
        var guess = running.talk.as(basic("ann", "guess-" + i));
        guesses.add(threads.submit(() -> statuses.add(guess.ask("GET", "/v2/").statusCode())));
      }
      for (var guess : guesses) guess.get();
      assertThat(statuses.stream().filter(status -> status == 401)).hasSize(20);
      assertThat(statuses.stream().filter(status -> status == 429)).hasSize(20);
      var late = running.talk.as(basic("eve", "x")).ask("GET", "/v2/");
      assertThat(late.statusCode()).isEqualTo(429);
      assertThat(field(late, "Retry-After")).isEqualTo("60");
      assertThat(code(late)).isEqualTo("TOOMANYREQUESTS");
      assertThat(ann.ask("GET", "/v2/").statusCode()).as("a known one").isEqualTo(200);
      running.later(Duration.ofSeconds(61));
      assertThat(running.talk.as(basic("eve", "x")).ask("GET", "/v2/").statusCode()).isEqualTo(401);
    }
  }

  @Test
  void a_form_buys_a_token_as_containerd_asks_for_it() throws IOException {
    try (var running = serve(true)) {
      var answer =
          form(
              running.talk,
              "access_type=offline&client_id=containerd-client&grant_type=password"
                  + "&password=p%26ss+w%2Brd%25%C3%BC"
                  + "&scope=repository%3Ateam%2Fx%3Apull%2Cpush&service=theca-registry&username=ann");
      assertThat(answer.statusCode()).isEqualTo(200);
      var body = json(answer);
      assertThat(body.integer("expires_in").orElseThrow()).isPositive();
      assertThat(body.get("refresh_token")).isEmpty();
      var ann = running.talk.as("Bearer " + body.string("access_token").orElseThrow());
      assertThat(ann.push("team/x", bytes("x"))).isEqualTo(Digest.sha256(bytes("x")));
      assertThat(ann.ask("POST", "/v2/team/y/blobs/uploads/").statusCode()).isEqualTo(401);
      assertThat(running.lines(1).getFirst())
          .contains("method=POST path=/token status=200", "user=ann");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "grant_type=password&username=ann&password=wrong, invalid_grant",
    "grant_type=password&username=eve&password=x, invalid_grant",
    "grant_type=password, invalid_grant",
    "grant_type=refresh_token&refresh_token=x, unsupported_grant_type",
    "username=ann, unsupported_grant_type",
    "'', unsupported_grant_type",
    "grant_type=password&username=%zz, invalid_request"
  })
  void a_form_that_buys_nothing_is_told_why(String text, String error) throws IOException {
    try (var running = serve(true)) {
      var answer = form(running.talk, text);
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(json(answer).string("error")).contains(error);
      assertThat(field(answer, "Cache-Control")).isEqualTo("no-store");
    }
  }

  @Test
  void what_is_no_form_or_too_large_a_one_buys_nothing() throws IOException {
    try (var running = serve(true)) {
      var json = running.talk.ask("POST", "/token", bytes("{}"), "Content-Type", "text/json");
      assertThat(json.statusCode()).isEqualTo(400);
      assertThat(form(running.talk, "a=" + "x".repeat(20_000)).statusCode()).isEqualTo(400);
      assertThat(form(running.talk, "a=b&".repeat(40)).statusCode()).isEqualTo(400);
      for (int i = 0; i < 20; i++)
        form(running.talk, "grant_type=password&username=ann&password=" + i);
      assertThat(form(running.talk, "grant_type=password&username=ann&password=x").statusCode())
          .isEqualTo(429);
    }
  }
}
