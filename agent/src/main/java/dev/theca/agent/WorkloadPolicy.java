package dev.theca.agent;

import dev.theca.enclave.PeerIdentity;
import dev.theca.image.ImageRef;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.kbs.KbsUri;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What may run, who may serve it, and what it gets: written by the owner, kept at the broker, read
 * by the agent after attestation. What the policy does not name is refused; members that are not
 * known are refused too, since they may forbid something.
 */
record WorkloadPolicy(List<PeerIdentity> apps, List<Image> images) {
  /** A file that the workload finds, and nobody else. */
  record SecretRule(KbsUri resource, String path, int mode, int uid, int gid) {}

  /**
   * Rules for the images of one repository.
   *
   * @param env names that the pod may set
   * @param anyCommand whether the pod may choose the arguments
   */
  record Image(
      String scope,
      List<KbsUri> decryptWith,
      boolean encrypted,
      List<SecretRule> secrets,
      Set<String> env,
      boolean anyCommand,
      boolean exec) {}

  /** The rules of an image's repository. */
  Outcome<Image> rules(ImageRef ref) {
    for (Image image : images) if (image.scope().equals(ref.name())) return Outcome.granted(image);
    return Outcome.refused(
        Code.of("policy-image"),
        "image " + ref,
        "one of " + images.stream().map(Image::scope).toList(),
        ref.name(),
        "name its repository in the workload policy");
  }

  static Outcome<WorkloadPolicy> parse(byte[] json) {
    return Json.object(json)
        .then(
            policy -> {
              try {
                return Outcome.granted(read(policy));
              } catch (Malformed e) {
                return refused(String.valueOf(e.getMessage()));
              }
            });
  }

  private static WorkloadPolicy read(JsonObject json) throws Malformed {
    known(json, Set.of("version", "apps", "images"));
    if (json.integer("version").orElse(0L) != 1) throw new Malformed("version 1");
    var apps = new ArrayList<PeerIdentity>();
    for (JsonObject app : objects(json, "apps")) {
      known(app, Set.of("mrSigner", "isvProdId", "minIsvSvn"));
      String signer = text(app, "mrSigner");
      if (!signer.matches("[0-9a-f]{64}")) throw new Malformed("mrSigner of 64 hex digits");
      apps.add(
          new PeerIdentity(
              HexFormat.of().parseHex(signer),
              number(app, "isvProdId", 0xFFFF),
              number(app, "minIsvSvn", 0xFFFF)));
    }
    var images = new ArrayList<Image>();
    for (JsonObject image : objects(json, "images")) images.add(image(image));
    return new WorkloadPolicy(List.copyOf(apps), List.copyOf(images));
  }

  private static Image image(JsonObject json) throws Malformed {
    known(json, Set.of("scope", "decryptWith", "encrypted", "secrets", "env", "command", "exec"));
    var keys = new ArrayList<KbsUri>();
    for (String key : json.strings("decryptWith").orElse(List.of())) keys.add(uri(key));
    var secrets = new ArrayList<SecretRule>();
    for (JsonObject secret : objects(json, "secrets")) {
      known(secret, Set.of("resource", "path", "mode", "uid", "gid"));
      String path = text(secret, "path");
      if (!path.startsWith("/") || path.contains("/../") || path.endsWith("/"))
        throw new Malformed("an absolute path for each secret");
      String mode = secret.string("mode").orElse("0400");
      if (!mode.matches("0?[0-7]{3}")) throw new Malformed("mode as octal digits");
      secrets.add(
          new SecretRule(
              uri(text(secret, "resource")),
              path,
              Integer.parseInt(mode, 8),
              number(secret, "uid", Integer.MAX_VALUE),
              number(secret, "gid", Integer.MAX_VALUE)));
    }
    return new Image(
        text(json, "scope"),
        List.copyOf(keys),
        choice(json, "encrypted", "required", "optional"),
        List.copyOf(secrets),
        Set.copyOf(json.strings("env").orElse(List.of())),
        !choice(json, "command", "image", "any"),
        !choice(json, "exec", "deny", "allow"));
  }

  /**
   * True for the first word (also when nothing is said: the stricter one), false for the second.
   */
  private static boolean choice(JsonObject json, String name, String strict, String open)
      throws Malformed {
    String value = json.string(name).orElse(strict);
    if (!value.equals(strict) && !value.equals(open))
      throw new Malformed(name + " " + strict + " or " + open);
    return value.equals(strict);
  }

  private static KbsUri uri(String text) throws Malformed {
    if (KbsUri.parse(text) instanceof Outcome.Granted<KbsUri>(var uri)) return uri;
    throw new Malformed("kbs:///repository/type/tag for each resource");
  }

  private static List<JsonObject> objects(JsonObject json, String name) throws Malformed {
    var list = new ArrayList<JsonObject>();
    for (JsonValue item : json.array(name).orElse(List.of())) {
      if (!(item instanceof JsonObject object)) throw new Malformed("objects in " + name);
      list.add(object);
    }
    return list;
  }

  private static String text(JsonObject json, String name) throws Malformed {
    Optional<String> value = json.string(name);
    if (value.isEmpty()) throw new Malformed("a text " + name);
    return value.get();
  }

  private static int number(JsonObject json, String name, int max) throws Malformed {
    long value = json.integer(name).orElse(0L);
    if (value < 0 || value > max) throw new Malformed(name + " of 0 to " + max);
    return (int) value;
  }

  private static void known(JsonObject json, Set<String> names) throws Malformed {
    for (String name : json.members().keySet()) {
      if (!names.contains(name)) throw new Malformed("members " + names + ", without " + name);
    }
  }

  private static <T> Outcome<T> refused(String expected) {
    return Outcome.refused(
        Code.of("policy-malformed"),
        "workload policy",
        expected,
        "something else",
        "correct the policy at the broker");
  }

  private static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String expected) {
      super(expected);
    }
  }
}
