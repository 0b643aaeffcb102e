package dev.theca.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.wire.Outcome;
import dev.theca.wire.cbor.Cbor;
import dev.theca.wire.cbor.CborValue.CborTag;
import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Reference values in CoRIM. */
class CorimTest {
  private static byte[] comid() {
    var measurement =
        Cbor.map(
            0,
            "fw",
            1,
            Cbor.map(2, Cbor.array(List.of(Cbor.array(List.of(1, new byte[32])))), 11, "boot"));
    var environment = Cbor.map(0, Cbor.map(1, "ACME", 2, "Roadrunner"));
    var triples =
        Cbor.map(
            0,
            Cbor.array(
                List.of(Cbor.array(List.of(environment, Cbor.array(List.of(measurement)))))));
    return Cbor.encode(Cbor.map(1, Cbor.map(0, "tag-1"), 4, triples));
  }

  private static byte[] manifest() {
    var tag = new CborTag(506, Cbor.of(comid()));
    return Cbor.encode(new CborTag(501, Cbor.map(0, "manifest-1", 1, Cbor.array(List.of(tag)))));
  }

  @Test
  void a_manifest_gives_reference_values_by_name() {
    var corim = Corim.parse(manifest()).orThrow();
    assertThat(corim.id()).isEqualTo("manifest-1");
    assertThat(corim.referenceValues())
        .containsEntry("ACME/Roadrunner/fw/boot/digests", List.of("00".repeat(32)));
  }

  @Test
  void a_signed_manifest_is_believed_under_its_key_only() throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    var pair = generator.generateKeyPair();
    byte[] header = Cbor.encode(Cbor.map(1, -7));
    var signer = Signature.getInstance("SHA256withECDSAinP1363Format");
    signer.initSign(pair.getPrivate());
    signer.update(Cbor.encode(Cbor.array(List.of("Signature1", header, new byte[0], manifest()))));
    byte[] signed =
        Cbor.encode(
            new CborTag(18, Cbor.array(List.of(header, Cbor.map(), manifest(), signer.sign()))));
    assertThat(Corim.verify(signed, pair.getPublic(), Instant.EPOCH).isGranted()).isTrue();
    assertThat(Corim.parse(signed).orThrow().comids()).hasSize(1);
    assertThat(
            Corim.verify(signed, generator.generateKeyPair().getPublic(), Instant.EPOCH)
                .isGranted())
        .isFalse();
    assertThat(Corim.verify(manifest(), pair.getPublic(), Instant.EPOCH).isGranted()).isFalse();
    for (int i = 0; i < signed.length; i += 3) {
      byte[] bad = signed.clone();
      bad[i] ^= 1;
      assertThat(Corim.verify(bad, pair.getPublic(), Instant.EPOCH).isGranted())
          .as("byte " + i)
          .isFalse();
      Corim.parse(Arrays.copyOf(signed, i));
    }
  }

  @Test
  void recorded_manifests_and_tags_of_another_implementation_are_readable() throws IOException {
    int values = 0;
    for (String folder : List.of("corim/veraison", "corim/trustee")) {
      try (var files = Files.list(Vectors.path(folder))) {
        for (var file : files.sorted().toList()) {
          var read = Corim.parse(Files.readAllBytes(file));
          assertThat(read).as(file + "").isInstanceOf(Outcome.Granted.class);
          values += read.orThrow().referenceValues().size();
        }
      }
    }
    assertThat(values).isPositive();
    int tags = 0;
    try (var files = Files.list(Vectors.path("corim/veraison-comid"))) {
      for (var file : files.sorted().toList())
        if (Corim.parseComid(Files.readAllBytes(file)).isGranted()) tags++;
    }
    assertThat(tags).isGreaterThan(12);
  }
}
