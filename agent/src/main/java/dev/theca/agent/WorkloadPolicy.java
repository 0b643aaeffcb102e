package dev.theca.agent;

import dev.theca.enclave.PeerIdentity;
import dev.theca.image.ImageRef;
import dev.theca.sealfs.OnTamper;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.kbs.KbsUri;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
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
   * @param onTamper what happens when the host has changed the container's own tree
   * @param volumes what stays when the container ends
   * @param env names that the pod may set
   * @param anyCommand whether the pod may choose the arguments
   */
  record Image(
      String scope,
      List<KbsUri> decryptWith,
      boolean encrypted,
      List<SecretRule> secrets,
      List<VolumeRule> volumes,
      OnTamper onTamper,
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
    sameVolumes(images);
    return new WorkloadPolicy(List.copyOf(apps), List.copyOf(images));
  }

  private static Image image(JsonObject json) throws Malformed {
    known(
        json,
        Set.of(
            "scope",
            "decryptWith",
            "encrypted",
            "secrets",
            "volumes",
            "onTamper",
            "env",
            "command",
            "exec"));
    var keys = new ArrayList<KbsUri>();
    for (String key : json.strings("decryptWith").orElse(List.of())) keys.add(uri(key));
    var secrets = new ArrayList<SecretRule>();
    for (JsonObject secret : objects(json, "secrets")) {
      known(secret, Set.of("resource", "path", "mode", "uid", "gid"));
      String path = text(secret, "path");
      if (!path.startsWith("/") || path.contains("/../") || path.endsWith("/"))
        throw new Malformed("an absolute path for each secret");
      secrets.add(
          new SecretRule(
              uri(text(secret, "resource")),
              path,
              mode(secret, "0400"),
              number(secret, "uid", Integer.MAX_VALUE),
              number(secret, "gid", Integer.MAX_VALUE)));
    }
    return new Image(
        text(json, "scope"),
        List.copyOf(keys),
        choice(json, "encrypted", "required", "optional"),
        List.copyOf(secrets),
        volumes(json),
        onTamper(json),
        Set.copyOf(json.strings("env").orElse(List.of())),
        !choice(json, "command", "image", "any"),
        !choice(json, "exec", "deny", "allow"));
  }

  private static List<VolumeRule> volumes(JsonObject json) throws Malformed {
    var volumes = new ArrayList<VolumeRule>();
    for (JsonObject volume : objects(json, "volumes")) {
      known(
          volume,
          Set.of(
              "name",
              "path",
              "key",
              "sizeMiB",
              "freshness",
              "strict",
              "onTamper",
              "mode",
              "uid",
              "gid"));
      String name = text(volume, "name");
      if (!VolumeRule.isName(name)) throw new Malformed("a name of a-z, 0-9 and - for each volume");
      String path = text(volume, "path");
      if (!VolumeRule.isPath(path))
        throw new Malformed("a plain absolute path for each volume, outside /proc, /sys and /dev");
      for (var other : volumes)
        if (other.name().equals(name) || other.isNestedWith(path))
          throw new Malformed("volumes of different names, none inside another");
      volumes.add(
          new VolumeRule(
              name,
              path,
              uri(text(volume, "key")),
              size(volume),
              choice(volume, "freshness", "counter", "none"),
              flag(volume, "strict"),
              onTamper(volume),
              mode(volume, "0755"),
              owner(volume, "uid"),
              owner(volume, "gid")));
    }
    return List.copyOf(volumes);
  }

  /** Containers of different images may share a volume, one after the other. */
  private static void sameVolumes(List<Image> images) throws Malformed {
    var known = new HashMap<String, VolumeRule>();
    for (Image image : images)
      for (VolumeRule rule : image.volumes()) {
        var before = known.putIfAbsent(rule.name(), rule);
        if (before != null
            && (!before.key().equals(rule.key()) || before.counter() != rule.counter()))
          throw new Malformed("one key and one freshness for each volume's name");
      }
  }

  private static int size(JsonObject volume) throws Malformed {
    if (volume.get("sizeMiB").isPresent() && volume.integer("sizeMiB").isEmpty())
      throw new Malformed("sizeMiB as a number");
    return number(volume, "sizeMiB", VolumeRule.MAX_MIB);
  }

  private static int mode(JsonObject json, String usual) throws Malformed {
    String mode = json.string("mode").orElse(usual);
    if (!mode.matches("0?[0-7]{3}")) throw new Malformed("mode as octal digits");
    return Integer.parseInt(mode, 8);
  }

  /** Empty where the policy says nothing: the container's user. */
  private static OptionalInt owner(JsonObject json, String name) throws Malformed {
    return json.get(name).isEmpty()
        ? OptionalInt.empty()
        : OptionalInt.of(number(json, name, Integer.MAX_VALUE));
  }

  private static boolean flag(JsonObject json, String name) throws Malformed {
    if (json.get(name).isEmpty()) return false;
    var value = json.bool(name);
    if (value.isEmpty()) throw new Malformed(name + " true or false");
    return value.get();
  }

  private static OnTamper onTamper(JsonObject json) throws Malformed {
    if (json.get("onTamper").isEmpty()) return OnTamper.EIO;
    return switch (text(json, "onTamper")) {
      case "eio" -> OnTamper.EIO;
      case "freeze" -> OnTamper.FREEZE;
      case "kill" -> OnTamper.KILL;
      default -> throw new Malformed("onTamper eio, freeze or kill");
    };
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
