package dev.theca.agent;

import dev.theca.enclave.handover.Payload;
import dev.theca.enclave.handover.VolumeGrant;
import dev.theca.image.ImageRef;
import dev.theca.image.Platform;
import dev.theca.image.pull.ImagePull;
import dev.theca.image.sign.ImageName;
import dev.theca.image.unpack.JavaZstd;
import dev.theca.sealfs.Sealed;
import dev.theca.sealfs.Volume;
import dev.theca.sealfs.VolumeWriter;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.nodeagent.PrepareRequest;
import dev.theca.wire.nodeagent.Prepared;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;

/**
 * From an image's name to a sealed volume and the grant for it: policies, keys, pull, seal,
 * process, secrets. The volume's keys are made here and exist only in this enclave's memory and in
 * the grant.
 */
final class Preparation {
  /** A container that may be granted, and what the host may know of it. */
  record Done(Container container, Prepared prepared) {}

  private static final System.Logger LOG = System.getLogger("theca.agent");
  private static final int KEY = 32;
  private static final int USER_FILES = 1 << 20;

  private final KbsClient kbs;
  private final Policies policies;
  private final AgentRegistries registries;
  private final Path volumes;
  private final SecureRandom random = new SecureRandom();

  Preparation(KbsClient kbs, Policies policies, AgentRegistries registries, Path volumes) {
    this.kbs = kbs;
    this.policies = policies;
    this.registries = registries;
    this.volumes = volumes;
  }

  /** What is not granted leaves nothing, neither does a fault. */
  Outcome<Done> run(PrepareRequest request, Job job) {
    long start = System.nanoTime();
    return kbs.attested()
        .then(
            attest -> {
              job.stage(Job.Stage.POLICY);
              return policies
                  .load()
                  .then(
                      policy -> {
                        long fetched = System.nanoTime();
                        return image(request)
                            .then(
                                ref ->
                                    policy
                                        .rules(ref)
                                        .then(
                                            rules ->
                                                MountRules.check(request.mounts(), rules)
                                                    .then(yes -> kept(request, ref, rules, job))))
                            .map(done -> timed(done, attest, start, fetched));
                      });
            });
  }

  private static Done timed(Done done, long attest, long start, long fetched) {
    var stages =
        JsonObject.builder()
            .put("attest, from the agent's start on", attest)
            .put("wait for attestation and policies", (fetched - start) / 1_000_000)
            .put("pull and seal", (System.nanoTime() - fetched) / 1_000_000)
            .build();
    return new Done(
        done.container(), new Prepared(done.prepared().manifestDigest(), Json.text(stages)));
  }

  /** The name that the host gave; a digest that it saw only narrows it. */
  private static Outcome<ImageRef> image(PrepareRequest request) {
    String pinned =
        request.digestHint().isEmpty() || request.image().contains("@")
            ? request.image()
            : request.image() + "@" + request.digestHint();
    return ImageRef.parse(pinned);
  }

  /** Whatever ends without a container takes its volume and its key with it. */
  private Outcome<Done> kept(PrepareRequest request, ImageRef ref, ImageRules rules, Job job) {
    if (!Files.isDirectory(volumes.resolve(request.containerId())))
      return refused(
          "volume of container " + request.containerId(), "a directory from the host", "none");
    var key = Secret.random(KEY, random);
    boolean granted = false;
    try {
      var done = sealed(request, ref, rules, key, job);
      granted = done.isGranted();
      return done;
    } finally {
      if (!granted) {
        key.close();
        discard(request.containerId());
      }
    }
  }

  /** Removes the volume of a container that will not be. */
  void discard(String containerId) {
    try {
      boolean unused = Files.deleteIfExists(file(containerId));
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "stage=cleanup outcome=fault reason=\"" + e + "\"");
    }
  }

  private Path file(String containerId) {
    return volumes.resolve(containerId).resolve("base.seal");
  }

  private Outcome<Done> sealed(
      PrepareRequest request, ImageRef ref, ImageRules rules, Secret key, Job job) {
    Path file = file(request.containerId());
    try (var writer = VolumeWriter.create(file, UUID.randomUUID(), key)) {
      job.stage(Job.Stage.PULL);
      return pulled(ref, rules, writer, job)
          .then(
              image -> {
                job.stage(Job.Stage.SEAL);
                Sealed base = writer.seal();
                return user(file, base, key, image.config().user(), request, rules)
                    .then(user -> ProcessPlan.of(image.config(), request, rules, user))
                    .then(
                        process -> {
                          job.stage(Job.Stage.SECRETS);
                          return Own.fetched(kbs::resource, rules)
                              .map(
                                  own ->
                                      done(
                                          base,
                                          key,
                                          process,
                                          own,
                                          rules,
                                          image.image().document().digest()));
                        });
              });
    }
  }

  private Outcome<ImagePull.Pulled> pulled(
      ImageRef ref, ImageRules rules, VolumeWriter writer, Job job) {
    return registries
        .client()
        .then(client -> client.reader(ref))
        .then(
            reader -> {
              try (reader;
                  var keys = new OwnersKeys(rules.decryptWith(), kbs::resource)) {
                var demands =
                    new ImagePull.Demands(
                        policies.signatures(),
                        keys::opener,
                        rules.encrypted(),
                        Platform.LINUX_AMD64);
                return new ImagePull(new JavaZstd(), VolumeSink.LIMITS, job, InstantSource.system())
                    .pull(new ImageName.Docker(ref), reader, demands, new VolumeSink(writer));
              }
            });
  }

  private Done done(
      Sealed base,
      Secret key,
      Payload.Process process,
      Own own,
      ImageRules rules,
      dev.theca.wire.Digest manifest) {
    var volumes =
        List.<VolumeGrant>of(
            new VolumeGrant.Base(base.uuid(), key, base.root(), rules.onTamper()),
            new VolumeGrant.Upper(
                UUID.randomUUID(), Secret.random(KEY, random), 0, rules.onTamper()));
    return new Done(
        new Container(rules, new Payload(volumes, process, own.files()), own.volumes()),
        new Prepared(manifest.toString(), ""));
  }

  private static Outcome<Users> user(
      Path file, Sealed base, Secret key, String own, PrepareRequest wish, ImageRules rules) {
    return Volume.openBase(file, base.uuid(), key, base.root())
        .then(
            volume -> {
              try (volume) {
                return UserPlan.of(own, wish, rules, path -> volume.peek(path, USER_FILES));
              }
            });
  }

  private static <T> Outcome<T> refused(String what, String expected, String found) {
    return Outcome.refused(
        Code.of("agent-request"), what, expected, found, "start the container again");
  }
}
