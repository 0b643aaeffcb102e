package dev.theca.agent;

import dev.theca.enclave.DevAttestation;
import dev.theca.enclave.handover.HandoverServer;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.RefusalJson;
import dev.theca.wire.kbs.PodName;
import dev.theca.wire.nodeagent.AgentEndpoint;
import dev.theca.wire.ttrpc.TtrpcServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * Entry of the agent enclave. All paths are fixed by the measured launch map. Says {@code
 * {"state":"ready"}} or {@code {"state":"refused",...}} on standard output, logs to standard error.
 */
public final class Main {
  private static final Path ATTESTATION = Path.of("/dev/attestation");
  private static final Path INIT_DATA = Path.of("/run/theca/init-data.toml");
  private static final Path NODE = Path.of("/run/theca/node");
  private static final Path VOLUMES = Path.of("/var/lib/theca/volumes");
  private static final Path DURABLE = Path.of("/var/lib/theca/durable");

  private Main() {}

  public static void main(String[] args) {
    System.exit(run());
  }

  private static int run() {
    try {
      var platform = new DevAttestation(ATTESTATION);
      var config = AgentConfig.read(Files.readAllBytes(INIT_DATA)).then(c -> bound(c, platform));
      if (config instanceof Outcome.Refused<AgentConfig>(var reasons))
        return refused(reasons.getFirst());
      serve(config.orThrow(), platform);
      return 0;
    } catch (IOException | RuntimeException e) {
      System.err.println("stage=start outcome=fault reason=\"" + e + "\"");
      e.printStackTrace();
      return 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  /** Init data counts only when the platform bound exactly it to this enclave. */
  private static Outcome<AgentConfig> bound(AgentConfig config, DevAttestation platform) {
    byte[] bound = platform.self().configId();
    if (Arrays.equals(bound, config.initData().configId())) return Outcome.granted(config);
    return Outcome.refused(
        Code.of("init-data-unbound"),
        "init data",
        "digest " + HexFormat.of().formatHex(bound) + ", which this enclave was launched with",
        "digest " + config.initData().configIdHex(),
        "start the pod again; the host changed its init data");
  }

  /** Host input like any variable that the launch map leaves to the host. */
  private static Optional<PodName> pod() {
    return Optional.ofNullable(System.getenv("THECA_POD")).flatMap(PodName::parse);
  }

  private static void serve(AgentConfig config, DevAttestation platform)
      throws InterruptedException {
    var kbs = KbsClient.to(config.broker(), platform, config.initData(), pod());
    var policies = new Policies(kbs, config);
    var registries = new AgentRegistries(config.registries(), kbs::resource);
    var durable =
        new DurableVolumes(
            new DurableVolumes.Surroundings(
                DURABLE,
                platform,
                new KbsAnchors(kbs),
                "https".equals(config.broker().getScheme()),
                new SecureRandom()));
    var agent = new Agent(new Preparation(kbs, policies, registries, VOLUMES), policies, durable);
    var stop = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(stop::countDown));
    try (var _ = HandoverServer.start(NODE.resolve("handover.sock"), platform, agent);
        var _ =
            TtrpcServer.start(
                NODE.resolve("agent.sock"), AgentEndpoint.handlers(agent), peer -> true)) {
      System.out.println("{\"state\":\"ready\"}");
      System.out.flush();
      Thread.ofVirtual().name("early").start(() -> early(policies));
      stop.await();
    }
  }

  /** Attests while the runtime is still busy elsewhere; whoever needs it later asks again. */
  private static void early(Policies policies) {
    try {
      var unused = policies.load();
    } catch (RuntimeException e) {
      System.err.println("stage=attest outcome=fault reason=\"" + e.getMessage() + "\"");
    }
  }

  private static int refused(Refusal refusal) {
    var members = new java.util.LinkedHashMap<>(RefusalJson.write(refusal).members());
    members.put("state", new dev.theca.wire.json.JsonString("refused"));
    System.out.println(Json.text(new JsonObject(members)));
    System.out.flush();
    return 2;
  }
}
