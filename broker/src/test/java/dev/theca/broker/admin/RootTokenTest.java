package dev.theca.broker.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RootTokenTest {
  @TempDir Path folder;

  private Outcome<RootToken> open() {
    return RootToken.open(folder.resolve("token"), new SecureRandom());
  }

  private static String text(RootToken token) {
    return token.lend(b -> new String(b, StandardCharsets.US_ASCII));
  }

  @Test
  void the_first_start_makes_a_token_that_only_its_user_reads_and_the_second_reads_it()
      throws IOException {
    var first = open().orThrow();
    assertThat(first.made()).isTrue();
    assertThat(text(first)).matches("theca-root-[A-Za-z0-9_-]{43}");
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("token"))))
        .isEqualTo("rw-------");
    var second = open().orThrow();
    assertThat(second.made()).isFalse();
    assertThat(text(second)).isEqualTo(text(first));
  }

  @Test
  void only_the_whole_token_is_the_token() {
    var token = open().orThrow();
    String text = text(token);
    assertThat(token.is(text)).isTrue();
    for (String other :
        new String[] {
          "", " ", text + "x", text.substring(1), text.substring(0, text.length() - 1), text + "\n"
        }) assertThat(token.is(other)).as(other).isFalse();
  }

  @Test
  void a_token_of_the_owners_choice_is_taken_without_the_white_space_around_it()
      throws IOException {
    write("  a-token-of-my-own-choice\n", "rw-------");
    assertThat(open().orThrow().is("a-token-of-my-own-choice")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r--r--", "rw-rw----", "rw----r--", "rw-----w-"})
  void a_file_that_others_can_read_or_change_is_refused(String mode) throws IOException {
    write("a-token-of-my-own-choice", mode);
    assertThat(open()).isInstanceOf(Outcome.Refused.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "short", "two words of a token", "umläut-umläut-umläut"})
  void a_file_without_a_fit_token_is_refused(String content) throws IOException {
    write(content, "rw-------");
    assertThat(open()).isInstanceOf(Outcome.Refused.class);
  }

  private void write(String content, String mode) throws IOException {
    Path file = folder.resolve("token");
    Files.writeString(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }
}
