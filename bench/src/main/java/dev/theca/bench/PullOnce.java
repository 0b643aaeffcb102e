package dev.theca.bench;

import dev.theca.image.ImagePuller;
import dev.theca.image.ImageRef;
import dev.theca.image.RegistryClient;
import dev.theca.image.TreeSink;
import dev.theca.sealfs.VolumeWriter;
import dev.theca.wire.Outcome;
import dev.theca.wire.jose.Jwk;
import dev.theca.wire.json.Json;
import dev.theca.wire.secret.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** What an agent does for one image, as a process of its own: pull, decrypt, unpack, seal. */
final class PullOnce {
  private PullOnce() {}

  public static void main(String[] args) throws Exception {
    var ref = ImageRef.parse(args[0]).orThrow();
    var key = Jwk.parse(Json.object(Files.readAllBytes(Path.of(args[1]))).orThrow()).orThrow();
    var volumeKey = Secret.random(32, new SecureRandom());
    try (var writer = VolumeWriter.create(Path.of(args[2]), UUID.randomUUID(), volumeKey)) {
      var demands = new ImagePuller.Demands(List.of(), () -> Outcome.granted(List.of(key)), true);
      var pulled =
          new ImagePuller(new RegistryClient(Set.of(ref.registry())))
              .pull(ref, demands, new Sink(writer))
              .orThrow();
      var unused = writer.seal();
      if (pulled.layers() == 0) throw new IllegalStateException("no layers");
    }
  }

  private record Sink(VolumeWriter volume) implements TreeSink {
    private static dev.theca.sealfs.Meta meta(Meta m) {
      return new dev.theca.sealfs.Meta(m.mode(), m.uid(), m.gid(), m.mtimeNanos());
    }

    @Override
    public long root() {
      return VolumeWriter.ROOT;
    }

    @Override
    public long mkdir(long parent, byte[] name, Meta meta) {
      return volume.mkdir(parent, name, meta(meta));
    }

    @Override
    public long file(long parent, byte[] name, Meta meta) {
      return volume.file(parent, name, meta(meta));
    }

    @Override
    public void data(long file, long offset, byte[] bytes, int from, int length) {
      volume.data(file, offset, bytes, from, length);
    }

    @Override
    public long symlink(long parent, byte[] name, byte[] target, Meta meta) {
      return volume.symlink(parent, name, target, meta(meta));
    }

    @Override
    public long node(long parent, byte[] name, int type, int major, int minor, Meta meta) {
      return volume.node(parent, name, type, major, minor, meta(meta));
    }

    @Override
    public void link(long existing, long parent, byte[] name) {
      volume.link(existing, parent, name);
    }

    @Override
    public void xattr(long entry, byte[] name, byte[] value) {
      volume.xattr(entry, name, value);
    }

    @Override
    public void meta(long entry, Meta meta) {
      volume.meta(entry, meta(meta));
    }

    @Override
    public void remove(long parent, byte[] name) {
      volume.remove(parent, name);
    }
  }
}
