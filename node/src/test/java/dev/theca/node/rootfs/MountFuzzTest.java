package dev.theca.node.rootfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.kit.Fuzz;
import dev.theca.wire.proto.ProtoException;
import dev.theca.wire.proto.ProtoReader;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Mount lists changed at random: each is planned, or refused by one of two exceptions. */
class MountFuzzTest {
  private static byte[] seed(String... options) {
    return new RootfsMount("overlay", "overlay", "data", List.of(options)).encode().toBytes();
  }

  @Test
  void mount_lists() {
    var seeds =
        List.of(
            seed("index=off", "upperdir=/u", "workdir=/w", "lowerdir=/a:/b\\:c::/d"),
            seed("rbind", "ro", "uidmap=0:100000:65536", "gidmap=0:1:1,1:7:3", "loop"));
    long inputs =
        Fuzz.run(
            "mount-list",
            seeds,
            input -> {
              try {
                var mount = RootfsMount.decode(new ProtoReader(input));
                var again = RootfsMount.decode(new ProtoReader(mount.encode().toBytes()));
                if (!again.equals(mount)) throw new IllegalStateException("written, not read");
                var plan = MountPlan.of(mount);
                if (plan.options().words().stream().anyMatch(word -> word.matches("[ug]idmap=.*")))
                  throw new IllegalStateException("a map of owners would reach the kernel");
                var unused = OverlayLayers.of(plan.options().words());
              } catch (ProtoException e) {
                throw new RootfsException("refused", e);
              }
            },
            RootfsException.class);
    assertThat(inputs).isGreaterThan(100);
  }
}
