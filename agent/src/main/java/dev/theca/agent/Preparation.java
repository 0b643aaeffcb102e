package dev.theca.agent;

import dev.theca.enclave.handover.Payload;
import dev.theca.enclave.handover.VolumeGrant;
import dev.theca.image.ImageRef;
import dev.theca.image.Platform;
import dev.theca.image.Progress;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
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

  Outcome<Done> run(PrepareRequest request) {
    long start = System.nanoTime();
    return policies
        .load()
        .then(
            policy -> {
              long fetched = System.nanoTime();
              return image(request)
                  .then(ref -> policy.rules(ref).then(rules -> sealed(request, ref, rules)))
                  .map(done -> timed(done, start, fetched));
            });
  }

  private Done timed(Done done, long start, long fetched) {
    var stages =
        JsonObject.builder()
            .put("attest, from the agent's start on", kbs.attestMillis())
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

  private Outcome<Done> sealed(PrepareRequest request, ImageRef ref, WorkloadPolicy.Image rules) {
    Path folder = volumes.resolve(request.containerId());
    if (!Files.isDirectory(folder))
      return refused(
          "volume of container " + request.containerId(), "a directory from the host", "none");
    Path file = folder.resolve("base.seal");
    var uuid = UUID.randomUUID();
    var key = Secret.random(KEY, random);
    try (var writer = VolumeWriter.create(file, uuid, key)) {
      return pulled(ref, rules, writer)
          .then(
              image -> {
                Sealed base = writer.seal();
                return user(file, base, key, image.config().user())
                    .then(user -> ProcessPlan.of(image.config(), request, rules, user))
                    .then(
                        process ->
                            files(rules.secrets())
                                .then(files -> with(files, volumes(rules.volumes())))
                                .map(
                                    own ->
                                        done(
                                            base,
                                            key,
                                            process,
                                            own,
                                            rules,
                                            image.image().document().digest())));
              });
    }
  }

  private Outcome<ImagePull.Pulled> pulled(
      ImageRef ref, WorkloadPolicy.Image rules, VolumeWriter writer) {
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
                return new ImagePull(
                        new JavaZstd(),
                        VolumeSink.LIMITS,
                        Progress.silent(),
                        InstantSource.system())
                    .pull(new ImageName.Docker(ref), reader, demands, new VolumeSink(writer));
              }
            });
  }

  private Done done(
      Sealed base,
      Secret key,
      Payload.Process process,
      Own own,
      WorkloadPolicy.Image rules,
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

  /** What the broker gave for one container. */
  private record Own(List<Payload.SecretFile> files, List<DurableVolumes.Wanted> volumes) {}

  private static Outcome<Own> with(
      List<Payload.SecretFile> files, Outcome<List<DurableVolumes.Wanted>> volumes) {
    if (!volumes.isGranted()) files.forEach(file -> file.content().close());
    return volumes.map(wanted -> new Own(files, wanted));
  }

  /** The owner's secrets for the volumes that stay. */
  private Outcome<List<DurableVolumes.Wanted>> volumes(List<VolumeRule> rules) {
    var wanted = new ArrayList<DurableVolumes.Wanted>();
    for (var rule : rules) {
      var secret =
          kbs.resource(rule.key())
              .then(
                  key ->
                      key.sizeBytes() >= KEY
                          ? Outcome.granted(key)
                          : Outcome.<Secret>refused(
                              Code.of("volume-secret"),
                              "secret of volume " + rule.name(),
                              "at least " + KEY + " bytes",
                              key.sizeBytes() + " bytes",
                              "let the broker generate one: theca broker resource generate"));
      if (secret instanceof Outcome.Refused<Secret> no) {
        wanted.forEach(DurableVolumes.Wanted::close);
        return no.as();
      }
      wanted.add(new DurableVolumes.Wanted(rule, secret.orThrow()));
    }
    return Outcome.granted(List.copyOf(wanted));
  }

  private static Outcome<Users> user(Path file, Sealed base, Secret key, String user) {
    return Volume.openBase(file, base.uuid(), key, base.root())
        .then(
            volume -> {
              try (volume) {
                return Users.resolve(user, path -> volume.peek(path, USER_FILES));
              }
            });
  }

  private Outcome<List<Payload.SecretFile>> files(List<WorkloadPolicy.SecretRule> rules) {
    var files = new ArrayList<Payload.SecretFile>();
    for (var rule : rules) {
      var content = kbs.resource(rule.resource());
      if (content instanceof Outcome.Refused<Secret> no) {
        files.forEach(file -> file.content().close());
        return no.as();
      }
      files.add(
          new Payload.SecretFile(
              rule.path(), rule.uid(), rule.gid(), rule.mode(), content.orThrow()));
    }
    return Outcome.granted(List.copyOf(files));
  }

  private static <T> Outcome<T> refused(String what, String expected, String found) {
    return Outcome.refused(
        Code.of("agent-request"), what, expected, found, "start the container again");
  }
}
