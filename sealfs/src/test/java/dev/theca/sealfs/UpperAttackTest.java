package dev.theca.sealfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.linux.Errno;
import dev.theca.sealfs.tree.PosixException;
import dev.theca.sealfs.tree.Stat;
import dev.theca.sealfs.tree.Who;
import dev.theca.wire.Outcome;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a host does to the files of a volume that keeps its changes is a refusal, or EIO that the
 * watch hears of: never wrong data, and never a hang.
 */
@Timeout(300)
class UpperAttackTest {
  private static final int S_IFREG = 0100000;
  private static final int FILES = 6;

  private final Random random = new Random(7);
  private final Rig rig = new Rig();
  private final AtomicInteger told = new AtomicInteger();
  private final AtomicInteger killed = new AtomicInteger();
  private final List<Map<Path, byte[]>> copies = new ArrayList<>();
  private final List<String> states = new ArrayList<>();
  private final List<Anchor> anchors = new ArrayList<>();

  @BeforeEach
  void a_volume_with_a_past() {
    watched(OnTamper.EIO);
    var files = new PowerFiles();
    rig.base(files, random);
    var volume = rig.opened(files, VolumeState.NEW);
    for (int i = 0; i < FILES; i++) {
      write(volume, "f" + i, i * 30_000 + 500);
      step(files, volume);
    }
    volume.store().checkpoint();
    volume.sync();
    volume.close();
    volume = rig.opened(files, VolumeState.ANY);
    step(files, volume);
    for (int i = 0; i < FILES; i++) {
      write(volume, "f" + i, i * 25_000 + 3000);
      step(files, volume);
    }
    files.kill();
    volume.abandon();
  }

  private void watched(OnTamper what) {
    rig.options =
        VolumeOptions.USUAL.withOnTamper(
            what, (ino, block) -> told.incrementAndGet(), killed::incrementAndGet);
  }

  /** Replaces the content of a file, or makes it. */
  private void write(Volume volume, String name, int size) {
    byte[] noise = new byte[size];
    random.nextBytes(noise);
    byte[] bytes = ModelTree.name(name);
    Stat there = volume.namespace().find(Volume.ROOT, bytes);
    if (there == null) {
      there = volume.namespace().mknod(Who.ROOT, Volume.ROOT, bytes, S_IFREG | 0600, 0, 0);
      volume.namespace().forget(there.ino(), 1);
    }
    int unused = volume.store().files().write(there.ino(), 0, ByteBuffer.wrap(noise), false, false);
  }

  private void step(PowerFiles files, Volume volume) {
    volume.sync();
    copies.add(files.files());
    states.add(StoreTale.of(volume));
    anchors.add(volume.anchor().orElseThrow());
  }

  private Map<Path, byte[]> newest() {
    var copy = new TreeMap<Path, byte[]>();
    copies.getLast().forEach((path, bytes) -> copy.put(path, bytes.clone()));
    return copy;
  }

  private static byte[] bytes(Map<Path, byte[]> files, Path path) {
    byte[] bytes = files.get(path);
    if (bytes == null) throw new AssertionError("no " + path);
    return bytes;
  }

  /** So many in the short form, ten times as many in the long one. */
  private static int many(int few) {
    return System.getProperty("theca.check.seconds") == null ? few : few * 10;
  }

  private VolumeState since() {
    return new VolumeState.Since(anchors.getLast());
  }

  /**
   * Opens what the host made of the files and reads everything: true when all of the newest state
   * is there, false for a refusal or EIO.
   */
  private boolean holds(Map<Path, byte[]> files, VolumeState state) {
    return holds(files, state, List.of(states.getLast()));
  }

  private boolean holds(Map<Path, byte[]> files, VolumeState state, List<String> allowed) {
    int before = told.get();
    if (!(rig.open(new PowerFiles(files), state) instanceof Outcome.Granted<Volume>(var volume)))
      return false;
    try {
      assertThat(allowed).as("never wrong data").contains(StoreTale.of(volume));
      return true;
    } catch (PosixException e) {
      assertThat(e.errno()).isEqualTo(Errno.EIO);
      assertThat(told.get()).as("the watch heard of it").isGreaterThan(before);
      return false;
    } finally {
      volume.abandon();
    }
  }

