package dev.theca.image.remote;

import dev.theca.image.ImageException;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Asks {@code docker-credential-NAME get} for a credential (docker-credential-helpers protocol: the
 * server's name on standard input, JSON on standard output). For the owner's side only.
 */
final class CredentialHelper {
  private static final long LIMIT_SECONDS = 30;
  private static final int MAX_BYTES = 64 << 10;

  private CredentialHelper() {}

  static String shown(String program) {
    return program.replaceAll("[^A-Za-z0-9._-]", "?");
  }

  static Outcome<Optional<Credential>> get(String program, String server) {
    if (!program.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) return no(program, "a strange name");
    try {
      var process =
          new ProcessBuilder("docker-credential-" + program, "get")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      // the limit holds for a program that neither reads nor writes, too, and where who reads
      // from it holds the only carrier
      var watch =
          Thread.ofPlatform()
              .daemon()
              .start(
                  () -> {
                    try {
                      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS))
                        process.destroyForcibly();
                    } catch (InterruptedException e) {
                      process.destroyForcibly();
                    }
                  });
      try (var out = process.getOutputStream()) {
        out.write(server.getBytes(StandardCharsets.UTF_8));
      }
      byte[] answer = process.getInputStream().readNBytes(MAX_BYTES + 1);
      try {
        if (answer.length > MAX_BYTES) process.destroyForcibly();
        int code = process.waitFor();
        watch.join();
        if (code != 0)
          return new String(answer, StandardCharsets.UTF_8).contains("not found")
              ? Outcome.granted(Optional.empty())
              : no(program, "exit status " + code);
        return read("'" + server + "' of docker-credential-" + program, program, answer);
      } finally {
        Arrays.fill(answer, (byte) 0);
      }
    } catch (IOException e) {
      return no(program, "not to be started: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ImageException("interrupted while asking a credential helper", e);
    }
  }

  private static Outcome<Optional<Credential>> read(String found, String program, byte[] answer) {
    if (!(Json.object(answer) instanceof Outcome.Granted<JsonObject>(var json)))
      return no(program, "no JSON object on its standard output");
    String user = json.string("Username").orElse("");
    byte[] raw = json.string("Secret").orElse("").getBytes(StandardCharsets.UTF_8);
    if (raw.length == 0) return Outcome.granted(Optional.empty());
    var secret = Secret.moveFrom(raw);
    if (user.equals("<token>"))
      return Outcome.granted(Optional.of(new Credential.IdentityToken(found, secret)));
    try (secret) {
      return Outcome.granted(Optional.of(Credential.Login.of(found, user, secret)));
    }
  }

  private static <T> Outcome<T> no(String program, String found) {
    return RemoteCode.IMAGE_CREDENTIAL_HELPER.no(
        "program docker-credential-" + shown(program),
        "a credential on its standard output within " + LIMIT_SECONDS + " s",
        found,
        "try it by hand, or log in with 'skopeo login --authfile FILE'");
  }
}
