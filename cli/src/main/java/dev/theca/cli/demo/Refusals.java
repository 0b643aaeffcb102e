package dev.theca.cli.demo;

import dev.theca.image.Document;
import dev.theca.image.ImageRef;
import dev.theca.image.build.BuiltImage;
import dev.theca.image.build.LayerBuilder;
import dev.theca.wire.grpc.GrpcException;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a host or registry could try, each with the words that it ends in. */
final class Refusals {
  private final Stage stage;
  private final Stages stages;

  Refusals(Stage stage) {
    this.stage = stage;
    this.stages = stage.stages;
  }

  void run() {
    stages.chapter("Refusals");
    tampered();
    foreignAgent();
    unknownRoot();
    stage.nodeAgain();
    unsigned();
    swapped();
  }

  /** The host changes a byte of the agent. */
  private void tampered() {
    Path bundle = copyOfAgent("tampered");
    try {
      Files.write(
          bundle.resolve("rootfs/etc/passwd"), new byte[] {'\n'}, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    stage.nodeWith("demo", bundle);
    expect("tampered", "a tampered agent bundle", "launch-measurement", stage.sealed);
  }

  /** The host signs an agent of its own: it starts, and nobody gives it anything. */
  private void foreignAgent() {
    Path bundle = stage.world.layout.state().resolve("bundles/foreign");
    String unused = new Bundles(stage.world.dist).agent(bundle);
    stage.nodeWith("demo", bundle);
    expect("foreign", "an agent of another builder", "executables-unrecognized", stage.sealed);
  }

  /** The genuine agent on a platform whose root nobody named. */
  private void unknownRoot() {
    JsonObject unused = stage.world.platform("other");
    stage.nodeWith("other", stage.agentBundle());
    expect("root", "evidence under an unknown root", "chain-untrusted", stage.sealed);
    stage.world.end("node");
    stage.world.end("platform-other");
  }

  private void unsigned() {
    ImageRef ref = stage.owner.ref("demo/unsigned:1");
    var unused = stage.owner.sealUnsigned(ref, variant("unsigned"));
    expect("unsigned", "an image that nobody signed", "image-unsigned", ref);
  }

  /** Somebody with access to the registry mixes two signed images and copies a signature. */
  private void swapped() {
    ImageRef ref = stage.owner.ref("demo/swapped:1");
    var first = stage.owner.seal(ref, variant("swapped"));
    Document signed = manifest(ref);
    var second = stage.owner.seal(stage.owner.ref("demo/swapped:2"), variant("other"));
    Document other = manifest(stage.owner.ref("demo/swapped@" + second));
    var json = new LinkedHashMap<>(Json.object(signed.bytes()).orThrow().members());
    var layers = new ArrayList<JsonValue>(layers(signed));
    layers.set(layers.size() - 1, layers(other).getLast());
    json.put("layers", new JsonArray(layers));
    var forged = stage.owner.put(ref, Document.of(Json.write(new JsonObject(json))).orThrow());
    Document signature = manifest(stage.owner.ref("demo/swapped:sha256-" + first.hex() + ".sig"));
    var unused =
        stage.owner.put(stage.owner.ref("demo/swapped:sha256-" + forged.hex() + ".sig"), signature);
    expect("swapped", "an image whose layer was swapped", "image-unsigned", ref);
  }

  /** An image of its own: the runtime takes images with equal configurations for one. */
  private BuiltImage variant(String name) {
    return stage.content.plus(new LayerBuilder().file("/" + name, new byte[0], 0644));
  }

  private Document manifest(ImageRef ref) {
    return stage.owner.manifest(ref);
  }

  private static List<JsonValue> layers(Document manifest) {
    return Json.object(manifest.bytes()).orThrow().array("layers").orElseThrow();
  }

  private Path copyOfAgent(String name) {
    Path bundle = stage.world.layout.state().resolve("bundles/" + name);
    Commands.run("cp", "-a", "--reflink=auto", stage.agentBundle().toString(), bundle.toString());
    return bundle;
  }

  /** Runs a pod that must not come up, and holds the answer against what it should say. */
  private void expect(String fact, String lie, String code, ImageRef ref) {
    long before = lastRecord();
    Optional<String> said =
        stages.run(lie, () -> refusal(ref), words -> words.orElse("it was accepted"));
    var keys = released(before);
    stage.facts.put("refused." + fact, said.orElse(""));
    stage.facts.put("refused." + fact + ".keys", keys);
    stage.facts.put("refused." + fact + ".pods", pods(before));
    PromiseBroken.unless(
        said.isPresent()
            && said.get().contains(code + ":")
            && said.get().contains(", expected ")
            && said.get().contains("; "),
        lie + " is refused with words: what, found, expected, what to do (" + code + ")",
        said.orElse("it was accepted"));
    PromiseBroken.unless(keys.isEmpty(), lie + " gets no key", keys.toString());
  }

  /** What the runtime said, from our code on; empty when the pod came up. */
  private Optional<String> refusal(ImageRef ref) {
    var quiet = new Pods(stage.cri, stage.world.layout.podLogs(), Stages.silent());
    var pod = quiet.describe("refused", "theca");
    try {
      var env = stage.redis ? Map.of("REDIS_PORT", stage.port + "") : Map.<String, String>of();
      var running = quiet.run(pod, "theca", ref.toString(), env);
      quiet.stopAndRemove(running);
      return Optional.empty();
    } catch (GrpcException e) {
      return Optional.of(words(e.words()));
    }
  }

  /** containerd puts its own words before and behind ours. */
  static String words(String description) {
    String words = description;
    for (String before : List.of("failed to create shim task: ", "failed to start shim task: ")) {
      int at = words.indexOf(before);
      if (at >= 0) words = words.substring(at + before.length());
    }
    words = words.replaceFirst("^(failed to start sandbox( container task)? \"[^\"]*\": )+", "");
    return words.replaceFirst(": failed precondition$", "").replaceFirst(": unknown$", "");
  }

  /** The newest record of the broker's trail. */
  private long lastRecord() {
    long last = 0;
    while (true) {
      var page = stage.broker.audit(last + 1);
      if (page.isEmpty()) return last;
      last = page.getLast().integer("seq").orElseThrow();
    }
  }

  /** The pods of which the broker refused something since then, as their host named them. */
  private List<String> pods(long since) {
    return stage.broker.audit(since + 1).stream()
        .flatMap(entry -> entry.object("detail").flatMap(d -> d.string("pod")).stream())
        .distinct()
        .toList();
  }

  /** Keys and secrets that the broker gave out since then; policies are none. */
  private List<String> released(long since) {
    var keys = new ArrayList<String>();
    for (JsonObject entry : stage.broker.audit(since + 1)) {
      String path =
          String.join(
              "/", entry.object("detail").flatMap(d -> d.strings("path")).orElse(List.of()));
      if (entry.string("kind").orElse("").equals("release")
          && entry.string("outcome").orElse("").equals("granted")
          && (path.equals(Owner.IMAGE_KEY) || path.equals(Owner.SECRET))) keys.add(path);
    }
    return keys;
  }
}
