package dev.theca.node.rootfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.linux.IdMap;
import dev.theca.node.rootfs.OverlayLayers.Layer;
import dev.theca.wire.proto.ProtoException;
import dev.theca.wire.proto.ProtoReader;
import dev.theca.wire.proto.ProtoWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mount lists as they arrive, before anything is mounted. */
class MountPlanTest {
  private static RootfsMount mount(String... options) {
    return new RootfsMount("overlay", "overlay", "", List.of(options));
  }

  @Test
  void a_mount_is_read_from_its_message_and_written_again() {
    var mount = new RootfsMount("bind", "/a", "b/c", List.of("rbind", "ro"));
    byte[] bytes = mount.encode().toBytes();
    assertThat(RootfsMount.decode(new ProtoReader(bytes))).isEqualTo(mount);
    byte[] newer = new ProtoWriter().varint(9, 1).string(1, "tmpfs").toBytes();
    assertThat(RootfsMount.decode(new ProtoReader(newer)).type()).isEqualTo("tmpfs");
  }

  @Test
  void bytes_that_are_no_mount_are_refused() {
    assertThatThrownBy(() -> RootfsMount.decode(new ProtoReader(new byte[] {10, 5, 'x'})))
        .isInstanceOf(ProtoException.class);
  }

  @Test
  void the_maps_of_owners_never_reach_the_kernel() {
    var plan = MountPlan.of(mount("uidmap=0:100000:65536", "lowerdir=/a:/b", "gidmap=0:7:1,1:9:2"));
    assertThat(plan.options().data()).isEqualTo("lowerdir=/a:/b");
    assertThat(plan.owners())
        .hasValue(new MountPlan.Owners(IdMap.parse("0:100000:65536"), IdMap.parse("0:7:1,1:9:2")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "uidmap=0:1:1",
        "gidmap=0:1:1",
        "uidmap=",
        "uidmap=x",
        "loop",
        "loop=/dev/loop0",
        "X-containerd.mkdir.path=/x",
        "a\0b"
      })
  void what_cannot_be_done_is_said_with_the_mounts_name(String option) {
    assertThatThrownBy(() -> MountPlan.of(mount("ro", option)))
        .isInstanceOf(RootfsException.class)
        .hasMessageContaining("the rootfs mount of type \"overlay\" from overlay");
  }

  @Test
  void a_name_with_a_nul_is_refused_and_not_cut() {
    var cut = new RootfsMount("bind", "/etc\0/x", "", List.of("bind"));
    assertThatThrownBy(() -> MountPlan.of(cut)).isInstanceOf(RootfsException.class);
  }

  @Test
  void layers_are_split_at_colons_that_are_not_escaped() {
    var layers = OverlayLayers.of(List.of("index=off", "lowerdir=/a:/b\\:c:/d\\\\", "upperdir=/u"));
    assertThat(layers.layers())
        .containsExactly(new Layer("", "/a"), new Layer(":", "/b:c"), new Layer(":", "/d\\"));
    assertThat(layers.others()).containsExactly("index=off", "upperdir=/u");
  }

  @Test
  void layers_that_hold_data_only_keep_their_two_colons() {
    assertThat(OverlayLayers.of(List.of("lowerdir=/a::/b")).layers())
        .containsExactly(new Layer("", "/a"), new Layer("::", "/b"));
  }

  @Test
  void an_overlay_without_layers_has_none() {
    assertThat(OverlayLayers.of(List.of("upperdir=/u")).layers()).isEmpty();
  }
}
