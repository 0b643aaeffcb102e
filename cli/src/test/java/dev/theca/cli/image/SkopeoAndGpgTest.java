package dev.theca.cli.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code theca image} and Debian's skopeo and gpg work on the same images, both ways. */
class SkopeoAndGpgTest {
  @TempDir static Path folder;
  private static Owner owner;
  private static Tool tool;

  @BeforeAll
  static void begin() throws Exception {
    Tool.needs("skopeo", "gpg", "openssl");
    var own = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    Path home = Files.createDirectory(folder.resolve("gnupg"), own);
    tool = new Tool(folder, Map.of("GNUPGHOME", home + ""));
    owner = new Owner(folder);
    owner.layout("app", "1", "for skopeo");
    tool.run("openssl", "genrsa", "-out", "rsa.key", "2048");
    tool.run("openssl", "rsa", "-in", "rsa.key", "-pubout", "-out", "rsa.pub");
    tool.run(
        "gpg",
        "--batch",
        "--passphrase",
        "",
        "--quick-gen-key",
        "ann@example.org",
        "rsa2048",
        "sign",
        "never");
    tool.run("gpg", "--batch", "--output", "ann.pub", "--export", "ann@example.org");
    tool.run("gpg", "--batch", "--output", "ann.sec", "--export-secret-keys", "ann@example.org");
    Files.createDirectory(folder.resolve("places.d"));
    Files.writeString(
        folder.resolve("places.d/default.yaml"),
        "default-docker:\n  sigstore: file://%s/lookaside\n".formatted(folder));
    Files.writeString(
        folder.resolve("policy.json"),
        """
        {"default":[{"type":"reject"}],"transports":{"docker":{"%s":[
          {"type":"signedBy","keyType":"GPGKeys","keyPath":"%s/ann.pub"}]}}}
        """
            .formatted(owner.name("gpg"), folder));
  }

  @AfterAll
  static void end() throws Exception {
    if (tool != null) tool.attempt("gpgconf", "--kill", "all");
    if (owner != null) owner.close();
  }

  private static String docker(String name) {
    return "docker://" + owner.name(name);
  }

  private static String skopeo(String... arguments) throws IOException, InterruptedException {
    var all = new java.util.ArrayList<>(List.of("skopeo", "--registries.d", "places.d"));
    all.addAll(List.of(arguments));
    return tool.run(all.toArray(String[]::new));
  }

  @Test
  void both_see_the_same_image() throws Exception {
    skopeo("--insecure-policy", "copy", "--dest-tls-verify=false", "oci:app:1", docker("seen:1"));
    var theirs =
        Json.object(
                skopeo("inspect", "--tls-verify=false", docker("seen:1"))
                    .getBytes(StandardCharsets.UTF_8))
            .orThrow();
    var ours = owner.json("inspect", owner.name("seen:1"));
    assertThat(ours.string("digest")).isEqualTo(theirs.string("Digest"));
    assertThat(
            ours.object("image").orElseThrow().array("layers").orElseThrow().stream()
                .map(l -> ((dev.theca.wire.json.JsonObject) l).string("digest").orElseThrow()))
        .isEqualTo(theirs.strings("Layers").orElseThrow());
  }

  @Test
  void an_archive_of_skopeo_keeps_its_files() throws Exception {
    skopeo("--insecure-policy", "copy", "oci:app:1", "docker-archive:app.tar:a.example/b:1");
    var difference =
        owner.image(
            "diff",
            "oci:" + owner.file("app") + ":1",
            "docker-archive:" + owner.file("app.tar"),
            "--json");
    assertThat(difference.json().array("files").orElseThrow()).isEmpty();
    owner.does("push", "docker-archive:" + owner.file("app.tar"), owner.name("archive:1"));
    skopeo(
        "--insecure-policy",
        "copy",
        "--src-tls-verify=false",
        docker("archive:1"),
        "oci:from-archive:1");
  }

  @Test
  void what_skopeo_encrypts_is_unpacked_here_and_the_other_way_round() throws Exception {
    skopeo(
        "--insecure-policy",
        "copy",
        "--dest-tls-verify=false",
        "--encryption-key",
        "jwe:rsa.pub",
        "oci:app:1",
        docker("theirs:1"));
    owner.does(
        "unpack",
        owner.name("theirs:1"),
        owner.file("tree"),
        "--insecure-unsigned",
        "--require-encrypted",
        "--decryption-key",
        owner.file("rsa.key"));
    assertThat(folder.resolve("tree/last")).hasContent("for skopeo");
    owner.does(
        "encrypt",
        "--encryption-key",
        "jwe:" + owner.file("rsa.pub"),
        "--encrypt-layer",
        "-1",
        "oci:" + owner.file("app") + ":1",
        owner.name("ours:1"));
    skopeo(
        "--insecure-policy",
        "copy",
        "--src-tls-verify=false",
        "--decryption-key",
        "rsa.key",
        docker("ours:1"),
        "oci:opened:1");
    assertThat(owner.json("inspect", "oci:" + owner.file("opened") + ":1").object("image"))
        .map(image -> image.array("layers"))
        .isEqualTo(
            owner
                .json("inspect", "oci:" + owner.file("app") + ":1")
                .object("image")
                .map(image -> image.array("layers")));
  }

  @Test
  void a_signature_that_skopeo_made_with_gpg_is_accepted_here() throws Exception {
    skopeo(
        "--insecure-policy",
        "copy",
        "--dest-tls-verify=false",
        "--sign-by",
        "ann@example.org",
        "oci:app:1",
        docker("gpg:1"));
    var verified =
        owner.does(
            "verify",
            owner.name("gpg:1"),
            "--policy",
            owner.file("policy.json"),
            "--lookaside-dir",
            owner.file("places.d"));
    assertThat(verified.out()).contains("signedBy");
    owner.does("copy", owner.name("gpg:1"), owner.name("gpg:renamed"));
    var renamed =
        owner.image(
            "verify",
            owner.name("gpg:renamed"),
            "--policy",
            owner.file("policy.json"),
            "--lookaside-dir",
            owner.file("places.d"));
    assertThat(renamed.exitCode()).as("the signature names another tag").isEqualTo(2);
  }

  @Test
  void a_gpg_signature_of_ours_is_accepted_by_skopeo() throws Exception {
    owner.layout("ours", "1", "signed with gpg");
    owner.does("copy", "oci:" + owner.file("ours") + ":1", owner.name("gpg:ours"));
    String[] theirs = {
      "--policy",
      "policy.json",
      "copy",
      "--remove-signatures",
      "--src-tls-verify=false",
      docker("gpg:ours"),
      "oci:believed:1"
    };
    var before = new java.util.ArrayList<>(List.of("skopeo", "--registries.d", "places.d"));
    before.addAll(List.of(theirs));
    assertThat(tool.attempt(before.toArray(String[]::new)).status()).isNotZero();
    owner.does(
        "sign",
        "--gpg-key",
        owner.file("ann.sec"),
        "--lookaside-dir",
        owner.file("places.d"),
        owner.name("gpg:ours"));
    skopeo(theirs);
  }
}
