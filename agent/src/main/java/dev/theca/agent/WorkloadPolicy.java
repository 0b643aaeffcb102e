package dev.theca.agent;

import static dev.theca.agent.PolicyJson.known;
import static dev.theca.agent.PolicyJson.number;
import static dev.theca.agent.PolicyJson.objects;
import static dev.theca.agent.PolicyJson.text;

import dev.theca.agent.PolicyJson.Malformed;
import dev.theca.enclave.PeerIdentity;
import dev.theca.image.ImageRef;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * What may run, who may serve it, and what it gets: written by the owner, kept at the broker, read
 * by the agent after attestation. What the policy does not name is refused; members that are not
 * known are refused too, since they may forbid something.
 */
record WorkloadPolicy(List<PeerIdentity> apps, List<ImageRules> images) {
  /** The rules of an image's repository. */
  Outcome<ImageRules> rules(ImageRef ref) {
    for (var image : images) if (image.scope().equals(ref.name())) return Outcome.granted(image);
    return Outcome.refused(
        Code.of("policy-image"),
        "image " + ref,
        "one of " + images.stream().map(ImageRules::scope).toList(),
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
                return Outcome.refused(
                    Code.of("policy-malformed"),
                    "workload policy",
                    String.valueOf(e.getMessage()),
                    "something else",
                    "correct the policy at the broker");
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
    var images = new ArrayList<ImageRules>();
    for (JsonObject image : objects(json, "images")) images.add(ImageRules.read(image));
    VolumeRules.agree(images);
    return new WorkloadPolicy(List.copyOf(apps), List.copyOf(images));
  }
}
