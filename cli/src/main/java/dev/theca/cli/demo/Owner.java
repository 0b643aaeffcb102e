package dev.theca.cli.demo;

import dev.theca.broker.BrokerAdmin;
import dev.theca.broker.reference.ReferenceMessages;
import dev.theca.broker.reference.ReferenceSigner;
import dev.theca.enclave.Bundle;
import dev.theca.image.Document;
import dev.theca.image.ImageReader;
import dev.theca.image.ImageRef;
import dev.theca.image.Progress;
import dev.theca.image.copy.Encrypting;
import dev.theca.image.copy.ImageCopy;
import dev.theca.image.copy.LayerChange;
import dev.theca.image.crypt.JweWrap;
import dev.theca.image.crypt.LayerSealer;
import dev.theca.image.remote.Registries;
import dev.theca.image.remote.RemoteSettings;
import dev.theca.image.sign.CosignSigner;
import dev.theca.image.sign.SigningKey;
import dev.theca.wire.Digest;
import dev.theca.wire.der.Pem;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * The owner of the workload: seals images with keys of their own, and tells the broker whom to give
 * them to. Runs where the owner trusts the machine; here, in the demo's process.
 */
final class Owner {
  static final String SECRET_PATH = "/run/secrets/redis-password";
  static final String IMAGE_KEY = "default/image-key/demo";
  static final String SECRET = "default/secret/redis-password";

  /** The image whose containers have a volume that stays. */
  static final String KEPT = "demo/kept";

  private static final String VOLUME_KEY = "default/volume-key/demo";
  private static final String SIGNER = "default/cosign-key/demo";
  private static final String SECURITY = "default/security-policy/demo";
  private static final String WORKLOAD = "default/workload-policy/demo";

  private final String registry;
  private final Registries registries;
  private final Jwk imageKey = Jwk.generate("P-256");
  private final Jwk referenceKey = Jwk.generate("P-256");
  private final KeyPair signer = signer();

  Owner(String registry) {
    this.registry = registry;
    this.registries = new Registries(RemoteSettings.standard().withInsecure(Set.of(registry)));
  }

