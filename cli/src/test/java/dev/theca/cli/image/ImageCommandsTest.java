package dev.theca.cli.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.kit.ImageMaker;
import dev.theca.kit.TarMaker;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What an owner does with {@code theca image}, against a real registry. */
class ImageCommandsTest {
  @TempDir static Path folder;
  private static Owner owner;

  @BeforeAll
  static void begin() throws IOException {
    owner = new Owner(folder);
    owner.does("keygen", "signing", owner.file("cosign"));
    owner.does("keygen", "signing", owner.file("stranger"));
    owner.does("keygen", "encryption", owner.file("team"));
    owner.does("keygen", "encryption", owner.file("partner"), "--format", "jwk");
    owner.layout("app", "1", "of the first");
    owner.archive("app.tar", "registry.example/app:1", "hello");
  }

  @AfterAll
  static void end() throws IOException {
    owner.close();
  }

  private static String app() {
    return "oci:" + owner.file("app") + ":1";
  }

  private static String pub(String name) {
    return owner.file(name + ".pub");
  }

  private static String key(String name) {
    return owner.file(name + ".key");
  }

  private static List<JsonObject> layers(String image) {
    return owner
        .json("inspect", image)
        .object("image")
        .orElseThrow()
        .array("layers")
        .orElseThrow()
        .stream()
        .map(JsonObject.class::cast)
        .toList();
  }

  @Test
  void an_archive_is_pushed_signed_verified_and_unpacked() throws IOException {
    String name = owner.name("plain:1");
    owner.does("push", "docker-archive:" + owner.file("app.tar"), name);
    owner.does("sign", "--key", key("cosign"), name);
    var verified = owner.json("verify", name, "--key", pub("cosign"));
    var accepted = verified.object("accepted").orElseThrow();
    assertThat(accepted.bool("signed")).contains(true);
    owner.does("unpack", name, owner.file("tree"), "--key", pub("cosign"));
    assertThat(Files.readString(folder.resolve("tree/etc/motd"))).isEqualTo("hello");
  }

  @Test
  void an_image_that_nobody_vouches_for_leaves_no_tree_and_no_copy() throws IOException {
    String name = owner.name("unsigned:1");
    owner.does("copy", app(), name);
    var unpacked = owner.image("unpack", name, owner.file("no-tree"), "--key", pub("cosign"));
    assertThat(unpacked.exitCode()).isEqualTo(2);
    assertThat(unpacked.err()).contains("image-unsigned").contains("next:");
    assertThat(folder.resolve("no-tree")).doesNotExist();
    var pulled = owner.image("pull", name, "oci:" + owner.file("no-copy"), "--key", pub("cosign"));
    assertThat(pulled.exitCode()).isEqualTo(2);
    assertThat(folder.resolve("no-copy")).doesNotExist();
    try (var left = Files.list(folder)) {
      assertThat(left.filter(f -> f.getFileName().toString().startsWith(".theca"))).isEmpty();
    }
  }

  @Test
  void without_a_policy_nothing_is_accepted() {
    for (String[] command :
        new String[][] {
          {"verify", app()},
          {"unpack", app(), owner.file("none")},
          {"pull", owner.name("plain:1"), "oci:" + owner.file("none")}
        }) {
      var ran = owner.image(command);
      assertThat(ran.exitCode()).isEqualTo(2);
      assertThat(ran.err()).contains("image-rejected").contains("--key FILE");
    }
    assertThat(folder.resolve("none")).doesNotExist();
  }

  @Test
  void a_strangers_signature_does_not_count() {
    String name = owner.name("strange:1");
    owner.does("copy", app(), name);
    owner.does("sign", "--key", key("stranger"), "--tag", "--referrer", name);
    var ran = owner.image("verify", name, "--key", pub("cosign"));
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("by another key");
    var json = owner.image("verify", name, "--key", pub("cosign"), "--json");
    assertThat(json.exitCode()).isEqualTo(2);
    assertThat(json.json().array("refused").orElseThrow()).isNotEmpty();
  }

