package dev.theca.broker.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.wire.secret.Secret;
import java.io.FileInputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TransitKeyTest {
  private static final List<Duration> PAUSES =
      List.of(Duration.ofMillis(10), Duration.ofMillis(20));

  @TempDir Path folder;
  private Path token;

  @BeforeEach
  void write_the_token() throws Exception {
    token = folder.resolve("token");
    Files.createFile(
        token, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(token, "s.token\n");
  }

  private TransitSettings settings(FakeTransit transit) {
    return TransitSettings.of(transit.address(), "theca", token)
        .waiting(Duration.ofSeconds(5), PAUSES);
  }

  private static Secret dataKey() {
    byte[] raw = new byte[32];
    for (int i = 0; i < 32; i++) raw[i] = (byte) (200 + i);
    return Secret.moveFrom(raw);
  }

  @Test
  void a_data_key_comes_back_from_the_service() throws Exception {
    try (var transit = FakeTransit.plain();
        var key = TransitKey.open(settings(transit))) {
      byte[] wrapped = key.wrap(dataKey(), "data-key/1");
      assertThat(new String(wrapped)).startsWith("vault:v1:");
      try (var plain = key.unwrap(wrapped, "data-key/1")) {
        assertThat(plain.sameAs(dataKey())).isTrue();
      }
      assertThat(transit.requests)
          .containsExactly("POST /v1/transit/encrypt/theca", "POST /v1/transit/decrypt/theca");
      assertThat(key.name())
          .isEqualTo("transit:" + transit.address().getAuthority() + "/transit/theca");
    }
  }

  @Test
  void a_derived_key_gets_the_context_as_context_and_a_namespace_is_sent() throws Exception {
    try (var transit = FakeTransit.plain();
        var key =
            TransitKey.open(
                settings(transit).in("team").binding(TransitSettings.Binding.DERIVED_CONTEXT))) {
      transit.bindingMember = "context";
      byte[] wrapped = key.wrap(dataKey(), "data-key/1");
      assertThatThrownBy(() -> key.unwrap(wrapped, "data-key/2")).isInstanceOf(SealFault.class);
      assertThat(transit.requests.getFirst()).startsWith("team POST");
    }
  }

  @Test
  void another_context_does_not_unwrap_and_the_fault_says_what_may_be_wrong() throws Exception {
    try (var transit = FakeTransit.plain();
        var key = TransitKey.open(settings(transit))) {
      byte[] wrapped = key.wrap(dataKey(), "data-key/1");
      assertThatThrownBy(() -> key.unwrap(wrapped, "data-key/2"))
          .isInstanceOf(SealFault.class)
          .isNotInstanceOf(KeyEncryptionDown.class)
          .hasMessageContaining("message authentication failed")
          .hasMessageContaining("the row is damaged");
      assertThat(transit.requests).hasSize(2);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {412, 429, 500, 502, 503})
  void a_busy_or_sealed_service_is_asked_again(int status) throws Exception {
    try (var transit = FakeTransit.plain();
        var key = TransitKey.open(settings(transit))) {
      transit.failures.addAll(List.of(status, status));
      try (var plain = key.unwrap(key.wrap(dataKey(), "c"), "c")) {
        assertThat(plain.sameAs(dataKey())).isTrue();
      }
      assertThat(transit.requests).hasSize(4);
    }
  }

  @Test
  void a_service_that_stays_sealed_is_down_and_its_words_are_told() throws Exception {
    try (var transit = FakeTransit.plain();
        var key = TransitKey.open(settings(transit))) {
      transit.failures.addAll(List.of(503, 503, 503, 503));
      assertThatThrownBy(() -> key.wrap(dataKey(), "c"))
          .isInstanceOf(KeyEncryptionDown.class)
          .hasMessageContaining("503 Vault is sealed");
      assertThat(transit.requests).hasSize(3);
    }
  }

  @Test
  void a_refused_token_is_a_fault_at_once_that_names_its_file_and_not_the_token() throws Exception {
    try (var transit = FakeTransit.plain();
        var key = TransitKey.open(settings(transit))) {
      transit.token = "s.renewed";
      assertThatThrownBy(() -> key.wrap(dataKey(), "c"))
          .isInstanceOf(SealFault.class)
          .isNotInstanceOf(KeyEncryptionDown.class)
          .hasMessageContaining("permission denied")
          .hasMessageContaining(token.toString())
          .hasMessageNotContaining("s.token");
      Files.writeString(token, "s.renewed");
      assertThat(key.wrap(dataKey(), "c")).isNotEmpty();
    }
  }

  @Test
  void a_missing_key_is_a_fault() throws Exception {
    try (var transit = FakeTransit.plain();
        var key =
            TransitKey.open(
                TransitSettings.of(transit.address(), "nobody", token)
                    .waiting(Duration.ofSeconds(5), PAUSES))) {
      assertThatThrownBy(() -> key.wrap(dataKey(), "c")).hasMessageContaining("does not exist");
    }
  }

  @Test
  void a_service_that_hangs_or_is_not_there_is_down_in_bounded_time() throws Exception {
    URI gone;
    try (var transit = FakeTransit.plain();
        var key = TransitKey.open(settings(transit).waiting(Duration.ofMillis(150), PAUSES))) {
      transit.delayMillis = 60_000;
      long start = System.nanoTime();
      assertThatThrownBy(() -> key.wrap(dataKey(), "c")).isInstanceOf(KeyEncryptionDown.class);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
      gone = transit.address();
    }
    try (var key =
        TransitKey.open(
            TransitSettings.of(gone, "theca", token).waiting(Duration.ofSeconds(1), PAUSES))) {
      assertThatThrownBy(() -> key.wrap(dataKey(), "c")).isInstanceOf(KeyEncryptionDown.class);
    }
  }

  @Test
  void an_answer_beyond_64_KiB_is_not_read() throws Exception {
    try (var transit = FakeTransit.plain();
        var key = TransitKey.open(settings(transit))) {
      transit.extraBytes = 70_000;
      assertThatThrownBy(() -> key.wrap(dataKey(), "c")).isInstanceOf(SealFault.class);
    }
  }

  @Test
  void a_token_that_others_can_read_is_refused() throws Exception {
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-r--r--"));
    try (var transit = FakeTransit.plain();
        var key = TransitKey.open(settings(transit))) {
      assertThatThrownBy(() -> key.wrap(dataKey(), "c")).hasMessageContaining("chmod 600");
      assertThat(transit.requests).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "vault:v1", "vault:v1:", "vault:v1:a\"b", "vault:v1:\u00e9", "vault:x:AAAA"})
  void a_row_that_is_no_ciphertext_is_not_sent(String row) throws Exception {
    try (var transit = FakeTransit.plain();
        var key = TransitKey.open(settings(transit))) {
      assertThatThrownBy(() -> key.unwrap(row.getBytes("UTF-8"), "c"))
          .isInstanceOf(SealFault.class);
      assertThat(transit.requests).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://h", "https:///x", "https://h?x=1"})
  void an_address_of_another_kind_is_refused(String address) {
    assertThatThrownBy(() -> TransitSettings.of(URI.create(address), "theca", token))
        .isInstanceOf(SealFault.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/b", "..", "a b", "a?b"})
  void a_key_name_that_would_leave_its_path_is_refused(String name) {
    assertThatThrownBy(() -> TransitSettings.of(URI.create("https://h"), name, token))
        .isInstanceOf(SealFault.class);
  }

  @Test
  void tls_believes_the_own_authority_and_no_other() throws Exception {
    var pem = folder.resolve("ca.pem");
    try (var transit = FakeTransit.tls(serverIdentity(pem));
        var trusting = TransitKey.open(settings(transit).trusting(pem));
        var others = TransitKey.open(settings(transit))) {
      try (var plain = trusting.unwrap(trusting.wrap(dataKey(), "c"), "c")) {
        assertThat(plain.sameAs(dataKey())).isTrue();
      }
      assertThatThrownBy(() -> others.wrap(dataKey(), "c"))
          .isInstanceOf(KeyEncryptionDown.class)
          .hasMessageContaining("SSL");
    }
  }

  private SSLContext serverIdentity(Path pem) throws Exception {
    var store = folder.resolve("server.p12");
    keytool(
        "-genkeypair",
        "-alias",
        "s",
        "-keyalg",
        "EC",
        "-dname",
        "CN=t",
        "-ext",
        "SAN=IP:127.0.0.1",
        "-keystore",
        store.toString(),
        "-storepass",
        "changeit",
        "-storetype",
        "PKCS12");
    keytool(
        "-exportcert",
        "-rfc",
        "-alias",
        "s",
        "-file",
        pem.toString(),
        "-keystore",
        store.toString(),
        "-storepass",
        "changeit");
    var keys = KeyStore.getInstance("PKCS12");
    try (var in = new FileInputStream(store.toFile())) {
      keys.load(in, "changeit".toCharArray());
    }
    var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, "changeit".toCharArray());
    var context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  private static void keytool(String... arguments) throws Exception {
    var command = new java.util.ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(said).isZero();
  }
}
