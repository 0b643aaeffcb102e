package dev.theca.agent;

import static dev.theca.agent.PolicyJson.choice;
import static dev.theca.agent.PolicyJson.known;
import static dev.theca.agent.PolicyJson.mode;
import static dev.theca.agent.PolicyJson.number;
import static dev.theca.agent.PolicyJson.objects;
import static dev.theca.agent.PolicyJson.text;
import static dev.theca.agent.PolicyJson.texts;
import static dev.theca.agent.PolicyJson.uri;

import dev.theca.agent.PolicyJson.Malformed;
import dev.theca.sealfs.OnTamper;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.kbs.KbsUri;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Rules for the images of one repository.
 *
 * @param onTamper what happens when the host has changed the container's own tree
 * @param volumes what stays when the container ends
 * @param env names that the pod may set
 * @param mounts paths where the host may mount something of its own
 * @param anyCommand whether the pod may choose arguments and working directory
 * @param anyUser whether the pod may choose user and groups
 */
record ImageRules(
    String scope,
    List<KbsUri> decryptWith,
    boolean encrypted,
    List<SecretRule> secrets,
    List<VolumeRule> volumes,
    OnTamper onTamper,
    Patterns env,
    Patterns mounts,
    boolean anyCommand,
    boolean anyUser,
    boolean exec) {
  /** A file that the workload finds, and nobody else. */
  record SecretRule(KbsUri resource, String path, int mode, int uid, int gid) {}

  private static final Set<String> MEMBERS =
      Set.of(
          "scope",
          "decryptWith",
          "encrypted",
          "secrets",
          "volumes",
          "onTamper",
          "env",
          "mounts",
          "command",
          "user",
          "exec");

  static ImageRules read(JsonObject json) throws Malformed {
    known(json, MEMBERS);
    var keys = new ArrayList<KbsUri>();
    for (String key : texts(json, "decryptWith")) keys.add(uri(key));
    return new ImageRules(
        text(json, "scope"),
        List.copyOf(keys),
        choice(json, "encrypted", "required", "optional"),
        secrets(json),
        VolumeRules.read(json),
        VolumeRules.onTamper(json),
        Patterns.names(texts(json, "env")),
        Patterns.paths(texts(json, "mounts")),
        !choice(json, "command", "image", "any"),
        !choice(json, "user", "image", "any"),
        !choice(json, "exec", "deny", "allow"));
  }

  private static List<SecretRule> secrets(JsonObject json) throws Malformed {
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
    return List.copyOf(secrets);
  }
}
