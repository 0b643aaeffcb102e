package dev.theca.image.crypt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.image.spi.KeyUnwrap;
import dev.theca.image.spi.KeyWrap;
import dev.theca.wire.der.Pem;
import dev.theca.wire.jose.Jwk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Recipients and keys as skopeo's command line names them. */
class SchemesTest {
  private static final Jwk KEY = Jwk.generate("P-256");

  @TempDir Path folder;

  private Recipients recipients() {
    return new Recipients(
        List.of(new JweScheme(), AgentScheme.recipients(new KekFolder(folder), AgentWrap.Form.V2)));
  }

  private DecryptionKeys keys() {
    return new DecryptionKeys(
        List.of(AgentScheme.keys(new KekFolder(folder))), List.of(KeyFileReader.jwe()));
  }

  private String file(String name, String text) throws Exception {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  @Test
  void what_is_sealed_by_command_line_forms_opens_by_them() throws Exception {
    String shown = file("pub.pem", Pem.write("PUBLIC KEY", KEY.publicKey().getEncoded()));
    String own =
        file("own.pem", Pem.write("PRIVATE KEY", KEY.privateKey().orElseThrow().getEncoded()));
    var all =
        recipients()
            .parse(List.of("jwe:" + shown, "provider:attestation-agent:keyid=kbs:///default/k/one"))
            .orThrow();
    assertThat(all).extracting(KeyWrap::recipient).last().isEqualTo("kbs:///default/k/one");
    byte[] plain = Layers.random(100);
    var layer = Layers.seal(plain, all.toArray(KeyWrap[]::new));
    for (String key : List.of(own, own + ":", own + ":pass=", "provider:attestation-agent:x::y"))
      assertThat(
              Layers.open(layer, keys().parse(key).orThrow().toArray(KeyUnwrap[]::new)).orThrow())
          .isEqualTo(plain);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "jwe",
        "jwe:",
        "jwe:/nowhere",
        "magic:/dev/null",
        "provider:other",
        "jwe:/dev/null"
      })
  void unknown_recipients_are_refused(String text) {
    assertThat(Layers.reasons(recipients().parse(List.of(text)))).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/nowhere",
        "/dev/null",
        "provider:other:x",
        "/dev/null:fd=x",
        "/dev/null:file=/nowhere"
      })
  void unknown_keys_are_refused(String text) {
    assertThat(Layers.reasons(keys().parse(List.of(text)))).isNotEmpty();
  }
}