  @Test
  void untouched_files_open_in_the_newest_state() {
    assertThat(holds(newest(), since())).isTrue();
  }

  @Test
  void a_flipped_bit_anywhere_is_never_wrong_data() {
    int noticed = 0;
    for (Path path : newest().keySet()) {
      int length = bytes(newest(), path).length;
      for (int i = 0; i < many(40) && length > 0; i++) {
        var files = newest();
        byte[] bytes = bytes(files, path);
        bytes[i < 8 ? Math.min(length - 1, i * 128) : random.nextInt(length)] ^=
            (byte) (1 << random.nextInt(8));
        if (!holds(files, since())) noticed++;
        boolean unused = holds(files, VolumeState.ANY, states);
      }
    }
    assertThat(noticed).isGreaterThan(25); // the rest hit what is nobody's data any more
  }

  @Test
  void every_flipped_bit_of_the_log_in_use_is_noticed() {
    for (int at = 0; at < log().length; at += 97) {
      var files = newest();
      bytes(files, logInUse())[at] ^= 4;
      assertThat(holds(files, since())).as("byte " + at).isFalse();
    }
  }

  private Path logInUse() {
    return bytes(newest(), Rig.LOG0).length > 0 ? Rig.LOG0 : Rig.LOG1;
  }

  private byte[] log() {
    return bytes(newest(), logInUse());
  }

  @Test
  void cut_off_and_extended_files_are_never_wrong_data() {
    for (Path path : newest().keySet()) {
      int length = bytes(newest(), path).length;
      for (int to : new int[] {0, 511, 8192, length / 2, length - 1, length + 5000}) {
        if (to < 0 || to == length) continue;
        var files = newest();
        byte[] longer = java.util.Arrays.copyOf(bytes(newest(), path), to);
        for (int i = length; i < to; i++) longer[i] = (byte) i;
        files.put(path, longer);
        boolean whole = holds(files, since());
        if (to > length) assertThat(whole).as("bytes behind the end are nobody's").isTrue();
        else if (path.equals(logInUse())) assertThat(whole).isFalse();
      }
    }
  }

  @Test
  void swapped_slots_within_and_between_files_are_never_wrong_data() {
    var paths = List.copyOf(newest().keySet());
    for (int i = 0; i < many(100); i++) {
      var files = newest();
      byte[] one = bytes(files, paths.get(random.nextInt(paths.size())));
      byte[] two = bytes(files, paths.get(random.nextInt(paths.size())));
      if (one.length < 4096 || two.length < 4096) continue;
      int from = random.nextInt(one.length / 4096) * 4096;
      int to = random.nextInt(two.length / 4096) * 4096;
      for (int j = 0; j < 4096; j++) {
        byte b = one[from + j];
        one[from + j] = two[to + j];
        two[to + j] = b;
      }
      boolean unused = holds(files, since());
      boolean unused2 = holds(files, VolumeState.ANY, states);
    }
    assertThat(told.get()).isPositive();
  }

  @Test
  void slots_of_another_volume_under_the_same_key_are_never_wrong_data() {
    var host = new PowerFiles();
    var options = rig.options;
    try (var other =
        Volume.open(
                Rig.FILE,
                new UUID(9, 9),
                rig.key,
                null,
                VolumeState.NEW,
                options,
                Rig.ASKED,
                rig.around(host))
            .orThrow()) {
      for (int i = 0; i < FILES; i++) write(other, "f" + i, i * 25_000 + 3000);
    }
    byte[] foreign = bytes(host.files(), Rig.FILE);
    for (int slot = 0; slot < foreign.length / 4096; slot++) {
      var files = newest();
      byte[] bytes = bytes(files, Rig.FILE);
      if ((slot + 1) * 4096 > bytes.length) break;
      System.arraycopy(foreign, slot * 4096, bytes, slot * 4096, 4096);
      boolean unused = holds(files, since());
    }
    assertThat(told.get()).isPositive();
  }

