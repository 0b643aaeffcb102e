package dev.theca.bench;

import dev.theca.agent.VolumeSink;
import dev.theca.image.ImageRef;
import dev.theca.image.Platform;
import dev.theca.image.Progress;
import dev.theca.image.crypt.JweUnwrap;
import dev.theca.image.crypt.OcicryptOpener;
import dev.theca.image.pull.ImagePull;
import dev.theca.image.remote.Registries;
import dev.theca.image.remote.RemoteSettings;
import dev.theca.image.sign.ImageName;
import dev.theca.image.sign.ImagePolicy;
import dev.theca.image.sign.KeyMaterial;
import dev.theca.image.sign.SignatureMeans;
import dev.theca.image.spi.KeyUnwrap;
import dev.theca.image.unpack.JavaZstd;
import dev.theca.sealfs.VolumeWriter;
import dev.theca.wire.Outcome;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * What an agent does for one image, as a process of its own: pull, decrypt, unpack, seal.
 * Arguments: image, file of the private key or {@code -} for a plain image, volume.
 */
public final class PullOnce {
  private static final String POLICY = "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}";

  private PullOnce() {}

  public static void main(String[] args) throws Exception {
    var ref = ImageRef.parse(args[0]).orThrow();
    boolean encrypted = !args[1].equals("-");
    var volumeKey = Secret.random(32, new SecureRandom());
    var policy =
        ImagePolicy.parse(
                POLICY.getBytes(StandardCharsets.US_ASCII), SignatureMeans.of(KeyMaterial.none()))
            .orThrow();
    var keys = encrypted ? List.<KeyUnwrap>of(new JweUnwrap(key(args[1]))) : List.<KeyUnwrap>of();
    var opener = new OcicryptOpener(keys);
    var demands =
        new ImagePull.Demands(
            policy, () -> Outcome.granted(opener), encrypted, Platform.LINUX_AMD64);
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

  private static Jwk key(String file) throws IOException {
    return Jwk.parse(Json.object(Files.readAllBytes(Path.of(file))).orThrow()).orThrow();
  }
}
