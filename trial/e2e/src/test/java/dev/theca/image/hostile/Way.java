package dev.theca.image.hostile;

import dev.theca.agent.VolumeSink;
import dev.theca.image.unpack.DirectorySink;
import dev.theca.image.unpack.Limits;
import dev.theca.image.unpack.TreeSink;
import dev.theca.sealfs.VolumeWriter;
import dev.theca.wire.secret.Secret;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.UUID;
import java.util.function.Predicate;

/** Where an image is unpacked to: an owner's directory, or the volume that an enclave seals. */
enum Way {
  DIRECTORY(Limits.DEFAULT) {
    @Override
    boolean unpack(Path folder, Limits limits, Predicate<TreeSink> into) {
      try (var sink =
          DirectorySink.create(folder.resolve("tree"), DirectorySink.Rights.OWN, limits)) {
        boolean granted = into.test(sink);
        if (granted) sink.publish();
        return granted;
      }
    }
  },
  VOLUME(VolumeSink.LIMITS) {
    @Override
    boolean unpack(Path folder, Limits limits, Predicate<TreeSink> into) {
      try (var key = Secret.random(32, new SecureRandom());
          var writer = VolumeWriter.create(folder.resolve("tree"), UUID.randomUUID(), key)) {
        boolean granted = into.test(new VolumeSink(writer));
        if (granted) writer.seal();
        return granted;
      }
    }
  };

  final Limits limits;

  Way(Limits limits) {
    this.limits = limits;
  }

  /** Publishes {@code tree} in the folder when all went well, as every owner of a sink does. */
  abstract boolean unpack(Path folder, Limits limits, Predicate<TreeSink> into);
}
