package dev.theca.broker.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TokenKeyTest {
  @TempDir Path folder;
  private SoftToken soft;

  @BeforeEach
  void make_tokens() throws Exception {
    soft = new SoftToken(folder);
    soft.make("other");
    soft.make("theca");
  }

  private static String value(String said, String name) {
    return said.lines()
        .filter(l -> l.startsWith(name + " "))
        .findFirst()
        .orElseThrow()
        .substring(name.length() + 1);
  }

  @Test
  void a_key_generated_on_the_token_wraps_in_one_process_and_unwraps_in_the_next()
      throws Exception {
    String said = soft.scene("wrap", "theca", "kek", "pin", "true");
    assertThat(value(said, "name")).isEqualTo("pkcs11:theca/kek");
    String wrapped = value(said, "wrapped");
    assertThat(wrapped).hasSize(2 * (12 + 32 + 16));
    assertThat(soft.scene("unwrap", "theca", "kek", "pin", "false", wrapped, "one"))
        .contains("zeroes true");
    assertThat(soft.scene("unwrap", "theca", "kek", "pin", "true", wrapped, "two"))
        .contains("SealFault two does not open under pkcs11:theca/kek");
    String last = wrapped.endsWith("0") ? "1" : "0";
    assertThat(
            soft.scene(
                "unwrap",
                "theca",
                "kek",
                "pin",
                "true",
                wrapped.substring(0, wrapped.length() - 1) + last,
                "one"))
        .contains("the row is damaged, or the token has another key");
  }

  @Test
  void another_key_does_not_unwrap() throws Exception {
    String wrapped = value(soft.scene("wrap", "theca", "kek", "pin", "true"), "wrapped");
    assertThat(soft.scene("unwrap", "theca", "kek2", "pin", "true", wrapped, "one"))
        .contains("SealFault one does not open under pkcs11:theca/kek2");
  }

  @Test
  void a_keyring_moves_from_a_file_onto_the_token() throws Exception {
    assertThat(soft.scene("keyring", "theca", "kek", "pin", "true"))
        .contains("moved 1", "under pkcs11:theca/kek", "opened 5");
  }

  @Test
  void a_missing_key_is_made_only_when_asked_for() throws Exception {
    assertThat(soft.scene("wrap", "theca", "kek", "pin", "false"))
        .contains("SealFault the token has no secret key of label kek");
  }

  @Test
  void a_token_of_no_such_label_or_index_is_named_with_those_that_are_there() throws Exception {
    assertThat(soft.scene("wrap", "nobody", "kek", "pin", "true"))
        .contains("KeyEncryptionDown", "shows 0 tokens", "label=theca", "label=other");
    assertThat(soft.scene("wrap", "#7", "kek", "pin", "true")).contains("shows 0 tokens");
    assertThat(soft.scene("wrap", "#0", "kek", "pin", "true")).contains("wrapped ");
  }

  @Test
  void two_tokens_of_one_label_are_not_guessed_between() throws Exception {
    soft.make("theca");
    assertThat(soft.scene("wrap", "theca", "kek", "pin", "true")).contains("shows 2 tokens");
  }

  @Test
  void a_wrong_pin_is_a_fault_that_names_its_file_and_not_the_pin() throws Exception {
    soft.privateFile("wrong", "987654");
    assertThat(soft.scene("wrap", "theca", "kek", "wrong", "true"))
        .contains("SealFault the token refuses the PIN", "wrong")
        .doesNotContain("987654");
  }

  @Test
  void a_missing_module_is_a_fault() throws Exception {
    var settings =
        new TokenSettings(
            folder.resolve("none.so"),
            new TokenSettings.Token.Slot(0),
            "kek",
            folder.resolve("pin"),
            false);
    assertThatThrownBy(() -> TokenKey.open(settings))
        .isInstanceOf(SealFault.class)
        .hasMessageContaining("none.so");
  }
}