  @Test
  void a_signature_for_another_repository_does_not_count() {
    owner.does("copy", app(), owner.name("mine:1"));
    owner.does("sign", "--key", key("cosign"), owner.name("mine:1"));
    owner.does("copy", owner.name("mine:1"), owner.name("theirs:1"));
    var ran = owner.image("verify", owner.name("theirs:1"), "--key", pub("cosign"));
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("image-signature-name");
  }

  @Test
  void believing_everybody_is_said_aloud() {
    var ran = owner.does("unpack", app(), owner.file("believed"), "--insecure-unsigned");
    assertThat(ran.err()).contains("INSECURE");
    assertThat(ran.out()).contains("INSECURE");
    var both = owner.image("verify", app(), "--insecure-unsigned", "--key", pub("cosign"));
    assertThat(both.exitCode()).isEqualTo(64);
  }

  @Test
  void what_was_pulled_is_verified_again_from_files() {
    String name = owner.name("carried:7");
    owner.does("copy", app(), name);
    owner.does("sign", "--key", key("cosign"), "--tag", "--referrer", name);
    String layout = "oci:" + owner.file("carried");
    var pulled = owner.json("pull", name, layout, "--key", pub("cosign"));
    assertThat(pulled.integer("attachments")).contains(2L);
    assertThat(pulled.string("destination")).contains(layout + ":7");
    owner.does("verify", layout + ":7", "--key", pub("cosign"), "--as", name);
    var unnamed = owner.image("verify", layout + ":7", "--key", pub("cosign"));
    assertThat(unnamed.exitCode()).isEqualTo(64);
    assertThat(unnamed.err()).contains("--as");
    String other = name.replace("carried", "another");
    assertThat(
            owner.image("verify", layout + ":7", "--key", pub("cosign"), "--as", other).exitCode())
        .isEqualTo(2);
  }

  @Test
  void a_policy_file_decides_by_name() throws IOException {
    String name = owner.name("ruled:1");
    owner.does("copy", app(), name);
    owner.does("sign", "--key", key("cosign"), name);
    Path policy =
        Files.writeString(
            folder.resolve("policy.json"),
            """
            {"default":[{"type":"reject"}],"transports":{"docker":{"%s":[
              {"type":"sigstoreSigned","keyPath":"%s"}]}}}
            """
                .formatted(owner.name("ruled"), pub("cosign")));
    owner.does("verify", name, "--policy", policy + "");
    assertThat(owner.image("verify", owner.name("plain:1"), "--policy", policy + "").err())
        .contains("image-rejected");
  }

  @Test
  void a_key_comes_from_standard_input_and_is_never_shown() throws IOException {
    String name = owner.name("stdin:1");
    owner.does("copy", app(), name);
    String pem = Files.readString(Path.of(key("cosign")));
    var signed = owner.imageWith(pem, "sign", "--key-from-stdin", name);
    assertThat(signed.exitCode()).as(signed.err()).isZero();
    assertThat(signed.out() + signed.err()).doesNotContain(pem.lines().toList().get(1));
    owner.does("verify", name, "--key", pub("cosign"));
    var bad = owner.imageWith("secret words", "sign", "--key-from-stdin", name);
    assertThat(bad.exitCode()).isEqualTo(2);
    assertThat(bad.err()).doesNotContain("secret words");
  }

  @Test
  void a_key_of_cosign_needs_its_passphrase() throws IOException {
    Files.writeString(folder.resolve("words"), "correct horse\n");
    Files.writeString(folder.resolve("wrong"), "battery staple\n");
    owner.does(
        "keygen",
        "signing",
        owner.file("locked"),
        "--cosign",
        "--passphrase-file",
        owner.file("words"));
    assertThat(Files.readString(Path.of(key("locked"))))
        .startsWith("-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----");
    String name = owner.name("locked:1");
    owner.does("copy", app(), name);
    assertThat(
            owner
                .image(
                    "sign", "--key", key("locked"), "--passphrase-file", owner.file("wrong"), name)
                .exitCode())
        .isEqualTo(2);
    owner.does("sign", "--key", key("locked"), "--passphrase-file", owner.file("words"), name);
    owner.does("verify", name, "--key", pub("locked"));
  }

