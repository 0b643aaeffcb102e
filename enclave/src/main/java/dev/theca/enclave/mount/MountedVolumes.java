package dev.theca.enclave.mount;

import dev.theca.enclave.handover.HandoverClient;
import dev.theca.enclave.handover.VolumeGrant;
import dev.theca.sealfs.SealMount;
import dev.theca.sealfs.Volume;
import dev.theca.sealfs.VolumeOptions;
import dev.theca.sealfs.VolumeState;
import dev.theca.wire.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The volumes of one container that stay. All are opened before the first is mounted; when the
 * agent is lost, none takes a change any more. Closing unmounts, writes what is left to be written,
 * and closes.
 */
final class MountedVolumes implements AutoCloseable {
  /** A volume that is open, and mounted or not yet. */
  private static final class One {
    final VolumeGrant.Data grant;
    final Volume volume;
    @Nullable SealMount mount;

    One(VolumeGrant.Data grant, Volume volume) {
      this.grant = grant;
      this.volume = volume;
    }
  }

  private final List<One> all = new ArrayList<>();

  private MountedVolumes() {}

  /** Opens each in its folder below {@code folder}; the first refusal closes the others. */
  static Outcome<MountedVolumes> open(
      List<VolumeGrant.Data> grants, Path folder, HandoverClient agent) {
    var volumes = new MountedVolumes();
    boolean done = false;
    try {
      for (var grant : grants) {
        var opened = volumes.open(grant, folder.resolve(grant.place().name()), agent);
        if (opened instanceof Outcome.Refused<Volume> no) return no.as();
      }
      done = true;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open a volume below " + folder, e);
    } finally {
      if (!done) volumes.close();
    }
    agent.whenLost(volumes::turnReadOnly);
    return Outcome.granted(volumes);
  }

  private Outcome<Volume> open(VolumeGrant.Data grant, Path folder, HandoverClient agent)
      throws IOException {
    var place = grant.place();
    Files.createDirectories(folder);
    var options =
        VolumeOptions.USUAL
            .withQuota(grant.quotaBytes(), 0)
            .withOnTamper(grant.onTamper(), new TamperLog(place.name()), TamperLog::end)
            .withKeeper(agent.keeper(grant.id()), grant.strict());
    var opened =
        Volume.open(folder.resolve("volume.seal"), grant.id(), grant.key(), grant.state(), options);
    if (!opened.isGranted()) return opened;
    var volume = opened.orThrow();
    all.add(new One(grant, volume));
    if (grant.state() instanceof VolumeState.New)
      volume.own(place.mode(), place.uid(), place.gid());
    System.err.println(
        "stage=volume volume="
            + place.name()
            + " outcome=opened freshness="
            + freshness(grant.state())
            + " sequence="
            + volume.anchor().map(anchor -> anchor.sequence() + "").orElse("-"));
    return opened;
  }

  /** What is known of the age of what was opened. */
  private static String freshness(VolumeState state) {
    return switch (state) {
      case VolumeState.New() -> "new";
      case VolumeState.Since _ -> "anchored";
      case VolumeState.Any() -> "none";
    };
  }

  /** Where they are mounted, below the container's tree: outer ones first. */
  List<String> paths() {
    return all.stream().map(one -> one.grant.place().path()).sorted().toList();
  }

  /**
   * Mounts each at its place below {@code root}, which this process serves. The places are plain
   * directories: no symlink leads away, since nobody else has touched the tree yet.
   */
  void mount(Path root) {
    for (String path : paths())
      for (One one : all)
        if (one.grant.place().path().equals(path))
          one.mount = SealMount.mount(one.volume, root.resolve(path.substring(1)));
  }

  private void turnReadOnly() {
    for (One one : all) {
      one.volume.turnReadOnly();
      System.err.println(
          "stage=audit event=read-only volume="
              + one.grant.place().name()
              + " reason=\"the agent that remembers its state is gone\"");
    }
  }

  long tamperedBlocks() {
    return all.stream().mapToLong(one -> one.volume.tamperedBlocks()).sum();
  }

  @Override
  public void close() {
    for (One one : all.reversed()) {
      var mount = one.mount;
      if (mount != null) mount.close();
      else one.volume.close();
    }
    all.clear();
  }
}
