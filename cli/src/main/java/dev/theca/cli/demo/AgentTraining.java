package dev.theca.cli.demo;

import dev.theca.enclave.handover.HandoverClient;
import dev.theca.image.ImageRef;
import dev.theca.image.build.BuiltImage;
import dev.theca.image.build.LayerBuilder;
import dev.theca.registry.Registry;
import dev.theca.registry.RegistrySettings;
import dev.theca.wire.initdata.InitData;
import dev.theca.wire.nodeagent.AgentClient;
import dev.theca.wire.nodeagent.PrepareRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Trains an agent by its own work (JEP 483, 515): the program as it will run, in the tree as it
 * will be, attests to a broker that believes it, pulls and seals an encrypted, signed image, and
 * answers a node and an app enclave. What the runtime remembers of it lies in the tree and is
 * measured with it. Nothing of the training is in the agent; keys and image are made here and
 * forgotten.
 */
final class AgentTraining {
  static final String FILE = "/opt/theca/lib/agent.aot";

  /** Must be the same in training and at work. */
  static final List<String> FLAGS = List.of("-XX:+UseCompactObjectHeaders");

  private static final int CONTAINERS = 3;
  private static final int FILES = 200;
  private static final int BULK = 4 << 20;
  private static final long SEED = 1;
  private static final int LIMIT_SECONDS = 120;
  private static final Duration SILENCE = Duration.ofSeconds(60);

  /** Binds what a platform and a node would, and becomes the agent. */
  private static final String SCRIPT =
      """
      set -e
      root=$0 given=$1; shift
      mount -t proc proc "$root/proc"
      mount -t tmpfs tmpfs "$root/tmp"
      mount -t tmpfs tmpfs "$root/dev"
      mkdir "$root/dev/attestation"
      for device in null zero random urandom; do
        : > "$root/dev/$device"
        mount --bind "/dev/$device" "$root/dev/$device"
      done
      mount --bind "$given/attestation" "$root/dev/attestation"
      mount --bind "$given/node" "$root/run/theca/node"
      mount --bind "$given/init-data.toml" "$root/run/theca/init-data.toml"
      mount --bind "$given/volumes" "$root/var/lib/theca/volumes"
      mount --bind "$given/durable" "$root/var/lib/theca/durable"
      exec chroot "$root" "$@"
      """;

  private final Path given;

  private AgentTraining(Path given) {
    this.given = given;
  }

  /** Times of the tree must be final: the cache remembers those of the jars. */
  static void write(Path root, List<String> java) throws IOException {
    Path given = Files.createTempDirectory("theca-training");
    try {
      new AgentTraining(given).trained(root, java);
    } finally {
      Leftovers.remove(given);
    }
    if (!Files.exists(root.resolve(FILE.substring(1))))
      throw new IOException("the training of the agent left no cache");
    Files.deleteIfExists(root.resolve(FILE.substring(1) + ".config"));
  }

  private void trained(Path root, List<String> java) throws IOException {
    var plain = RegistrySettings.of(given.resolve("registry"));
    Owner owner;
    ImageRef image;
    try (var registry = started(plain.withListen("127.0.0.1:0"))) {
      owner = new Owner(registry.address());
      image = owner.ref("demo/training:1");
      var unused = owner.seal(image, image());
    }
    var tls = TrainingTls.in(given);
    var resources = owner.resources("00".repeat(32), new byte[16], List.of("demo/training"), 0);
    try (var _ = started(tls.with(plain.withListen(image.registry())));
        var broker = new TrainingBroker(resources)) {
      String data = owner.initData(broker.url());
      byte[] initData = withAuthority(data, tls).getBytes(StandardCharsets.UTF_8);
      run(root, java, image.toString(), files(initData));
    }
  }

  private static Registry started(RegistrySettings settings) throws IOException {
    return Registry.start(settings, InstantSource.system(), line -> {}).orThrow();
  }

  /** As for a registry with TLS, which most have; what a plain one needs is part of it. */
  private static String withAuthority(String initData, TrainingTls tls) throws IOException {
    return initData.replaceFirst(
        "insecure_registries = .*", "registry_authorities = \"\"\"\n" + tls.authority() + "\"\"\"");
  }

  /** Text, and what no compression makes smaller, in two layers. */
  private static BuiltImage image() {
    var texts = new LayerBuilder().directory("/tmp", 01777);
    for (int i = 0; i < FILES; i++)
      texts.file(
          "/text/" + i,
          ("line " + i + "\n").repeat(i * 8).getBytes(StandardCharsets.US_ASCII),
          0644);
    byte[] random = new byte[BULK];
    new Random(SEED).nextBytes(random);
    var bulk = new LayerBuilder().file("/data", random, 0644).file("/program", random, 0755);
    return BuiltImage.packed(
        List.of(texts, bulk),
        new BuiltImage.Run(List.of("/program"), List.of(), List.of("LANG=C.UTF-8"), "0:0", "/"));
  }

  /** A platform, and a node's folders. */
  private TrainingPlatform files(byte[] initData) throws IOException {
    Files.write(given.resolve("init-data.toml"), initData);
    for (String folder : List.of("node", "volumes", "durable"))
      Files.createDirectories(given.resolve(folder));
    for (int i = 0; i < CONTAINERS; i++) Files.createDirectories(given.resolve("volumes/c" + i));
    byte[] bound = InitData.parse(initData).orThrow().configId();
    return new TrainingPlatform(given.resolve("attestation"), bound);
  }

  private void run(Path root, List<String> java, String image, TrainingPlatform platform)
      throws IOException {
    var command = new java.util.ArrayList<String>();
    command.addAll(List.of("unshare", "--mount", "--propagation", "private", "sh", "-c", SCRIPT));
    command.addAll(List.of(root.toString(), given.toString()));
    command.addAll(java);
    Path log = given.resolve("log");
    var builder = new ProcessBuilder(command).redirectError(log.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    platform.reportsOnce();
    var agent = builder.start();
    try (var said = agent.inputReader(StandardCharsets.UTF_8)) {
      if (!String.valueOf(said.readLine()).contains("\"ready\""))
        throw new IOException("the agent did not start to train:\n" + Files.readString(log));
      prepare(image, platform);
      agent.destroy(); // it is asked to end, and writes down what it remembers
      if (!agent.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS))
        throw new IOException("the trained agent did not end:\n" + Files.readString(log));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      agent.destroyForcibly();
    }
  }

  private void prepare(String image, TrainingPlatform platform) {
    Path node = given.resolve("node");
    try (var client = AgentClient.connect(node.resolve("agent.sock"))) {
      for (int i = 0; i < CONTAINERS; i++) {
        String id = "c" + i;
        var unused = client.prepare(PrepareRequest.of(id, image), SILENCE, moved -> {}).orThrow();
        platform.reportsOnce();
        Path socket = node.resolve("handover.sock");
        try (var app =
            HandoverClient.run(socket, platform, List.of(TrainingPlatform.AGENT), id).orThrow()) {
          app.accepted();
        }
        var user = client.exec(id, List.of("true")).orThrow();
        if (user.uid() != 0) throw new IllegalStateException("another user: " + user);
        client.release(id);
      }
    }
  }
}
