package dev.theca.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Users, what they may do, and files that are none. */
class UsersFileTest {
  private static final int FEW_ROUNDS = 1000;

  @TempDir Path folder;

  private static Secret secret(String text) {
    return Secret.moveFrom(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Rights rights(String text) {
    return Rights.parse(text).orThrow();
  }

  @Test
  void a_written_user_is_checked_and_nobody_else_is() throws IOException {
    Path file = folder.resolve("users");
    UsersFile.none()
        .with("ann", secret("pässword"), rights("push=a/*,pull=*"), FEW_ROUNDS)
        .orThrow()
        .write(file);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(Files.readString(file)).doesNotContain("pässword");
    var passwords = Passwords.open(file, InstantSource.system()).orThrow();
    assertThat(passwords.check("ann", secret("pässword"))).isPresent();
    assertThat(passwords.check("ann", secret("pässword")).orElseThrow().rights())
        .isEqualTo(rights("push=a/*,pull=*"));
    assertThat(passwords.check("ann", secret("password"))).isEmpty();
    assertThat(passwords.check("bob", secret("pässword"))).isEmpty();
  }

  @Test
  void a_removed_user_is_unknown_at_once_and_a_broken_file_changes_nothing() throws IOException {
    Path file = folder.resolve("users");
    var users = UsersFile.none().with("ann", secret("a"), Rights.ALL, FEW_ROUNDS).orThrow();
    users.with("bob", secret("b"), Rights.ALL, FEW_ROUNDS).orThrow().write(file);
    var passwords = Passwords.open(file, InstantSource.system()).orThrow();
    assertThat(passwords.check("bob", secret("b"))).isPresent();
    users.write(file);
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(5)));
    assertThat(passwords.check("bob", secret("b"))).isEmpty();
    assertThat(passwords.check("ann", secret("a"))).isPresent();
    Files.writeString(file, "nonsense");
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(9)));
    assertThat(passwords.check("ann", secret("a"))).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ann",
        "ann:x:pull=*",
        "ann:pbkdf2-sha256$0$AAAAAAAAAAA=$AAAA:pull=*",
        "ann:pbkdf2-sha256$99999999$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:",
        "ann:$2y$05$abcdefghijklmnopqrstuv:pull=*",
        "a b:pbkdf2-sha256$1$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:",
        "ann:pbkdf2-sha256$1$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:write=*",
        "ann:pbkdf2-sha256$1$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:pull=../*",
      })
  void a_line_that_is_none_is_refused(String line) {
    assertThat(UsersFile.parse(Path.of("users"), "# users\n\n" + line + "\n"))
        .isInstanceOf(Outcome.Refused.class);
  }

  @Test
  void a_right_covers_what_its_pattern_says() {
    var some = rights("push=team/*,pull=base,pull=pub/lic/*");
    assertThat(some.allow(Action.PUSH, "team/a")).isTrue();
    assertThat(some.allow(Action.PULL, "team/a/b")).isTrue();
    assertThat(some.allow(Action.PUSH, "team")).isFalse();
    assertThat(some.allow(Action.PUSH, "teams/a")).isFalse();
    assertThat(some.allow(Action.PULL, "base")).isTrue();
    assertThat(some.allow(Action.PUSH, "base")).isFalse();
    assertThat(some.allow(Action.PULL, "base/x")).isFalse();
    assertThat(some.allow(Action.PULL, "pub/x")).isFalse();
    assertThat(rights("").allow(Action.PULL, "a")).isFalse();
    assertThat(rights(some + "")).isEqualTo(some);
  }
}
