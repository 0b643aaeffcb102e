package dev.theca.image.hostile;

import dev.theca.image.Descriptor;
import dev.theca.image.ImageRef;
import dev.theca.image.crypt.AgentWrap;
import dev.theca.image.crypt.KekSource;
import dev.theca.image.crypt.LayerSealer;
import dev.theca.image.remote.Registries;
import dev.theca.image.sign.CosignSigner;
import dev.theca.image.sign.SigningKey;
import dev.theca.kit.ImageMaker;
import dev.theca.kit.MadeImage;
import dev.theca.wire.Digest;
import dev.theca.wire.Outcome;
import dev.theca.wire.der.Pem;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.kbs.KbsUri;
import dev.theca.wire.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** Who encrypts and signs images, and keeps their keys; counts how often a key is asked for. */
final class Owner implements KekSource {
  private final KeyPair signing = key();
  private final Map<String, byte[]> keks = new ConcurrentHashMap<>();
  private final AtomicInteger asked = new AtomicInteger();

  private static KeyPair key() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Outcome<Secret> kek(String kid) {
    asked.incrementAndGet();
    return Outcome.granted(Secret.moveFrom(keks.get(kid).clone()));
  }

  int keysAsked() {
    return asked.get();
  }

  /** A layer that is ready to be pushed. */
  record Layer(Descriptor descriptor, byte[] stored, String diffId) {
    Layer with(Descriptor other) {
      return new Layer(other, stored, diffId);
    }
  }

  /** A layer in gzip, encrypted under a key of its own name. */
  Layer seal(String name, byte[] tar) {
    return seal(name, ImageMaker.GZIP, ImageMaker.gzip(tar), Digest.sha256(tar).toString());
  }

  /** Any bytes as a layer, with a diff id that need not be true. */
  Layer seal(String name, String mediaType, byte[] plain, String diffId) {
    byte[] bytes = plain.clone();
    var kid = KbsUri.parse("kbs:///default/image-kek/" + name).orThrow();
    try (var recipient =
            AgentWrap.fresh(
                kid,
                (id, kek) -> {
                  keks.put(id, kek.lend(byte[]::clone));
                  return Outcome.granted(true);
                },
                AgentWrap.Form.V2);
        var sealing = new LayerSealer(List.of(recipient)).begin(mediaType).orThrow()) {
      sealing.update(bytes, 0, bytes.length);
      return new Layer(sealing.finish().orThrow().descriptor(), bytes, diffId);
    }
  }

  /** A layer that is not encrypted. */
  static Layer plain(String mediaType, byte[] stored, String diffId) {
    var described = new Descriptor(mediaType, Digest.sha256(stored), stored.length, Map.of());
    return new Layer(described, stored, diffId);
  }

  static MadeImage image(Layer... layers) {
    return image(config -> config, layers);
  }

  static MadeImage image(UnaryOperator<Map<String, JsonValue>> configuration, Layer... layers) {
    var maker = new ImageMaker().configuration(configuration);
    var described = new ArrayList<JsonValue>();
    for (var layer : layers) {
      maker.layer(layer.descriptor.mediaType(), layer.stored, layer.diffId);
      described.add(layer.descriptor.json());
    }
    return maker
        .manifest(
            members -> {
              members.put("layers", new JsonArray(described));
              return members;
            })
        .make();
  }

  /** Pushes a signature as cosign does: for this digest, under this name. */
  void sign(Registries registries, ImageRef repository, Digest manifest, String asName) {
    try (var reader = registries.reader(repository).orThrow();
        var writer = registries.writer(repository).orThrow()) {
      new CosignSigner(SigningKey.of(signing).orThrow())
          .byTag(reader, writer, asName, manifest)
          .orThrow();
    }
  }

  /** The policy that wants this owner's signature for a scope, and rejects all else. */
  byte[] policy(String scope) {
    String pem = Pem.write("PUBLIC KEY", signing.getPublic().getEncoded());
    return """
        {"default":[{"type":"reject"}],"transports":{"docker":{"%s":[\
        {"type":"sigstoreSigned","keyData":"%s"}]}}}"""
        .formatted(scope, Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8)))
        .getBytes(StandardCharsets.UTF_8);
  }
}
