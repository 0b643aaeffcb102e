package dev.theca.broker.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.broker.store.PostgresSettings.Password;
import dev.theca.broker.store.PostgresSettings.Tls;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server with a certificate for localhost, and a user with a password. */
class PostgresDoorTest {
  @TempDir static Path folder;
  private static final PostgresSettings SETTINGS = TestPostgres.fresh();

  @BeforeAll
  static void aCertificateAndAPassword() throws Exception {
    try (var database = PostgresDatabase.open(SETTINGS)) {
      Path data = Path.of(setting(database, "data_directory"));
      writeCertificate(data);
      Path hba = Path.of(setting(database, "hba_file"));
      var rules = Files.readString(hba);
      String ours = "host all keeper all scram-sha-256\n";
      if (!rules.startsWith(ours)) Files.writeString(hba, ours + rules);
    }
    try (var connection = new PostgresDoor(SETTINGS).getConnection();
        var statement = connection.createStatement()) {
      statement.execute("ALTER SYSTEM SET ssl = on");
      statement.execute(
          "DO $$ BEGIN CREATE ROLE keeper LOGIN SUPERUSER PASSWORD 'hunter2';"
              + " EXCEPTION WHEN duplicate_object THEN NULL; END $$");
      statement.execute("SELECT pg_reload_conf()");
    }
    // The server reads its files when its first process gets to it, and all others come from it.
    long end = System.nanoTime() + 60_000_000_000L;
    while (!speaksTls()) {
      assertThat(System.nanoTime()).as("the server reads its files").isLessThan(end);
      Thread.sleep(20);
    }
  }

  private static boolean speaksTls() {
    try (var database = PostgresDatabase.open(SETTINGS)) {
      return setting(database, "ssl").equals("on");
    }
  }

  private static String setting(Database database, String name) {
    return database.read(
        sql -> sql.one("SELECT current_setting(?)", row -> row.text(1), name).orElseThrow());
  }

  private static Path roots() {
    return folder.resolve("server.pem");
  }

  private static void writeCertificate(Path data) throws Exception {
    var store = folder.resolve("keys.p12");
    var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    int made =
        new ProcessBuilder(
                List.of(
                    keytool,
                    "-genkeypair",
                    "-alias",
                    "server",
                    "-keyalg",
                    "EC",
                    "-groupname",
                    "secp256r1",
                    "-dname",
                    "CN=localhost",
                    "-ext",
                    "san=dns:localhost",
                    "-storetype",
                    "PKCS12",
                    "-keystore",
                    store.toString(),
                    "-storepass",
                    "changeit"))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool").toFile())
            .start()
            .waitFor();
    assertThat(made).isZero();
    var keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
    var key = keys.getKey("server", "changeit".toCharArray());
    var certificate = keys.getCertificate("server");
    Files.writeString(roots(), pem("CERTIFICATE", certificate.getEncoded()));
    Files.writeString(data.resolve("server.crt"), Files.readString(roots()));
    Path secret = data.resolve("server.key");
    Files.writeString(secret, pem("PRIVATE KEY", key.getEncoded()));
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
  }

  private static String pem(String label, byte[] der) {
    var text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + text + "\n-----END " + label + "-----\n";
  }

  private static PostgresSettings with(String host, String user, Password password, Tls tls) {
    return new PostgresSettings(
        host, SETTINGS.port(), SETTINGS.database(), user, password, tls, SETTINGS.patience());
  }

  private static PostgresSettings with(Tls tls) {
    return with("localhost", "postgres", new Password.None(), tls);
  }

  private static boolean encrypted(PostgresSettings settings) {
    String text =
        "SELECT CASE WHEN ssl THEN 1 ELSE 0 END FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    try (var database = PostgresDatabase.open(settings)) {
      long writes = database.write(sql -> sql.one(text, row -> row.number(1)).orElseThrow());
      long reads = database.read(sql -> sql.one(text, row -> row.number(1)).orElseThrow());
      assertThat(reads).isEqualTo(writes);
      return writes == 1;
    }
  }

  @Test
  void a_server_with_the_right_certificate_is_talked_to_in_private() {
    assertThat(encrypted(with(new Tls.VerifiedBy(roots())))).isTrue();
    assertThat(encrypted(with(new Tls.Unverified()))).isTrue();
    assertThat(encrypted(with(new Tls.Disabled()))).isFalse();
  }

  @Test
  void a_server_that_no_known_authority_vouches_for_is_not_talked_to() {
    assertThatThrownBy(() -> PostgresDatabase.open(with(new Tls.Verified())))
        .isInstanceOf(StoreDown.class)
        .hasStackTraceContaining("PKIX");
  }

  @Test
  void a_certificate_of_another_name_is_not_talked_to() {
    var other = with("127.0.0.1", "postgres", new Password.None(), new Tls.VerifiedBy(roots()));
    assertThatThrownBy(() -> PostgresDatabase.open(other))
        .isInstanceOf(StoreDown.class)
        .hasStackTraceContaining("127.0.0.1");
  }

  @Test
  void the_password_comes_from_the_file_each_time_and_is_in_no_message() throws Exception {
    var file = folder.resolve("password");
    var keeper =
        with("localhost", "keeper", new Password.InFile(file), new Tls.VerifiedBy(roots()));
    Files.writeString(file, "hunter3\n");
    assertThatThrownBy(() -> PostgresDatabase.open(keeper))
        .isInstanceOf(StoreDown.class)
        .hasMessageContaining("does not let the user in")
        .satisfies(
            e -> {
              var trace = new StringWriter();
              e.printStackTrace(new PrintWriter(trace));
              assertThat(trace.toString()).doesNotContain("hunter3");
            });
    Files.writeString(file, "hunter2\n");
    assertThat(encrypted(keeper)).isTrue();
  }
}