  @Test
  void private_keys_are_for_their_owner_and_never_overwritten() throws IOException {
    for (String name : List.of("cosign", "team", "partner"))
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(key(name)))))
          .isEqualTo("rw-------");
    byte[] before = Files.readAllBytes(Path.of(key("team")));
    assertThat(owner.image("keygen", "encryption", owner.file("team")).exitCode()).isEqualTo(64);
    assertThat(Files.readAllBytes(Path.of(key("team")))).isEqualTo(before);
  }

  @Test
  void one_layer_or_all_are_encrypted_and_come_back_as_they_were() {
    String sealed = owner.name("sealed:1");
    owner.does("encrypt", "--encryption-key", "jwe:" + pub("team"), app(), sealed);
    assertThat(layers(sealed)).allMatch(l -> l.bool("encrypted").orElse(false));
    String last = owner.name("sealed:last");
    owner.does(
        "encrypt",
        "--encryption-key",
        "jwe:" + pub("partner"),
        "--encrypt-layer",
        "-1",
        app(),
        last);
    assertThat(layers(last).stream().map(l -> l.bool("encrypted").orElse(false)))
        .containsExactly(false, false, true);
    String back = "oci:" + owner.file("back") + ":1";
    var digest = owner.json("inspect", app()).array("layers");
    owner.does("decrypt", "--decryption-key", key("partner"), last, back);
    assertThat(owner.json("inspect", back).array("layers")).isEqualTo(digest);
    assertThat(owner.image("decrypt", "--decryption-key", key("partner"), sealed, back).exitCode())
        .isEqualTo(2);
    assertThat(
            owner
                .image(
                    "encrypt",
                    "--encryption-key",
                    "jwe:" + pub("team"),
                    "--encrypt-layer",
                    "3",
                    app(),
                    last)
                .exitCode())
        .isEqualTo(64);
    var twice = owner.image("encrypt", "--encryption-key", "jwe:" + pub("team"), sealed, last);
    assertThat(twice.exitCode()).isEqualTo(2);
    assertThat(twice.err()).contains("recipients add");
  }

  @Test
  void recipients_come_and_go_without_moving_a_layer() {
    String sealed = owner.name("shared:1");
    owner.does("encrypt", "--encryption-key", "jwe:" + pub("team"), app(), sealed);
    String more = owner.name("shared:2");
    var added =
        owner.does(
            "recipients",
            "add",
            sealed,
            more,
            "--decryption-key",
            key("team"),
            "--encryption-key",
            "jwe:" + pub("partner"));
    assertThat(added.err().lines().filter(l -> l.contains("is there already"))).hasSize(4);
    var packets = owner.does("recipients", "list", more).out();
    assertThat(packets.lines().filter(l -> l.contains("jwe["))).hasSize(6);
    String less = owner.name("shared:3");
    owner.does("recipients", "remove", more, less, "--packet", "jwe[0]");
    var digests = layers(sealed).stream().map(l -> l.string("digest")).toList();
    assertThat(layers(less).stream().map(l -> l.string("digest"))).isEqualTo(digests);
    String back = "oci:" + owner.file("shared") + ":1";
    assertThat(owner.image("decrypt", "--decryption-key", key("team"), less, back).exitCode())
        .isEqualTo(2);
    owner.does("decrypt", "--decryption-key", key("partner"), less, back);
    var last = owner.image("recipients", "remove", less, more, "--packet", "jwe[0]");
    assertThat(last.exitCode()).as("none would be left").isEqualTo(2);
    assertThat(owner.image("recipients", "remove", less, more, "--packet", "pgp[0]").exitCode())
        .isEqualTo(2);
  }

  @Test
  void keys_of_guests_lie_in_a_folder_for_their_owner_alone() throws IOException {
    String sealed = owner.name("guest:1");
    String recipient = "provider:attestation-agent:keyid=kbs:///default/image-kek/app";
    owner.does(
        "encrypt",
        "--key-folder",
        owner.file("keks"),
        "--encryption-key",
        recipient,
        app(),
        sealed);
    Path kek = folder.resolve("keks/default/image-kek/app");
    assertThat(Files.size(kek)).isEqualTo(32);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kek)))
        .isEqualTo("rw-------");
    assertThat(owner.does("recipients", "list", sealed).out())
        .contains("key kbs:///default/image-kek/app");
    owner.does("sign", "--key", key("cosign"), sealed);
    owner.does(
        "unpack",
        sealed,
        owner.file("opened"),
        "--key",
        pub("cosign"),
        "--key-folder",
        owner.file("keks"),
        "--require-encrypted");
    assertThat(folder.resolve("opened/last")).hasContent("of the first");
    var sample =
        owner.image(
            "encrypt",
            "--key-folder",
            owner.file("keks"),
            "--encryption-key",
            "provider:attestation-agent:sample=true",
            app(),
            sealed);
    assertThat(sample.exitCode()).isEqualTo(2);
  }

  @Test
  void a_plain_image_is_refused_where_encryption_is_required() {
    var ran =
        owner.image(
            "unpack",
            app(),
            owner.file("plain-tree"),
            "--insecure-unsigned",
            "--require-encrypted");
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.err()).contains("image-plain");
    assertThat(folder.resolve("plain-tree")).doesNotExist();
  }

  @Test
  void a_directory_with_files_is_left_alone() throws IOException {
    Path taken = Files.createDirectories(folder.resolve("taken"));
    Files.writeString(taken.resolve("mine"), "mine");
    var ran = owner.image("unpack", app(), taken + "", "--insecure-unsigned");
    assertThat(ran.exitCode()).isEqualTo(64);
    assertThat(taken.resolve("mine")).hasContent("mine");
  }

  @Test
  void what_only_root_may_make_is_counted_when_it_is_left_out() throws IOException {
    new ImageMaker()
        .layer(new TarMaker().characterDevice("null", 1, 3).file("file", "x").end())
        .make()
        .writeLayout(folder.resolve("device"), "1");
    var ran =
        owner.json(
            "unpack",
            "oci:" + owner.file("device") + ":1",
            owner.file("rootless"),
            "--insecure-unsigned",
            "--rootless");
    assertThat(ran.object("left-out").orElseThrow().members()).isNotEmpty();
    assertThat(folder.resolve("rootless/file")).hasContent("x");
    assertThat(Files.getAttribute(folder.resolve("rootless/null"), "unix:rdev")).isEqualTo(0L);
  }

  @Test
  void a_difference_is_named_down_to_the_file() throws IOException {
    owner.layout("other", "2", "of the second");
    String other = "oci:" + owner.file("other") + ":2";
    var equal = owner.image("diff", app(), app());
    assertThat(equal.exitCode()).isZero();
    assertThat(equal.out()).isEqualTo("equal\n");
    var words = owner.image("diff", app(), other);
    assertThat(words.exitCode()).isEqualTo(1);
    assertThat(words.out()).contains("~ /last  content ").contains("size 12 -> 13");
    var json = owner.image("diff", app(), other, "--json").json();
    assertThat(json.array("files").orElseThrow()).hasSize(1);
    var archive = owner.image("diff", app(), "docker-archive:" + owner.file("app.tar"));
    assertThat(archive.out())
        .contains("~ config.Cmd  [\"/bin/true\"] -> [\"/bin/app\"]")
        .contains("+ /etc/motd  file 0640 5")
        .contains("- /link  symlink etc/one");
  }

  @Test
  void an_encrypted_image_has_the_files_of_its_plain_one() {
    String sealed = owner.name("same:1");
    owner.does("encrypt", "--encryption-key", "jwe:" + pub("team"), app(), sealed);
    var ran = owner.image("diff", app(), sealed, "--decryption-key", key("team"), "--json");
    assertThat(ran.json().array("files").orElseThrow()).isEmpty();
    assertThat(owner.image("diff", app(), sealed).err()).contains("--decryption-key");
  }

  @Test
  void raw_is_what_the_digest_is_over() throws IOException {
    var made = owner.layout("raw", "1", "raw");
    String image = "oci:" + owner.file("raw") + ":1";
    assertThat(owner.does("inspect", "--raw", image).out())
        .isEqualTo(new String(made.manifest(), StandardCharsets.UTF_8));
    assertThat(owner.does("inspect", "--config", image).json().string("architecture"))
        .contains("amd64");
  }

  @Test
  void all_platforms_move_within_a_registry_without_being_sent_again() throws IOException {
    var amd = owner.layout("multi", "amd", "amd");
    var arm = new ImageMaker().layer(Owner.layer("arm", "64")).make();
    for (var blob : arm.blobs().entrySet())
      Files.write(
          folder.resolve("multi/blobs/sha256").resolve(blob.getKey().substring(7)),
          blob.getValue());
    Path blobs = folder.resolve("multi/blobs/sha256");
    Files.write(blobs.resolve(arm.digest().hex()), arm.manifest());
    byte[] index =
        """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[
        {"mediaType":"%s","digest":"%s","size":%d,"platform":{"os":"linux","architecture":"amd64"}},
        {"mediaType":"%s","digest":"%s","size":%d,"platform":{"os":"linux","architecture":"arm64"}}
        ]}"""
            .formatted(
                amd.mediaType(),
                amd.digest(),
                amd.manifest().length,
                arm.mediaType(),
                arm.digest(),
                arm.manifest().length)
            .getBytes(StandardCharsets.UTF_8);
    var digest = dev.theca.wire.Digest.sha256(index);
    Files.write(blobs.resolve(digest.hex()), index);
    owner.does(
        "copy",
        "--all-platforms",
        "oci:" + owner.file("multi") + "@" + digest,
        owner.name("multi:1"));
    var copied =
        owner.does("copy", "--all-platforms", owner.name("multi:1"), owner.name("elsewhere:1"));
    assertThat(copied.out()).contains(digest.toString());
    assertThat(copied.err()).isNotEmpty().doesNotContain("done");
    var platforms = owner.json("inspect", owner.name("elsewhere:1")).array("platforms");
    assertThat(platforms.orElseThrow()).hasSize(2);
    owner.does("sign", "--key", key("cosign"), owner.name("elsewhere:1"));
    for (String one : List.of("linux/amd64", "linux/arm64"))
      owner.does("verify", "--platform", one, owner.name("elsewhere:1"), "--key", pub("cosign"));
    var absent = owner.image("inspect", "--platform", "linux/s390x", owner.name("elsewhere:1"));
    assertThat(absent.exitCode()).isEqualTo(2);
    assertThat(absent.err()).contains("linux/amd64, linux/arm64");
  }

  @Test
  void quiet_means_no_progress() {
    var ran = owner.does("copy", "-q", app(), owner.name("quiet:1"));
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out()).startsWith("copied ");
  }

  @Test
  void a_registry_that_does_not_answer_is_a_fault_with_a_next_step() {
    var ran = owner.image("inspect", "127.0.0.1:1/app:1");
    assertThat(ran.exitCode()).isEqualTo(69);
    assertThat(ran.err()).contains("is it running").doesNotContain("\tat ");
    var plain =
        dev.theca.cli.broker.Ran.theca("image", "inspect", "--no-creds", owner.name("plain:1"));
    assertThat(plain.exitCode()).isEqualTo(69);
    assertThat(plain.err()).contains("--insecure-registry");
  }

  @Test
  void every_command_shows_an_example() {
    var left = new java.util.ArrayDeque<CommandLine>();
    left.add(new CommandLine(new ImageCommand()));
    int seen = 0;
    while (!left.isEmpty()) {
      var command = left.remove();
      left.addAll(command.getSubcommands().values());
      assertThat(command.getUsageMessage()).as(command.getCommandName()).contains("Example");
      seen++;
    }
    assertThat(seen).isEqualTo(20);
  }

  @Test
  void a_label_cannot_steer_the_terminal() throws IOException {
    new ImageMaker()
        .layer(Owner.layer("x", "x"))
        .configuration(
            c -> {
              var labels = JsonObject.builder().put("a", "\u001b[2J").build();
              c.put("config", JsonObject.builder().put("Labels", labels).build());
              return c;
            })
        .make()
        .writeLayout(folder.resolve("trick"), "1");
    var ran = owner.does("inspect", "oci:" + owner.file("trick") + ":1");
    assertThat(ran.out()).contains("Labels").doesNotContain("\u001b");
  }
}
