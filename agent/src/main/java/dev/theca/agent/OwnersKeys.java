package dev.theca.agent;

import dev.theca.image.crypt.AgentUnwrap;
import dev.theca.image.crypt.JweUnwrap;
import dev.theca.image.crypt.LayerOpener;
import dev.theca.image.crypt.OcicryptOpener;
import dev.theca.image.spi.KeyUnwrap;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.kbs.KbsUri;
import dev.theca.wire.secret.Secret;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Opens layers with keys of the broker: those that the workload policy names for the image, and no
 * others, whatever a manifest asks for. Each key is fetched once, when a layer needs it, and
 * forgotten when this is closed.
 */
final class OwnersKeys implements AutoCloseable {
  private static final int KEK_BYTES = 32;

  private final List<KbsUri> allowed;
  private final Function<KbsUri, Outcome<Secret>> broker;
  private final Map<KbsUri, Secret> fetched = new LinkedHashMap<>();

  OwnersKeys(List<KbsUri> allowed, Function<KbsUri, Outcome<Secret>> broker) {
    this.allowed = List.copyOf(allowed);
    this.broker = broker;
  }

  Outcome<LayerOpener> opener() {
    return Outcome.granted(new OcicryptOpener(List.of(new AgentUnwrap(this::kek), new Jwe())));
  }

  /** A key encryption key by the name that a layer's packet gives. */
  private Outcome<Secret> kek(String kid) {
    return KbsUri.parse(kid)
        .then(
            uri ->
                allowed.contains(uri)
                    ? key(uri)
                    : refused("a key that the workload policy names", kid));
  }

  /** A copy of the key, which the caller closes. */
  private synchronized Outcome<Secret> key(KbsUri uri) {
    var known = fetched.get(uri);
    if (known != null) return Outcome.granted(copy(known));
    return broker
        .apply(uri)
        .map(
            secret -> {
              fetched.put(uri, secret);
              return copy(secret);
            });
  }

  private static Secret copy(Secret secret) {
    return secret.lend(bytes -> Secret.moveFrom(bytes.clone()));
  }

  /** Private keys that the policy names, tried one after the other. */
  private final class Jwe implements KeyUnwrap {
    @Override
    public boolean reads(String annotation) {
      return annotation.endsWith(".enc.keys.jwe");
    }

    @Override
    public Outcome<Secret> unwrap(String annotation, byte[] packet) {
      var reasons = new ArrayList<Refusal>();
      for (KbsUri uri : allowed) {
        switch (key(uri).then(secret -> opened(uri, secret, annotation, packet))) {
          case Outcome.Granted<Secret> options -> {
            return options;
          }
          case Outcome.Refused<Secret>(var why) -> reasons.addAll(why);
        }
      }
      return reasons.isEmpty()
          ? refused("a key that the workload policy names", "none")
          : Outcome.refused(reasons);
    }

    private static Outcome<Secret> opened(
        KbsUri uri, Secret secret, String annotation, byte[] packet) {
      try (secret) {
        if (secret.sizeBytes() == KEK_BYTES)
          return refused("a JSON Web Key at " + uri, "32 bytes, for packets of another kind");
        return Jwk.parse(secret).then(key -> new JweUnwrap(key).unwrap(annotation, packet));
      }
    }
  }

  private static <T> Outcome<T> refused(String expected, String found) {
    return Outcome.refused(
        Code.of("image-key"),
        "key of the layer",
        expected,
        found,
        "name the key under decryptWith in the workload policy, or seal the image for it");
  }

  @Override
  public synchronized void close() {
    fetched.values().forEach(Secret::close);
    fetched.clear();
  }
}
