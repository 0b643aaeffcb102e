package dev.theca.image.crypt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.Outcome;
import dev.theca.wire.kbs.KbsUri;
import dev.theca.wire.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Packets of Confidential Containers' key provider. */
class AgentTest {
  private static final KbsUri KID = KbsUri.parse("kbs:///default/image-kek/k1").orThrow();
  private static final byte[] PLAIN = Layers.random(1000);

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(AgentWrap.Form.class)
  void one_stored_key_serves_all_layers_of_an_image(AgentWrap.Form form) throws Exception {
    var keys = new KekFolder(folder);
    try (var recipient = AgentWrap.fresh(KID, keys, form)) {
      for (int i = 0; i < 3; i++)
        assertThat(Layers.open(Layers.seal(PLAIN, recipient), new AgentUnwrap(keys)).orThrow())
            .isEqualTo(PLAIN);
    }
    Path file = folder.resolve("default/image-kek/k1");
    assertThat(file).hasSize(32);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void nothing_is_sealed_for_a_key_that_was_not_stored() {
    var asked = new ArrayList<String>();
    KekSink refuses =
        (kid, kek) -> {
          asked.add(kid);
          return asked.size() == 1
              ? CryptCode.KEK.refuse("key", "a place", "a full disk", "make room")
              : Outcome.granted(false);
        };
    try (var recipient = AgentWrap.fresh(KID, refuses, AgentWrap.Form.V2);
        var sealing = new LayerSealer(java.util.List.of(recipient)).begin(Layers.GZIP).orThrow();
        var again = new LayerSealer(java.util.List.of(recipient)).begin(Layers.GZIP).orThrow()) {
      assertThat(Layers.codes(sealing.finish())).containsExactly("image-kek");
      assertThat(Layers.codes(again.finish())).containsExactly("image-kek");
      assertThat(asked).containsExactly(KID.toString(), KID.toString());
    }
  }

  @Test
  void a_taken_name_is_not_overwritten() {
    var keys = new KekFolder(folder);
    try (var one = Secret.random(32, new SecureRandom());
        var other = Secret.random(32, new SecureRandom())) {
      assertThat(keys.store(KID.toString(), one).orThrow()).isTrue();
      assertThat(keys.store(KID.toString(), one).orThrow()).isTrue();
      assertThat(Layers.codes(keys.store(KID.toString(), other))).containsExactly("image-kek");
      assertThat(keys.kek(KID.toString()).orThrow().sameAs(one)).isTrue();
    }
  }

  @Test
  void the_wrong_key_a_missing_key_and_a_short_key_are_refused() {
    var keys = new KekFolder(folder);
    try (var recipient = AgentWrap.fresh(KID, keys, AgentWrap.Form.V2)) {
      var layer = Layers.seal(PLAIN, recipient);
      KekSource wrong = kid -> Outcome.granted(Secret.random(32, new SecureRandom()));
      KekSource shortOne = kid -> Outcome.granted(Secret.random(16, new SecureRandom()));
      assertThat(Layers.codes(Layers.open(layer, new AgentUnwrap(wrong))))
          .containsExactly("image-key", "image-key-packet");
      assertThat(Layers.codes(Layers.open(layer, new AgentUnwrap(shortOne))))
          .containsExactly("image-key", "image-kek");
      assertThat(
              Layers.codes(
                  Layers.open(layer, new AgentUnwrap(new KekFolder(folder.resolve("other"))))))
          .containsExactly("image-key", "image-kek");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "{}",
        "{'kid':'','wrapped_data':'AAAAAAAAAAAAAAAAAAAAAAAAAAA=','iv':'AAAAAAAAAAAAAAAA','wrap_type':'A256GCM'}",
        "{'kid':'k','wrapped_data':'AAAA','iv':'AAAAAAAAAAAAAAAA','wrap_type':'A256GCM'}",
        "{'kid':'k','wrapped_data':'AAAAAAAAAAAAAAAAAAAAAAAAAAA=','iv':'AAAA','wrap_type':'A256GCM'}",
        "{'kid':'k','wrapped_data':'AAAAAAAAAAAAAAAAAAAAAAAAAAA=','iv':'AAAAAAAAAAAAAAAAAAAAAA==','wrap_type':'A256CTR'}",
        "{'kid':'k','wrapped_data':'AAAAAAAAAAAAAAAAAAAAAAAAAAA=','iv':'AAAAAAAAAAAAAAAA'}",
        "{'version':'0.2.0','kid':'k','wrapped_data':'AAAAAAAAAAAAAAAAAAAAAAAAAAA=','iv':'AAAAAAAAAAAAAAAA','wrap_type':'A256GCM'}",
        "{'provider':'aws','kid':'k','wrapped_data':'AAAAAAAAAAAAAAAAAAAAAAAAAAA=','iv':'AAAAAAAAAAAAAAAA','wrap_type':'A256GCM'}"
      })
  void a_packet_that_is_none_asks_for_no_key(String packet) {
    KekSource never =
        kid -> {
          throw new AssertionError("asked for " + kid);
        };
    byte[] json = packet.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    assertThat(Layers.reasons(new AgentUnwrap(never).unwrap(Annotations.ATTESTATION_AGENT, json)))
        .isNotEmpty();
  }

  @Test
  void parameters_of_the_fields_tools_are_read() throws Exception {
    for (String id :
        new String[] {
          "kbs:///default/image-kek/k1",
          "kbs://broker:8080/default/image-kek/k1",
          "broker/default/image-kek/k1",
          "/default/image-kek/k1"
        })
      assertThat(AgentParameters.parse("keyid=" + id + "::algorithm=A256GCM").orThrow().kid())
          .isEqualTo(KID);
    assertThat(AgentParameters.parse("").orThrow().kid().path()).startsWith("default/image-kek/");
    Path file = Files.write(folder.resolve("kek"), Layers.random(32));
    try (var recipient =
        AgentParameters.parse("keypath=" + file + "::keyid=" + KID)
            .orThrow()
            .recipient(new KekFolder(folder), AgentWrap.Form.V2)
            .orThrow()) {
      KekSource fromFile = kid -> SecretFile.read(file, 32);
      assertThat(Layers.open(Layers.seal(PLAIN, recipient), new AgentUnwrap(fromFile)).orThrow())
          .isEqualTo(PLAIN);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sample=true",
        "algorithm=A256CTR",
        "keyid=/a/b",
        "keyid=kbs+plugin:///a/b/c",
        "keyid=kbs:///../b/c",
        "keyid=/a/b/c::keyid=/a/b/c",
        "unknown=1",
        "::",
        "x"
      })
  void parameters_that_would_weaken_or_confuse_are_refused(String text) {
    assertThat(Layers.reasons(AgentParameters.parse(text))).isNotEmpty();
  }

  @Test
  void a_key_file_of_another_size_is_refused() throws Exception {
    for (int size : new int[] {0, 31, 33}) {
      Path file = Files.write(folder.resolve("kek" + size), new byte[size]);
      assertThat(
              Layers.reasons(
                  AgentParameters.parse("keypath=" + file)
                      .orThrow()
                      .recipient(new KekFolder(folder), AgentWrap.Form.V2)))
          .isNotEmpty();
    }
  }
}
