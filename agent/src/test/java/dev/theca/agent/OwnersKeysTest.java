package dev.theca.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.image.Descriptor;
import dev.theca.image.crypt.AgentWrap;
import dev.theca.image.crypt.JweWrap;
import dev.theca.image.crypt.LayerSealer;
import dev.theca.image.spi.KeyWrap;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.kbs.KbsUri;
import dev.theca.wire.secret.Secret;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OwnersKeysTest {
  private static final KbsUri KEK = new KbsUri("default/image-kek/a");
  private static final KbsUri OTHER = new KbsUri("default/image-kek/b");
  private static final KbsUri JWK = new KbsUri("default/image-key/c");

  private final Map<KbsUri, byte[]> broker = new HashMap<>();
  private final List<KbsUri> asked = new ArrayList<>();

  private Outcome<Secret> fetch(KbsUri uri) {
    asked.add(uri);
    byte[] found = broker.get(uri);
    return found == null
        ? Outcome.refused(Code.of("kbs-refused"), uri + "", "one", "none", "put it")
        : Outcome.granted(Secret.moveFrom(found.clone()));
  }

  private static Descriptor sealed(KeyWrap recipient) {
    try (var layer =
        new LayerSealer(List.of(recipient))
            .begin("application/vnd.oci.image.layer.v1.tar")
            .orThrow()) {
      layer.update(new byte[100], 0, 100);
      return layer.finish().orThrow().descriptor();
    }
  }

  private Descriptor forKek(KbsUri uri) {
    try (var wrap =
        AgentWrap.fresh(
            uri,
            (kid, kek) -> {
              broker.put(uri, kek.lend(byte[]::clone));
              return Outcome.granted(true);
            },
            AgentWrap.Form.V2)) {
      return sealed(wrap);
    }
  }

  private boolean opens(List<KbsUri> allowed, Descriptor... layers) {
    try (var keys = new OwnersKeys(allowed, this::fetch)) {
      var opener = keys.opener().orThrow();
      for (Descriptor layer : layers) {
        var open = opener.open(layer);
        if (!open.isGranted()) return false;
        open.orThrow().close();
      }
      return true;
    }
  }

  @Test
  void a_key_that_the_policy_names_is_fetched_once_for_all_layers() {
    var layer = forKek(KEK);
    assertThat(opens(List.of(KEK), layer, layer, layer)).isTrue();
    assertThat(asked).containsExactly(KEK);
  }

  @Test
  void a_key_that_only_the_manifest_names_is_never_asked_for() {
    var layer = forKek(OTHER);
    assertThat(opens(List.of(KEK), layer)).isFalse();
    assertThat(asked).isEmpty();
  }

  @Test
  void a_private_key_of_the_broker_opens_what_was_sealed_for_its_public_half() {
    var key = Jwk.generate("P-256");
    key.privateJson()
        .lend(
            json -> {
              broker.put(JWK, json.clone());
              return true;
            });
    var layer = sealed(new JweWrap(Jwk.parse(key.publicJson()).orThrow()));
    var unused = forKek(KEK);
    assertThat(opens(List.of(KEK, JWK), layer, layer)).isTrue();
    assertThat(asked).containsExactly(KEK, JWK);
    assertThat(opens(List.of(KEK), layer)).isFalse();
  }
}
