package dev.theca.cli.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.cli.broker.Ran;
import dev.theca.registry.Registry;
import dev.theca.registry.RegistrySettings;
import dev.theca.registry.auth.Rights;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logins, and what registries.conf forbids. */
class LoginTest {
  private static final String PASSWORD = "correct-horse-battery";

  @TempDir Path folder;

  private static Ran image(String host, String... arguments) {
    var all = new ArrayList<>(List.of("image"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--insecure-registry", host));
    return Ran.theca(all.toArray(String[]::new));
  }

  private String login(String file, String host, String password) throws IOException {
    String auth =
        Base64.getEncoder().encodeToString(("ann:" + password).getBytes(StandardCharsets.UTF_8));
    return Files.writeString(
            folder.resolve(file), "{\"auths\":{\"" + host + "\":{\"auth\":\"" + auth + "\"}}}")
        .toString();
  }

  @Test
  void a_login_opens_a_registry_and_is_never_shown() throws IOException {
    Path users = folder.resolve("users");
    var added =
        Ran.thecaWith(
            PASSWORD + "\n",
            "registry",
            "user",
            "add",
            "ann",
            "--users",
            users + "",
            "--rights",
            "push=*");
    assertThat(added.exitCode()).as(added.err()).isZero();
    var settings =
        RegistrySettings.of(folder.resolve("registry"))
            .withListen("127.0.0.1:0")
            .withUsers(users, true, Rights.NONE);
    try (var registry = Registry.start(settings, InstantSource.system()).orThrow();
        var maker = new Owner(Files.createDirectory(folder.resolve("owner")))) {
      maker.layout("app", "1", "for users");
      String app = "oci:" + maker.file("app") + ":1";
      String host = registry.address();
      String good = login("good.json", host, PASSWORD);
      String bad = login("bad.json", host, "another-password");
      var pushed = image(host, "push", app, host + "/app:1", "--authfile", good);
      assertThat(pushed.exitCode()).as(pushed.err()).isZero();
      for (String[] options : new String[][] {{"--no-creds"}, {"--authfile", bad}}) {
        var all = new ArrayList<>(List.of("inspect", host + "/app:1"));
        all.addAll(List.of(options));
        var refused = image(host, all.toArray(String[]::new));
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err())
            .contains("image-registry-denied")
            .doesNotContain("another-password");
      }
    }
  }

  @Test
  void a_blocked_registry_is_not_asked() throws IOException {
    Path conf =
        Files.writeString(
            folder.resolve("registries.conf"),
            "[[registry]]\nprefix = \"blocked.example\"\nblocked = true\n");
    var ran =
        image(
            "h:1",
            "inspect",
            "--no-creds",
            "blocked.example/app:1",
            "--registries-conf",
            conf + "");
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("image-registry-blocked");
  }

  @Test
  void logins_are_looked_for_where_other_tools_keep_them() throws IOException {
    Path named = Files.writeString(folder.resolve("named.json"), "{}");
    Path run = Files.createDirectories(folder.resolve("run/containers")).resolve("auth.json");
    Path docker = Files.createDirectories(folder.resolve("home/.docker")).resolve("config.json");
    Files.writeString(run, "{}");
    Files.writeString(docker, "{}");
    String home = folder.resolve("home").toString();
    assertThat(AuthFiles.usual(Map.of("XDG_RUNTIME_DIR", folder.resolve("run") + ""), home))
        .containsExactly(run, docker);
    assertThat(AuthFiles.usual(Map.of("REGISTRY_AUTH_FILE", named + ""), home))
        .containsExactly(named);
    assertThat(AuthFiles.usual(Map.of(), folder + "")).isEmpty();
  }
}
