package dev.theca.broker.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class KeyEncryptionsTest {
  @TempDir Path folder;

  @Test
  void a_file_is_made_only_when_nothing_was_sealed_yet() {
    var settings = Map.of("path", folder.resolve("kek").toString());
    assertThatThrownBy(() -> KeyEncryptions.open("file", settings, false))
        .hasMessageContaining("is missing");
    try (var made = KeyEncryptions.open("file", settings, true);
        var again = KeyEncryptions.open("file", settings, false)) {
      assertThat(again.name()).isEqualTo(made.name()).startsWith("file:");
    }
  }

  @Test
  void a_transit_key_is_named_by_its_place() {
    var settings =
        Map.of(
            "address",
            "https://vault.example:8200",
            "key",
            "theca",
            "token-file",
            "/none",
            "mount",
            "kms",
            "namespace",
            "team",
            "derived",
            "true");
    try (var key = KeyEncryptions.open("transit", settings, false)) {
      assertThat(key.name()).isEqualTo("transit:vault.example:8200/team/kms/theca");
    }
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        Arguments.of("cloud", Map.of(), "there are file, pkcs11, transit"),
        Arguments.of("file", Map.of(), "needs the setting path"),
        Arguments.of("file", Map.of("path", "/x", "paht", "/y"), "unknown settings"),
        Arguments.of("pkcs11", Map.of("module", "/m", "key", "k", "pin-file", "/p"), "slot-index"),
        Arguments.of(
            "pkcs11",
            Map.of("module", "/m", "key", "k", "pin-file", "/p", "slot", "-1"),
            "slot is a number"),
        Arguments.of(
            "pkcs11",
            Map.of("module", "/m", "key", "a b", "pin-file", "/p", "slot", "1"),
            "key label"),
        Arguments.of(
            "transit",
            Map.of("address", "http://h", "key", "k", "token-file", "/t", "derived", "yes"),
            "derived is true or false"),
        Arguments.of(
            "transit",
            Map.of("address", "vault", "key", "k", "token-file", "/t"),
            "https://HOST:PORT"),
        Arguments.of(
            "transit",
            Map.of("address", "https://h", "key", "k", "token-file", "/t", "mount", "../sys"),
            "not a mount"),
        Arguments.of(
            "transit",
            Map.of("address", "https://h", "key", "k", "token-file", "/t", "roots", "/none.pem"),
            "/none.pem cannot be read"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void a_wrong_setting_is_named(String kind, Map<String, String> settings, String said) {
    assertThatThrownBy(() -> KeyEncryptions.open(kind, settings, true))
        .isInstanceOf(SealFault.class)
        .hasMessageContaining(said);
  }

  @Test
  void a_jar_on_the_class_path_brings_a_kind_of_its_own() throws Exception {
    var services = Files.createDirectories(folder.resolve("jar/META-INF/services"));
    Files.writeString(
        services.resolve("dev.theca.broker.spi.KeyEncryptionProvider"),
        CloudKeys.class.getName() + "\n");
    var command =
        ChildJvm.command(
            CloudKeys.class,
            folder.resolve("jar").toString(),
            List.of(folder.resolve("far").toString()));
    assertThat(ChildJvm.run(command, Map.of())).contains("cloud:one Secret[32 bytes]");
  }
}
