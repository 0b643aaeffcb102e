package dev.theca.agent;

import static dev.theca.agent.PolicyJson.choice;
import static dev.theca.agent.PolicyJson.flag;
import static dev.theca.agent.PolicyJson.known;
import static dev.theca.agent.PolicyJson.mode;
import static dev.theca.agent.PolicyJson.number;
import static dev.theca.agent.PolicyJson.objects;
import static dev.theca.agent.PolicyJson.owner;
import static dev.theca.agent.PolicyJson.text;
import static dev.theca.agent.PolicyJson.uri;

import dev.theca.agent.PolicyJson.Malformed;
import dev.theca.sealfs.OnTamper;
import dev.theca.wire.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Set;

/** Reads the volumes of a workload policy. */
final class VolumeRules {
  private VolumeRules() {}

  static List<VolumeRule> read(JsonObject json) throws Malformed {
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
  static void agree(List<ImageRules> images) throws Malformed {
    var known = new HashMap<String, VolumeRule>();
    for (ImageRules image : images)
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

  static OnTamper onTamper(JsonObject json) throws Malformed {
    if (json.get("onTamper").isEmpty()) return OnTamper.EIO;
    return switch (text(json, "onTamper")) {
      case "eio" -> OnTamper.EIO;
      case "freeze" -> OnTamper.FREEZE;
      case "kill" -> OnTamper.KILL;
      default -> throw new Malformed("onTamper eio, freeze or kill");
    };
  }
}
