package dev.theca.bench;

import dev.theca.agent.VolumeSink;
import dev.theca.image.ImageRef;
import dev.theca.image.Platform;
import dev.theca.image.Progress;
import dev.theca.image.crypt.HashThreads;
import dev.theca.image.crypt.JweUnwrap;
import dev.theca.image.crypt.OcicryptOpener;
import dev.theca.image.pull.ImagePull;
import dev.theca.image.remote.Registries;
import dev.theca.image.remote.RemoteSettings;
import dev.theca.image.sign.ImageName;
import dev.theca.image.sign.ImagePolicy;
import dev.theca.image.sign.KeyMaterial;
import dev.theca.image.sign.SignatureMeans;
import dev.theca.image.unpack.JavaZstd;
import dev.theca.sealfs.VolumeWriter;
import dev.theca.wire.Outcome;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** What an agent does for one image, as a process of its own: pull, decrypt, unpack, seal. */
final class PullOnce {
  private static final String POLICY = "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}";

  private PullOnce() {}

  public static void main(String[] args) throws Exception {
    var ref = ImageRef.parse(args[0]).orThrow();
    var key = Jwk.parse(Json.object(Files.readAllBytes(Path.of(args[1]))).orThrow()).orThrow();
    var volumeKey = Secret.random(32, new SecureRandom());
    var policy =
        ImagePolicy.parse(
                POLICY.getBytes(StandardCharsets.US_ASCII), SignatureMeans.of(KeyMaterial.none()))
            .orThrow();
    var opener = new OcicryptOpener(List.of(new JweUnwrap(key)), HashThreads.CALLER);
    var demands =
        new ImagePull.Demands(policy, () -> Outcome.granted(opener), true, Platform.LINUX_AMD64);
    var settings = RemoteSettings.standard().withInsecure(Set.of(ref.registry()));
    try (var registries = new Registries(settings);
        var reader = registries.reader(ref).orThrow();
        var writer = VolumeWriter.create(Path.of(args[2]), UUID.randomUUID(), volumeKey)) {
      var pulled =
          new ImagePull(
                  new JavaZstd(), VolumeSink.LIMITS, Progress.silent(), InstantSource.system())
              .pull(new ImageName.Docker(ref), reader, demands, new VolumeSink(writer))
              .orThrow();
      var unused = writer.seal();
      if (pulled.unpacked().layers() == 0) throw new IllegalStateException("no layers");
    }
  }
}
