package dev.theca.cli.sealfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.cli.broker.Ran;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands accept, keep and refuse. */
class VolumeCommandsTest {
  private static final int REFUSED = 2;
  private static final int USAGE = 64;

  @TempDir Path place;
  private String volume = "";
  private String key = "";

  @BeforeEach
  void aVolume() throws IOException {
    volume = place.resolve("data.seal").toString();
    key = place.resolve("data.key").toString();
    good("mkfs", volume, "--key-file", key);
    Files.writeString(place.resolve("motd"), "hello\n");
    good("cp-in", volume, place.resolve("motd").toString(), "/motd", "--key-file", key);
  }

  private static Ran sealfs(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "sealfs";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return Ran.theca(all);
  }

  private static Ran good(String... arguments) {
    var ran = sealfs(arguments);
    assertThat(ran.exitCode()).as(List.of(arguments) + ran.out() + ran.err()).isZero();
    return ran;
  }

  private void copy(String from, String to) throws IOException {
    for (String file : List.of("data.seal", "data.log0", "data.log1"))
      Files.copy(
          Files.createDirectories(place.resolve(from)).resolve(file),
          Files.createDirectories(place.resolve(to)).resolve(file),
          StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void yesterdays_copy_is_refused_unless_any_state_will_do() throws IOException {
    copy(".", "yesterday");
    good("cp-in", volume, place.resolve("motd").toString(), "/later", "--key-file", key);
    copy("yesterday", ".");
    for (String verb : List.of("ls", "verify", "info")) {
      var ran = sealfs(verb, volume, "--key-file", key);
      assertThat(ran.exitCode()).as(verb + ran.out()).isEqualTo(REFUSED);
      assertThat(ran.err()).contains("volume-stale").contains("next:");
    }
    var any = good("verify", volume, "--key-file", key, "--any-state", "--json");
    assertThat(any.json().string("freshness")).contains("none");
  }

  @Test
  void a_refusal_is_a_document_when_one_is_asked_for() throws IOException {
    copy(".", "yesterday");
    good("cp-in", volume, place.resolve("motd").toString(), "/later", "--key-file", key);
    copy("yesterday", ".");
    var ran = sealfs("ls", volume, "--key-file", key, "--json");
    assertThat(ran.json().array("refused").orElseThrow()).hasSize(1);
  }

  @Test
  void without_a_record_nothing_is_believed() throws IOException {
    Files.delete(place.resolve("data.key.volume"));
    var ran = sealfs("ls", volume, "--key-file", key);
    assertThat(ran.exitCode()).isEqualTo(USAGE);
    assertThat(ran.err()).contains("--any-state");
  }

  @Test
  void the_key_of_another_volume_opens_nothing() throws IOException {
    String other = place.resolve("other.key").toString();
    good("mkfs", place.resolve("other.seal").toString(), "--key-file", other);
    assertThat(sealfs("ls", volume, "--key-file", other).exitCode()).isEqualTo(REFUSED);
  }

  @Test
  void a_key_serves_one_volume() {
    var ran = sealfs("mkfs", place.resolve("second.seal").toString(), "--key-file", key);
    assertThat(ran.exitCode()).isEqualTo(USAGE);
    assertThat(place.resolve("second.seal")).doesNotExist();
  }

  @Test
  void a_key_in_hex_is_the_same_key() throws IOException {
    Path hex = place.resolve("hex.key");
    Files.writeString(
        hex, HexFormat.of().formatHex(Files.readAllBytes(place.resolve("data.key"))) + "\n");
    Files.setPosixFilePermissions(hex, PosixFilePermissions.fromString("rw-------"));
    var ran = good("cat", volume, "/motd", "--key-file", hex + "", "--record", key + ".volume");
    assertThat(ran.out()).isEqualTo("hello\n");
  }

  @Test
  void a_key_that_others_may_read_is_refused_with_the_remedy() throws IOException {
    Files.setPosixFilePermissions(
        place.resolve("data.key"), PosixFilePermissions.fromString("rw-r--r--"));
    var ran = sealfs("ls", volume, "--key-file", key);
    assertThat(ran.exitCode()).isEqualTo(USAGE);
    assertThat(ran.err()).contains("chmod 600");
  }

  @Test
  void a_file_of_another_length_is_no_key() throws IOException {
    Path wrong = place.resolve("wrong.key");
    Files.write(wrong, new byte[31]);
    Files.setPosixFilePermissions(wrong, PosixFilePermissions.fromString("rw-------"));
    assertThat(sealfs("ls", volume, "--key-file", wrong.toString()).exitCode()).isEqualTo(USAGE);
  }

  @Test
  void content_that_the_host_changed_is_a_refusal_and_never_wrong_bytes() throws IOException {
    byte[] big = new byte[1 << 20];
    Path file = place.resolve("big");
    Files.write(file, big);
    String base = place.resolve("base.seal").toString();
    String baseKey = place.resolve("base.key").toString();
    Path folder = Files.createDirectory(place.resolve("folder"));
    Files.move(file, folder.resolve("big"));
    good("mkfs", base, "--key-file", baseKey, "--from-dir", folder.toString());
    try (var host = new RandomAccessFile(base, "rw")) {
      host.seek(host.length() / 2);
      int there = host.read();
      host.seek(host.length() / 2);
      host.write(there ^ 1);
    }
    var ran = sealfs("verify", base, "--key-file", baseKey);
    assertThat(ran.exitCode()).isEqualTo(REFUSED);
    assertThat(ran.err()).contains("volume-damaged");
    var cat = sealfs("cat", base, "/big", "--key-file", baseKey);
    assertThat(cat.exitCode()).isEqualTo(REFUSED);
    assertThat(cat.out().chars()).allMatch(c -> c == 0);
  }

  @Test
  void neither_key_nor_content_is_in_what_the_commands_say() throws IOException {
    String hex = HexFormat.of().formatHex(Files.readAllBytes(place.resolve("data.key")));
    for (String verb : List.of("info", "verify", "ls")) {
      var ran = good(verb, volume, "--key-file", key, "--json");
      assertThat(ran.out() + ran.err()).doesNotContain(hex).doesNotContain("hello");
    }
    assertThat(Files.readString(place.resolve("data.key.volume"))).doesNotContain(hex);
  }

  @Test
  void a_folder_and_its_copy_and_the_compacted_copy_are_alike() throws IOException {
    Path tree = Files.createDirectory(place.resolve("tree"));
    Files.writeString(tree.resolve("one"), "1");
    Files.createLink(tree.resolve("two"), tree.resolve("one"));
    Files.createSymbolicLink(tree.resolve("three"), Path.of("one"));
    Files.createDirectories(tree.resolve("deep/er"));
    good("cp-in", volume, tree.toString(), "/tree", "--key-file", key);
    String small = place.resolve("small.seal").toString();
    String smallKey = place.resolve("small.key").toString();
    good("compact", volume, small, "--key-file", key, "--new-key-file", smallKey);
    String before = good("ls", volume, "/tree", "-R", "--key-file", key).out();
    assertThat(before).contains("/tree/three -> one").contains("/tree/deep/er");
    assertThat(before.lines().filter(line -> line.startsWith("-0644   2 "))).hasSize(2);
    assertThat(good("ls", small, "/tree", "-R", "--key-file", smallKey).out())
        .matches(text -> withoutTimes(text).equals(withoutTimes(before)));
  }

  private static String withoutTimes(String listing) {
    return listing.replaceAll("[0-9-]{10}T[0-9:]{8}Z", "");
  }

  @Test
  void names_that_would_steer_a_terminal_are_shown_as_numbers() {
    assertThat(Shown.name(new byte[] {'a', 27, '[', '2', 'J'})).isEqualTo("a\\x1b[2J");
    assertThat(Shown.name(new byte[] {(byte) 0xFF, 'x'})).isEqualTo("\\xffx");
    assertThat(Shown.name("grün".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
        .isEqualTo("grün");
  }
}
