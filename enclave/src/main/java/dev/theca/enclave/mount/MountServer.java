package dev.theca.enclave.mount;

import dev.theca.enclave.DevAttestation;
import dev.theca.enclave.PeerIdentity;
import dev.theca.enclave.TeePlatform;
import dev.theca.enclave.handover.HandoverClient;
import dev.theca.enclave.handover.HandoverCode;
import dev.theca.enclave.handover.Payload;
import dev.theca.enclave.handover.VolumeGrant;
import dev.theca.sealfs.SealMount;
import dev.theca.sealfs.Volume;
import dev.theca.sealfs.VolumeOptions;
import dev.theca.sealfs.WarmUp;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Serves one container's root and the volumes in it: proves itself to the agent, receives what was
 * granted, opens exactly the sealed trees that were granted, mounts them, and lends the workload's
 * configuration to the starter, once. All paths are fixed by the measured launch map; the agents
 * that it accepts are measured arguments.
 */
final class MountServer {
  private static final Path ATTESTATION = Path.of("/dev/attestation");
  private static final Path HANDOVER = Path.of("/run/theca/handover/handover.sock");
  private static final Path VOLUMES = Path.of("/var/lib/theca/volumes");
  private static final Path DURABLE = Path.of("/var/lib/theca/durable");
  private static final Path TARGET = Path.of("/run/theca/mnt/rootfs");
  private static final Path START = Path.of("/run/theca/start/start.sock");
  private static final Path GO = Path.of("/run/theca/start/go");
  private static final Path STARTER = Path.of("/opt/theca/lib/theca-start");

  /** Enough for ciphers at full speed on any machine; most need a tenth. */
  private static final long WARM_BYTES = 48L << 20;

  private static final int STOP_SECONDS = 8;

  private MountServer() {}

  /** Runs until asked to end; the exit code says how it went. */
  static int run(String[] args) {
    var boot = System.out;
    try {
      var agents = agents(args);
      String container = System.getenv().getOrDefault("THECA_CONTAINER_ID", "");
      if (agents.isEmpty() || container.isEmpty()) {
        System.err.println(
            "usage: --agent mrsigner=HEX,prodid=N,svn=N (with THECA_CONTAINER_ID set)");
        return 64;
      }
      Thread unused = WarmUp.start(WARM_BYTES);
      Rehearsal.run(new DevAttestation(ATTESTATION));
      awaitGo();
      var session =
          HandoverClient.run(HANDOVER, new DevAttestation(ATTESTATION), agents, container);
      return switch (session) {
        case Outcome.Refused<HandoverClient>(var reasons) -> refused(boot, reasons.getFirst());
        case Outcome.Granted<HandoverClient>(var handover) -> serve(boot, handover);
      };
    } catch (IOException | RuntimeException e) {
      System.err.println("stage=mount outcome=fault reason=\"" + e + "\"");
      e.printStackTrace();
      return 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  /**
   * Waits until the host says that the agent is prepared. The host is not believed: who asks too
   * early is refused by the agent.
   */
  private static void awaitGo() throws InterruptedException, IOException {
    while (!Files.exists(GO)) TimeUnit.MILLISECONDS.sleep(2);
    Files.delete(GO);
  }

  /** {@code --agent mrsigner=HEX,prodid=N,svn=N}, repeatable. */
  static List<PeerIdentity> agents(String[] args) {
    var agents = new ArrayList<PeerIdentity>();
    for (int i = 0; i + 1 < args.length; i += 2) {
      if (!args[i].equals("--agent"))
        throw new IllegalArgumentException("unknown argument " + args[i]);
      var parts = new java.util.HashMap<String, String>();
      for (String part : args[i + 1].split(","))
        parts.put(part.substring(0, part.indexOf('=')), part.substring(part.indexOf('=') + 1));
      agents.add(
          new PeerIdentity(
              HexFormat.of().parseHex(need(parts, "mrsigner")),
              Integer.parseInt(need(parts, "prodid")),
              Integer.parseInt(need(parts, "svn"))));
    }
    return agents;
  }

  private static String need(Map<String, String> parts, String name) {
    String value = parts.get(name);
    if (value == null) throw new IllegalArgumentException("--agent needs " + name);
    return value;
  }

  private static int refused(java.io.PrintStream boot, Refusal refusal) {
    boot.println(
        Json.text(
            JsonObject.builder()
                .put("state", "refused")
                .put("code", refusal.code().id())
                .put("what", refusal.what())
                .put("expected", refusal.expected())
                .put("found", refusal.found())
                .put("next", refusal.next())
                .build()));
    boot.flush();
    return 2;
  }

  private static int serve(java.io.PrintStream boot, HandoverClient handover)
      throws IOException, InterruptedException {
    var stop = new CountDownLatch(1);
    var done = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> endAndWait(stop, done)));
    try (handover) {
      return switch (root(handover.payload())) {
        case Outcome.Refused<Volume>(var reasons) -> refused(boot, reasons.getFirst());
        case Outcome.Granted<Volume>(var root) ->
            switch (volumes(handover)) {
              case Outcome.Refused<MountedVolumes>(var reasons) -> {
                root.close();
                yield refused(boot, reasons.getFirst());
              }
              case Outcome.Granted<MountedVolumes>(var volumes) ->
                  serve(boot, handover, root, volumes, stop);
            };
      };
    } finally {
      done.countDown();
    }
  }

