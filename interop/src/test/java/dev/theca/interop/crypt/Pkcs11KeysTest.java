package dev.theca.interop.crypt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.image.crypt.Annotations;
import dev.theca.image.crypt.DecryptionKeys;
import dev.theca.image.crypt.Recipients;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.secret.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys in a token of SoftHSM2. */
class Pkcs11KeysTest {
  private static final String PIN = "87654321";

  @TempDir static Path folder;
  private static Tool tool;
  private static Path module;

  @BeforeAll
  static void token() throws Exception {
    Tool.needs("softhsm2-util");
    Tool.needs("openssl");
    Tool.needs("pkcs11-tool");
    Optional<Path> found =
        Stream.of(
                "/usr/lib/softhsm/libsofthsm2.so",
                "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
                "/usr/lib64/pkcs11/libsofthsm2.so")
            .map(Path::of)
            .filter(Files::exists)
            .findFirst();
    Assumptions.assumeTrue(
        found.isPresent(), "SoftHSM2 is not installed: apt-get install softhsm2");
    module = Files.copy(found.get(), folder.resolve("token.so"));
    Path tokens = Files.createDirectory(folder.resolve("tokens"));
    Path configuration =
        Files.writeString(
            folder.resolve("softhsm2.conf"),
            "directories.tokendir = "
                + tokens
                + "\nobjectstore.backend = file\nlog.level = ERROR\n");
    CEnvironment.set("SOFTHSM2_CONF", configuration.toString());
    tool = new Tool(folder, Map.of("SOFTHSM2_CONF", configuration.toString()));
    tool.run(
        "softhsm2-util",
        "--module",
        module.toString(),
        "--init-token",
        "--free",
        "--label",
        "lab",
        "--so-pin",
        "12345678",
        "--pin",
        PIN);
    tool.run("openssl", "genrsa", "-out", "k.pem", "2048");
    tool.run("openssl", "rsa", "-in", "k.pem", "-pubout", "-out", "k.pub");
    tool.run("openssl", "pkcs8", "-topk8", "-nocrypt", "-in", "k.pem", "-out", "k8.pem");
    tool.run(
        "openssl",
        "req",
        "-x509",
        "-key",
        "k.pem",
        "-subj",
        "/CN=x",
        "-days",
        "2",
        "-outform",
        "DER",
        "-out",
        "k.crt");
    tool.run(
        "softhsm2-util",
        "--module",
        module.toString(),
        "--import",
        "k8.pem",
        "--token",
        "lab",
        "--label",
        "mykey",
        "--id",
        "01",
        "--pin",
        PIN);
    tool.run(
        "pkcs11-tool",
        "--module",
        module.toString(),
        "--token-label",
        "lab",
        "--login",
        "--pin",
        PIN,
        "--write-object",
        "k.crt",
        "--type",
        "cert",
        "--label",
        "mykey",
        "--id",
        "01");
    // first, because a module asks for no PIN once this process has given the right one
    assertThat(keys(keyFile(uri("&pin-value=0000")))).isInstanceOf(Outcome.Refused.class);
  }

  private static String keyFile(String uri) throws Exception {
    return Files.writeString(
            Files.createTempFile(folder, "k", ".yaml"), "pkcs11:\n  uri: " + uri + "\n")
        .toString();
  }

  private static String uri(String pin) {
    return "pkcs11:token=lab;object=mykey?module-path=" + module + pin;
  }

  private static Outcome<List<dev.theca.image.spi.KeyUnwrap>> keys(String text) {
    return new DecryptionKeys(List.of(), InteropSchemes.files()).parse(text);
  }

  @Test
  void layers_for_a_key_in_a_token_open_with_it() throws Exception {
    var recipients =
        new Recipients(InteropSchemes.recipients(KeyProviderConfig.none(), InstantSource.system()));
    var plain = Layout.create(folder.resolve("plain"), 10_000);
    String withPin = keyFile(uri("&pin-value=" + PIN));
    Path pinFile = Files.writeString(folder.resolve("pin"), PIN + "\n");
    for (String recipient : List.of("pkcs11:" + folder.resolve("k.pub"), "pkcs11:" + withPin)) {
      var sealed =
          plain.sealed(
              Files.createTempDirectory(folder, "s"),
              List.of(0),
              recipients.parse(recipient).orThrow());
      for (String key :
          List.of(
              withPin,
              keyFile(uri("")) + ":pass=" + PIN,
              keyFile(uri("&pin-source=file:" + pinFile))))
        assertThat(sealed.open(sealed.layers().getFirst(), keys(key).orThrow()).orThrow())
            .isEqualTo(plain.read(plain.layers().getFirst().digest()));
    }
  }