  private static KeyPair signer() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK makes no EC keys", e);
    }
  }

  /** Under which the broker takes this owner's reference values. */
  String referenceKey() {
    return pem(referenceKey.publicKey());
  }

  ImageRef ref(String name) {
    return ImageRef.parse(registry + "/" + name).orThrow();
  }

  /** What a name stands for in the registry. */
  Document manifest(ImageRef ref) {
    try (var reader = registries.reader(ref).orThrow()) {
      return reader.root().orThrow();
    }
  }

  /** Lets a name stand for other bytes, as anybody with access to the registry can. */
  Digest put(ImageRef ref, Document document) {
    try (var writer = registries.writer(ref).orThrow()) {
      return writer.putRoot(document).orThrow();
    }
  }

  /** Encrypts, pushes and signs. */
  Digest seal(ImageRef ref, ImageReader image) {
    Digest digest = sealUnsigned(ref, image);
    try (var reader = registries.reader(ref).orThrow();
        var writer = registries.writer(ref).orThrow()) {
      var unused =
          new CosignSigner(SigningKey.of(signer).orThrow())
              .byTag(reader, writer, ref.name(), digest)
              .orThrow();
      return digest;
    }
  }

  /** Encrypts and pushes, and forgets to sign. */
  Digest sealUnsigned(ImageRef ref, ImageReader image) {
    var recipient = new JweWrap(Jwk.parse(imageKey.publicJson()).orThrow());
    var sealer = new LayerSealer(List.of(recipient));
    return push(ref, image, new Encrypting(sealer, Set.of()));
  }

  /** As it is, for everybody. */
  Digest pushPlain(ImageRef ref, ImageReader image) {
    return push(ref, image, LayerChange.none());
  }

  private Digest push(ImageRef ref, ImageReader image, LayerChange change) {
    try (var writer = registries.writer(ref).orThrow()) {
      var how = ImageCopy.How.plain().with(change);
      return new ImageCopy(image, writer, how, Progress.silent()).run().orThrow().root().digest();
    }
  }

  /** Everything that the broker must know; the secret file belongs to {@code uid}. */
  void register(
      BrokerAdmin broker,
      String root,
      String mrSigner,
      byte[] password,
      List<String> scopes,
      int uid) {
    imageKey
        .privateJson()
        .lend(
            json -> {
              broker.putResource(IMAGE_KEY, json);
              return true;
            });
    broker.putResource(SECRET, password);
    broker.putResource(VOLUME_KEY, volumeKey());
    broker.putResource(SIGNER, pem(signer.getPublic()).getBytes(StandardCharsets.US_ASCII));
    broker.putResource(SECURITY, Json.write(securityPolicy()));
    broker.putResource(WORKLOAD, Json.write(workloadPolicy(mrSigner, scopes, uid)));
    expect(
        broker,
        ReferenceMessages.sgxSigner(HexFormat.of().parseHex(mrSigner), Bundle.AGENT_PRODUCT, 1));
    // on a machine without SGX, and only there: the demo's simulated root is believed by name
    expect(
        broker,
        ReferenceMessages.sample(
            JsonObject.builder().put("simulated_roots", JsonArray.strings(List.of(root))).build()));
  }

  private static byte[] volumeKey() {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    return key;
  }

  private void expect(BrokerAdmin broker, JsonObject message) {
    broker.registerReferenceValues(
        new ReferenceSigner("owner", referenceKey).sign(message, Instant.now()));
  }

  private static String pem(PublicKey key) {
    return Pem.write("PUBLIC KEY", key.getEncoded());
  }

  private JsonObject securityPolicy() {
    var signed =
        JsonObject.builder()
            .put("type", "sigstoreSigned")
            .put("keyPath", "kbs:///" + SIGNER)
            .build();
    var scopes = JsonObject.builder().put(registry + "/demo", JsonArray.of(signed)).build();
    return JsonObject.builder()
        .put("default", JsonArray.of(JsonObject.builder().put("type", "reject").build()))
        .put("transports", JsonObject.builder().put("docker", scopes).build())
        .build();
  }

  private JsonObject workloadPolicy(String mrSigner, List<String> scopes, int uid) {
    var app =
        JsonObject.builder()
            .put("mrSigner", mrSigner)
            .put("isvProdId", Bundle.APP_PRODUCT)
            .put("minIsvSvn", 1)
            .build();
    var images =
        new JsonArray(
            scopes.stream()
                .<dev.theca.wire.json.JsonValue>map(scope -> image(scope, uid))
                .toList());
    return JsonObject.builder()
        .put("version", 1)
        .put("apps", JsonArray.of(app))
        .put("images", images)
        .build();
  }

  private JsonObject image(String scope, int uid) {
    var secret =
        JsonObject.builder()
            .put("resource", "kbs:///" + SECRET)
            .put("path", SECRET_PATH)
            .put("mode", "0400")
            .put("uid", uid)
            .put("gid", uid)
            .build();
    var volume =
        JsonObject.builder()
            .put("name", "data")
            .put("path", "/data")
            .put("key", "kbs:///" + VOLUME_KEY)
            .put("sizeMiB", 64)
            .put("freshness", "counter")
            .build();
    return JsonObject.builder()
        .put("scope", registry + "/" + scope)
        .put("decryptWith", JsonArray.of("kbs:///" + IMAGE_KEY))
        .put("encrypted", "required")
        .put("secrets", JsonArray.of(secret))
        .put("volumes", scope.equals(KEPT) ? JsonArray.of(volume) : new JsonArray(List.of()))
        .put("env", JsonArray.of("REDIS_PORT"))
        .put("command", "image")
        .put("exec", "allow")
        .build();
  }

  /** The init data that pods of this owner carry. */
  String initData(String broker) {
    return """
        version = "0.1.0"
        algorithm = "sha256"

        [data]
        "theca.toml" = '''
        kbs_url = "%s"
        security_policy = "kbs:///%s"
        workload_policy = "kbs:///%s"
        insecure_registries = ["%s"]
        '''
        """
        .formatted(broker, SECURITY, WORKLOAD, registry);
  }
}
