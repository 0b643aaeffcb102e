package dev.theca.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.theca.kit.ImageMaker;
import dev.theca.kit.MadeImage;
import dev.theca.kit.TarMaker;
import dev.theca.kit.TestAuthority;
import dev.theca.registry.auth.Rights;
import dev.theca.registry.auth.UsersFile;
import dev.theca.wire.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debian's skopeo pushes, pulls, copies and deletes here, with and without passwords and TLS. */
class SkopeoTest {
  @TempDir Path folder;
  private final MadeImage image = image();

  private static MadeImage image() {
    byte[] noise = new byte[300_000];
    new Random(1).nextBytes(noise);
    return new ImageMaker()
        .layer(new TarMaker().file("noise", noise).end())
        .layer(new TarMaker().file("etc/motd", "hello").end())
        .make();
  }

  @BeforeEach
  void lay() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/skopeo")), "skopeo is not installed");
    image.writeLayout(Files.createDirectory(folder.resolve("in")), "1");
  }

  private String skopeo(int expected, String... arguments) throws Exception {
    var command = new ArrayList<>(List.of("skopeo", "--insecure-policy"));
    command.addAll(List.of(arguments));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isEqualTo(expected);
    return said;
  }

  private void same(Path layout) {
    assertThat(layout.resolve("blobs/sha256").resolve(image.digest().hex()))
        .hasBinaryContent(image.manifest());
    image
        .blobs()
        .forEach(
            (digest, bytes) ->
                assertThat(layout.resolve("blobs/sha256").resolve(digest.substring(7)))
                    .hasBinaryContent(bytes));
  }

  @Test
  void an_image_goes_in_across_and_out_again() throws Exception {
    try (var running = new Running(folder.resolve("root"), RegistrySettings::withDeletes)) {
      String here = "docker://" + running.registry.address();
      skopeo(
          0,
          "copy",
          "--dest-tls-verify=false",
          "oci:" + folder.resolve("in") + ":1",
          here + "/a/b:1");
      skopeo(
          0,
          "copy",
          "--src-tls-verify=false",
          "--dest-tls-verify=false",
          here + "/a/b:1",
          here + "/c:2");
      skopeo(
          0,
          "copy",
          "--src-tls-verify=false",
          here + "/c:2",
          "oci:" + folder.resolve("out") + ":1");
      same(folder.resolve("out"));
      assertThat(skopeo(0, "list-tags", "--tls-verify=false", here + "/c")).contains("\"2\"");
      assertThat(skopeo(0, "inspect", "--tls-verify=false", here + "/c:2"))
          .contains(image.digest().toString());
      skopeo(0, "delete", "--tls-verify=false", here + "/c:2");
      skopeo(1, "inspect", "--tls-verify=false", here + "/c:2");
    }
  }

  @Test
  void passwords_with_and_without_tokens_over_tls() throws Exception {
    var authority = new TestAuthority("tests");
    Path trusted = Files.createDirectory(folder.resolve("trusted"));
    Files.writeString(trusted.resolve("ca.crt"), authority.pem());
    Path certificate = folder.resolve("tls.crt");
    Path key = folder.resolve("tls.key");
    authority.writeServer("registry", certificate, key);
    Path users = folder.resolve("users");
    UsersFile.none()
        .with(
            "ann",
            Secret.moveFrom("s3cret".getBytes(StandardCharsets.UTF_8)),
            Rights.parse("push=team/*").orThrow())
        .orThrow()
        .write(users);
    for (boolean tokens : new boolean[] {false, true}) {
      Path root = folder.resolve("root" + tokens);
      try (var running =
          new Running(
              root,
              s ->
                  s.withUsers(users, tokens, Rights.parse("pull=team/*").orThrow())
                      .withTls(certificate, key))) {
        String there = "docker://" + running.registry.address() + "/team/x:1";
        String from = "oci:" + folder.resolve("in") + ":1";
        skopeo(1, "copy", "--dest-cert-dir", trusted + "", from, there);
        skopeo(
            1, "copy", "--dest-cert-dir", trusted + "", "--dest-creds", "ann:wrong", from, there);
        skopeo(
            0, "copy", "--dest-cert-dir", trusted + "", "--dest-creds", "ann:s3cret", from, there);
        skopeo(
            1,
            "copy",
            "--dest-cert-dir",
            trusted + "",
            "--dest-creds",
            "ann:s3cret",
            from,
            there.replace("team", "other"));
        Path out = folder.resolve("out" + tokens);
        skopeo(0, "copy", "--src-cert-dir", trusted + "", there, "oci:" + out + ":1");
        same(out);
      }
    }
  }
}