  private static Outcome<MountedVolumes> volumes(HandoverClient handover) {
    return MountedVolumes.open(
        handover.payload().volumes(VolumeGrant.Data.class), DURABLE, handover);
  }

  /** The image's tree with what this container changes of it. */
  private static Outcome<Volume> root(Payload payload) {
    var base = payload.volumes(VolumeGrant.Base.class);
    var upper = payload.volumes(VolumeGrant.Upper.class);
    if (base.size() != 1 || upper.size() != 1)
      return Outcome.refused(
          HandoverCode.MALFORMED,
          "volumes of the container",
          "one base and one upper",
          base.size() + " and " + upper.size(),
          "run an agent of this version");
    var granted = base.getFirst();
    var options =
        VolumeOptions.USUAL
            .withQuota(upper.getFirst().quotaBytes(), 0)
            .withOnTamper(granted.onTamper(), new TamperLog("root"), TamperLog::end);
    return Volume.openBase(
            VOLUMES.resolve("base.seal"), granted.id(), granted.key(), granted.root(), options)
        .map(
            volume -> {
              volume.withEphemeralUpper(
                  VOLUMES.resolve("upper.seal"), upper.getFirst().id(), upper.getFirst().key());
              return volume;
            });
  }

  private static int serve(
      java.io.PrintStream boot,
      HandoverClient handover,
      Volume root,
      MountedVolumes volumes,
      CountDownLatch stop)
      throws IOException, InterruptedException {
    root.inject("/.theca/start", Files.readAllBytes(STARTER), 0755);
    root.injectDirectory("/.theca/sock", 0700);
    for (String path : volumes.paths()) root.injectDirectory(path, 0755);
    var later = SecretFiles.into(root, handover.payload().files(), volumes.paths());
    Files.createDirectories(TARGET);
    try (var mount = SealMount.mount(root, TARGET);
        volumes;
        var start = StartSocket.listen(START, handover.payload().process(), later)) {
      volumes.mount(TARGET);
      handover.payload().close(); // the volumes have what they need of it
      handover.accepted();
      TeePlatform platform = new DevAttestation(ATTESTATION);
      platform.retire(); // nobody who comes later may speak in this enclave's name
      boot.println("{\"state\":\"mounted\"}");
      boot.flush();
      System.err.println("stage=mount outcome=granted transport=" + mount.transport());
      stop.await();
      System.err.println(
          "stage=unmount tampered="
              + (mount.tamperedBlocks() + volumes.tamperedBlocks())
              + " served="
              + start.served());
    }
    return 0;
  }

  /**
   * What a request to end does: whoever serves unmounts, writes what is left, and forgets the keys;
   * then this process ends, and says that it ended well.
   */
  private static void endAndWait(CountDownLatch stop, CountDownLatch done) {
    stop.countDown();
    try {
      if (done.await(STOP_SECONDS, TimeUnit.SECONDS)) Runtime.getRuntime().halt(0);
      System.err.println("stage=unmount outcome=timeout");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