  @Test
  void an_older_block_with_a_good_tag_is_never_wrong_data() {
    for (int i = 0; i < many(80); i++) {
      var files = newest();
      byte[] now = bytes(files, Rig.FILE);
      byte[] old = bytes(copies.get(random.nextInt(copies.size())), Rig.FILE);
      int slots = Math.min(now.length, old.length) / 4096;
      int slot = random.nextInt(slots);
      int count = 1 + random.nextInt(Math.min(20, slots - slot));
      System.arraycopy(old, slot * 4096, now, slot * 4096, count * 4096);
      boolean unused = holds(files, since());
      boolean unused2 = holds(files, VolumeState.ANY, states);
    }
  }

  @Test
  void an_older_superblock_is_refused() {
    for (int i = 0; i < copies.size() - 1; i++) {
      var files = newest();
      byte[] old = bytes(copies.get(i), Rig.FILE);
      byte[] head = java.util.Arrays.copyOf(old, 8192);
      if (java.util.Arrays.equals(head, 0, 8192, bytes(newest(), Rig.FILE), 0, 8192)) continue;
      System.arraycopy(head, 0, bytes(files, Rig.FILE), 0, 8192);
      assertThat(holds(files, since())).isFalse();
    }
  }

  @Test
  void a_replayed_whole_copy_is_refused_since_and_mounts_with_any() {
    for (int i = 0; i < copies.size() - 1; i++) {
      var outcome = rig.open(new PowerFiles(copies.get(i)), since());
      assertThat(outcome.isGranted()).as("copy " + i).isFalse();
      assertThat(outcome.toString()).contains("volume-stale");
      assertThat(holds(copies.get(i), VolumeState.ANY, List.of(states.get(i)))).isTrue();
    }
  }

  @Test
  void a_log_that_was_cut_between_frames_is_stale() {
    byte[] log = log();
    int frames = 0;
    for (int at = 0; at < log.length; frames++) {
      var files = newest();
      files.put(logInUse(), java.util.Arrays.copyOf(log, at));
      assertThat(holds(files, since())).as("cut at " + at).isFalse();
      boolean unused = holds(files, VolumeState.ANY, states); // older, as far as it still reads
      at += 32 + ByteBuffer.wrap(log).order(java.nio.ByteOrder.LITTLE_ENDIAN).getInt(at + 4);
    }
    assertThat(frames).isGreaterThan(3);
  }

  @Test
  void reordered_frames_and_exchanged_logs_are_never_a_newer_state() {
    byte[] log = log();
    int first = 32 + ByteBuffer.wrap(log).order(java.nio.ByteOrder.LITTLE_ENDIAN).getInt(4);
    int second =
        32 + ByteBuffer.wrap(log).order(java.nio.ByteOrder.LITTLE_ENDIAN).getInt(first + 4);
    byte[] swapped = log.clone();
    System.arraycopy(log, first, swapped, 0, second);
    System.arraycopy(log, 0, swapped, second, first);
    var files = newest();
    files.put(logInUse(), swapped);
    assertThat(holds(files, since())).isFalse();
    files = newest();
    byte[] zero = bytes(files, Rig.LOG0);
    files.put(Rig.LOG0, bytes(files, Rig.LOG1));
    files.put(Rig.LOG1, zero);
    // Both logs are looked at, the named one first: the frames are the same, and so is the state.
    boolean unused = holds(files, since());
    boolean unused2 = holds(files, VolumeState.ANY, states);
  }

  @Test
  void a_tail_that_was_hidden_at_one_mount_does_not_come_back_at_the_next() {
    var host = new PowerFiles(copies.get(copies.size() - 2)); // all but the last frame
    var volume = rig.opened(host, VolumeState.ANY);
    String without = StoreTale.of(volume);
    volume.sync();
    var anchor = volume.anchor().orElseThrow();
    host.kill();
    volume.abandon();
    for (Path log : new Path[] {Rig.LOG0, Rig.LOG1}) {
      var files = new TreeMap<>(host.files());
      files.put(log, log());
      assertThat(holds(files, new VolumeState.Since(anchor), List.of(without))).isTrue();
    }
    assertThat(holds(host.files(), since())).isFalse();
  }

