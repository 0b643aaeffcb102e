package dev.theca.bench.image;

import java.nio.file.Path;
import java.util.List;

/** From a plain image in a registry to an encrypted one there, in a repository of its own. */
final class Sealing {
  private final Path theca;
  private final String registry;
  private final Keys keys;
  private final Child child;
  private int copies;

  Sealing(Path root, String registry, Keys keys, Child child) {
    this.theca = root.resolve("theca");
    this.registry = registry;
    this.keys = keys;
    this.child = child;
  }

  Child.Took ours(String image, String into) throws Exception {
    return child.run(
        List.of(
            theca.toString(),
            "image",
            "encrypt",
            "--insecure-registry",
            registry,
            "--encryption-key",
            "jwe:" + keys.publicPem(),
            image,
            into));
  }

  Child.Took theirs(String image, String into) throws Exception {
    return child.run(
        List.of(
            "skopeo",
            "--insecure-policy",
            "copy",
            "-q",
            "--src-tls-verify=false",
            "--dest-tls-verify=false",
            "--encryption-key",
            "jwe:" + keys.publicPem(),
            "docker://" + image,
            "docker://" + into));
  }

  /** A repository that nobody used. */
  String fresh() {
    return registry + "/sealed/" + ++copies + ":1";
  }
}
