package dev.theca.node.pod;

import dev.theca.node.snapshot.InventedId;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.nodeagent.MountWish;
import dev.theca.wire.nodeagent.PrepareRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What containerd's configuration says of a container, as a wish for the agent. */
final class Wish {
  /** The digest that a pod's author pins for one of its containers, by the container's name. */
  private static final String PINNED = "io.theca.image-digest.";

  private Wish() {}

  /**
   * @param pod the sandbox's configuration, which has the pod's annotations
   * @param otherwise the image's name when the configuration does not say it
   */
  static PrepareRequest of(String id, Spec spec, Spec pod, Supplier<Optional<String>> otherwise) {
    JsonObject process = spec.process();
    String image =
        spec.cri("image-name")
            .filter(name -> !name.isEmpty() && !name.matches("(sha256:)?[0-9a-f]{64}"))
            .or(otherwise)
            .orElse("");
    String pinned =
        spec.cri("container-name")
            .flatMap(name -> spec.annotation(PINNED + name).or(() -> pod.annotation(PINNED + name)))
            .orElse("");
    var user = Spec.object(process, "user");
    return new PrepareRequest(
        id,
        image,
        pinned,
        process.strings("args").orElse(List.of()),
        process.strings("env").orElse(List.of()),
        process.string("cwd").orElse(""),
        user(user),
        groups(user),
        spec.withoutImageVolumes(id).mounts().stream().map(Wish::mount).toList());
  }

  /**
   * Numbers, as containerd has them. An invented one stands for a name of the image; group 0 is
   * what containerd finds for a user of whom it knows no group, so the image is asked.
   */
  private static String user(JsonObject user) {
    long uid = user.integer("uid").orElse(0L);
    long gid = user.integer("gid").orElse(0L);
    if (uid == InventedId.VALUE) return "";
    return gid == 0 || gid == InventedId.VALUE ? uid + "" : uid + ":" + gid;
  }

  private static List<Integer> groups(JsonObject user) {
    long own = user.integer("gid").orElse(0L);
    var groups = new ArrayList<Integer>();
    for (JsonValue item : user.array("additionalGids").orElse(List.of())) {
      if (!(item instanceof JsonNumber number)) continue;
      long group = Long.parseLong(number.literal());
      if (group != own && group != InventedId.VALUE) groups.add((int) group);
    }
    return groups;
  }

  private static MountWish mount(JsonObject mount) {
    return new MountWish(
        mount.string("destination").orElse(""),
        mount.string("type").orElse("bind"),
        mount.strings("options").orElse(List.of()).contains("ro"));
  }
}