  @Test
  void an_old_copy_that_is_restarted_until_its_generation_is_higher_is_refused() {
    var host = new PowerFiles(copies.get(3));
    for (int i = 0; i < 30; i++) {
      var volume = rig.opened(host, VolumeState.ANY);
      write(volume, "late" + i, 100);
      volume.close();
    }
    assertThat(holds(host.files(), since())).isFalse();
  }

  @Test
  void the_base_of_another_image_and_the_upper_of_another_container_are_refused() {
    var otherRig = new Rig();
    var host = new PowerFiles();
    otherRig.base(host, new Random(99));
    var volume = otherRig.opened(host, VolumeState.NEW);
    volume.close();
    var files = newest();
    files.put(Rig.BASE, bytes(host.files(), Rig.BASE));
    assertThat(holds(files, since())).isFalse();
    assertThat(holds(files, VolumeState.ANY)).isFalse();
    files = newest();
    for (Path path : new Path[] {Rig.FILE, Rig.LOG0, Rig.LOG1})
      files.put(path, bytes(host.files(), path));
    assertThat(holds(files, since())).isFalse();
    assertThat(holds(files, VolumeState.ANY)).isFalse();
  }

  @Test
  void missing_files_are_never_a_fresh_volume() {
    for (Path path : new Path[] {Rig.FILE, Rig.LOG0, Rig.LOG1}) {
      var files = newest();
      files.remove(path);
      for (var state : new VolumeState[] {VolumeState.ANY, since()}) {
        var outcome = rig.open(new PowerFiles(files), state);
        assertThat(outcome.toString()).contains("volume-missing");
      }
    }
  }

  @Test
  void a_second_mount_of_one_volume_is_refused_while_the_first_lasts() {
    var host = new PowerFiles(newest());
    try (var volume = rig.opened(host, VolumeState.ANY)) {
      assertThat(volume.isWritable()).isTrue();
      for (var state : new VolumeState[] {VolumeState.ANY, VolumeState.NEW})
        assertThat(rig.open(host, state).toString()).contains("volume-busy");
    }
    try (var volume = rig.opened(host, VolumeState.ANY)) {
      assertThat(StoreTale.of(volume)).isEqualTo(states.getLast());
    }
  }

  /** Files with a changed block of a file that is in the newest state. */
  private Map<Path, byte[]> changedBlock() {
    for (int slot = 2; ; slot++) {
      var files = newest();
      byte[] bytes = bytes(files, Rig.FILE);
      bytes[slot * 4096] ^= 1;
      if (rig.open(new PowerFiles(files), since()).isGranted() && !holds(files, since()))
        return files;
    }
  }

  @Test
  void a_frozen_volume_answers_nothing_any_more() {
    var files = changedBlock();
    watched(OnTamper.FREEZE);
    var volume = rig.opened(new PowerFiles(files), since());
    int errors = 0;
    for (int i = 0; i < FILES; i++) errors += failsToRead(volume, "f" + i) ? 1 : 0;
    assertThat(errors).isPositive();
    for (int i = 0; i < FILES; i++) assertThat(failsToRead(volume, "f" + i)).isTrue();
    assertThat(killed).hasValue(0);
    volume.abandon();
  }

  @Test
  void a_volume_that_kills_ends_the_server() {
    var files = changedBlock();
    watched(OnTamper.KILL);
    var volume = rig.opened(new PowerFiles(files), since());
    for (int i = 0; i < FILES; i++) {
      boolean unused = failsToRead(volume, "f" + i);
    }
    assertThat(killed.get()).isPositive();
    volume.abandon();
  }

  private static boolean failsToRead(Volume volume, String name) {
    try {
      long ino = volume.namespace().lookup(Volume.ROOT, ModelTree.name(name)).ino();
      volume.store().files().read(ino, 0, ByteBuffer.allocate(1 << 20));
      return false;
    } catch (PosixException e) {
      assertThat(e.errno()).isEqualTo(Errno.EIO);
      return true;
    }
  }
}