  @Test
  void blobs_of_both_hashes_of_other_tools_open() throws Exception {
    byte[] options = Layout.utf8("{\"a\":1}");
    Files.write(folder.resolve("options"), options);
    var key = keys(keyFile(uri("&pin-value=" + PIN))).orThrow().getFirst();
    var blobs = new java.util.ArrayList<String>();
    for (String hash : List.of("sha1", "sha256")) {
      tool.run(
          "openssl",
          "pkeyutl",
          "-encrypt",
          "-pubin",
          "-inkey",
          "k.pub",
          "-in",
          "options",
          "-out",
          "blob",
          "-pkeyopt",
          "rsa_padding_mode:oaep",
          "-pkeyopt",
          "rsa_oaep_md:" + hash,
          "-pkeyopt",
          "rsa_mgf1_md:" + hash);
      String blob = Base64.getEncoder().encodeToString(Files.readAllBytes(folder.resolve("blob")));
      blobs.add("{\"version\":0,\"blob\":\"" + blob + "\",\"hash\":\"" + hash + "\"}");
      if (hash.equals("sha1")) blobs.add("{\"version\":0,\"blob\":\"" + blob + "\"}");
    }
    for (String blob : blobs) {
      String foreign =
          "{\"version\":0,\"blob\":\"" + Base64.getEncoder().encodeToString(new byte[256]) + "\"}";
      String packet = "{\"version\":0,\"recipients\":[" + foreign + "," + blob + "]}";
      var opened = key.unwrap(Annotations.PKCS11, Layout.utf8(packet)).orThrow();
      String text = opened.lend(b -> new String(b, java.nio.charset.StandardCharsets.UTF_8));
      assertThat(text).isEqualTo("{\"a\":1}");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'version':1,'recipients':[]}",
        "{'version':0,'recipients':[{'version':1,'blob':'AAAA'}]}",
        "{'version':0,'recipients':[{'version':0,'blob':'AAAA','hash':'md5'}]}",
        "{'version':0,'recipients':[{'version':0,'blob':'AAAA'}]}",
        "{'version':0,'recipients':[7]}"
      })
  void a_packet_that_is_none_is_refused(String json) throws Exception {
    var key = keys(keyFile(uri("&pin-value=" + PIN))).orThrow().getFirst();
    assertThat(key.unwrap(Annotations.PKCS11, Layout.utf8(json.replace('\'', '"'))))
        .isInstanceOf(Outcome.Refused.class);
  }

  @Test
  void a_missing_object_and_a_foreign_module_are_refused() throws Exception {
    for (String uri :
        List.of(
            uri("&pin-value=" + PIN).replace("mykey", "other"),
            uri("&pin-value=" + PIN).replace("token.so", "nothing.so"),
            "pkcs11:object=x",
            "pkcs11:object=x?module-path=relative.so",
            "pkcs11:object=x?module-path=/a$b",
            "file:///x"))
      assertThat(keys(keyFile(uri))).as(uri).isInstanceOf(Outcome.Refused.class);
  }

  @Test
  void variables_that_the_module_wants_must_be_set() throws Exception {
    String text = "pkcs11:\n  uri: " + uri("") + "\nmodule:\n  env:\n    A: b\n";
    try (var file = Secret.moveFrom(Layout.utf8(text))) {
      assertThat(Pkcs11KeyFile.parse(file, Map.of("A", "b")).isGranted()).isTrue();
      assertThat(Pkcs11KeyFile.parse(file, Map.of())).isInstanceOf(Outcome.Refused.class);
    }
  }

  @Test
  void our_packet_has_the_fields_of_the_format() throws Exception {
    var wrap =
        new Recipients(InteropSchemes.recipients(KeyProviderConfig.none(), InstantSource.system()))
            .parse("pkcs11:" + folder.resolve("k.pub"))
            .orThrow()
            .getFirst();
    try (var secret = Secret.moveFrom(new byte[192])) {
      var json = Json.object(wrap.wrap(secret).orThrow()).orThrow();
      assertThat(json.integer("version")).contains(0L);
      assertThat(Json.text(json.array("recipients").orElseThrow().getFirst()))
          .matches("\\{\"version\":0,\"blob\":\"[A-Za-z0-9+/]{342}==\",\"hash\":\"sha1\"}");
    }
  }
}
