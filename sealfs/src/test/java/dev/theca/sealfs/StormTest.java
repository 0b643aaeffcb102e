package dev.theca.sealfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.linux.Errno;
import dev.theca.sealfs.tree.Commits;
import dev.theca.sealfs.tree.PosixException;
import dev.theca.sealfs.tree.SetAttr;
import dev.theca.sealfs.tree.Stat;
import dev.theca.sealfs.tree.Who;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many threads on one volume, with commits and checkpoints all the time: nobody waits for ever, no
 * update is lost, and what a sync was answered for is there when the power goes in the middle. Long
 * form: {@code theca.check.seconds}.
 */
@Timeout(300)
class StormTest {
  private static final int S_IFREG = 0100000;
  private static final int THREADS = 8;
  private static final Commits.Rhythm RESTLESS =
      new Commits.Rhythm(3, 1 << 16, 64, 20_000, 5, false);

  private static int steps() {
    return System.getProperty("theca.check.seconds") == null ? 150 : 3000;
  }

  private interface Job {
    void run(int thread, Random random) throws Exception;
  }

  private static void all(Job job) throws Exception {
    try (var threads = Executors.newFixedThreadPool(THREADS)) {
      var running = new ArrayList<Future<?>>();
      for (int i = 0; i < THREADS; i++) {
        int thread = i;
        Callable<Integer> call =
            () -> {
              job.run(thread, new Random(thread * 31L + System.nanoTime()));
              return 0;
            };
        running.add(threads.submit(call));
      }
      for (Future<?> one : running) one.get();
    }
  }

  private static long create(Volume volume, long parent, String name) {
    Stat made =
        volume.namespace().mknod(Who.ROOT, parent, ModelTree.name(name), S_IFREG | 0600, 0, 0);
    volume.namespace().forget(made.ino(), 1);
    return made.ino();
  }

  private static byte[] filled(int length, int with) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) with);
    return bytes;
  }

  @Test
  void each_thread_finds_its_own_files_as_it_left_them() throws Exception {
    var rig = new Rig();
    rig.rhythm = RESTLESS;
    var host = new PowerFiles();
    var volume = rig.opened(host, VolumeState.NEW);
    var truth = new ConcurrentHashMap<String, String>();
    all(
        (thread, random) -> {
          var mine = new TreeMap<String, byte[]>();
          for (int i = 0; i < steps(); i++) {
            String name = "t" + thread + "-" + random.nextInt(12);
            byte[] bytes = new byte[random.nextInt(4) == 0 ? 300_000 : random.nextInt(20_000)];
            random.nextBytes(bytes);
            if (mine.containsKey(name)) {
              long ino = volume.namespace().lookup(Volume.ROOT, ModelTree.name(name)).ino();
              volume.namespace().forget(ino, 1);
              byte[] there = volume.read(ino);
              assertThat(Arrays.equals(there, mine.get(name))).as(name).isTrue();
              volume.namespace().unlink(Volume.ROOT, ModelTree.name(name));
              mine.remove(name);
              continue;
            }
            long ino = create(volume, Volume.ROOT, name);
            if (bytes.length > 0) {
              int unused =
                  volume.store().files().write(ino, 0, ByteBuffer.wrap(bytes), false, false);
            }
            mine.put(name, bytes);
            if (random.nextInt(8) == 0) volume.sync();
            if (random.nextInt(20) == 0) volume.store().checkpoint();
          }
          mine.forEach((name, bytes) -> truth.put(name, ModelTree.crc(bytes)));
        });
    volume.sync();
    host.kill();
    volume.abandon();
    try (var again = rig.opened(host, VolumeState.ANY)) {
      var found = new TreeMap<String, String>();
      again
          .namespace()
          .list(
              Volume.ROOT,
              2,
              (name, cookie, stat) -> {
                found.put(
                    new String(name, java.nio.charset.StandardCharsets.ISO_8859_1),
                    ModelTree.crc(again.read(stat.ino())));
                return true;
              });
      assertThat(found).isEqualTo(new TreeMap<>(truth));
      Rig.verified(again);
    }
  }

  @Test
  void writes_to_one_file_are_whole_and_appends_of_names_are_all_there() throws Exception {
    var rig = new Rig();
    rig.rhythm = RESTLESS;
    var host = new PowerFiles();
    var volume = rig.opened(host, VolumeState.NEW);
    long shared = create(volume, Volume.ROOT, "shared");
    var made = new AtomicInteger();
    int size = 200_000;
    all(
        (thread, random) -> {
          for (int i = 0; i < steps() / 3; i++) {
            byte[] mine = filled(size, thread + 1);
            int unused =
                volume.store().files().write(shared, 0, ByteBuffer.wrap(mine), false, false);
            var into = ByteBuffer.allocate(size);
            volume.store().files().read(shared, 0, into);
            byte first = into.get(0);
            assertThat(first).isBetween((byte) 1, (byte) THREADS);
            for (byte b : into.array()) if (b != first) throw new AssertionError("a mixed write");
            if (random.nextInt(10) == 0) volume.sync();
            long ino = create(volume, Volume.ROOT, "n" + made.incrementAndGet());
            if (random.nextBoolean()) {
              Stat unused2 =
                  volume
                      .store()
                      .files()
                      .setattr(Who.ROOT, ino, new SetAttr(SetAttr.SIZE, 70_000, 0, 0, 0, 0, 0, 0));
            }
          }
        });
    volume.close();
    try (var again = rig.opened(host, VolumeState.ANY)) {
      assertThat(again.namespace().inodes()).isEqualTo(made.get() + 2);
      Rig.verified(again);
    }
  }

  @Test
  void a_power_cut_in_a_storm_of_syncs_keeps_what_each_of_them_answered_for() throws Exception {
    int cuts = 0;
    for (int round = 0;
        round < (System.getProperty("theca.check.seconds") == null ? 4 : 60);
        round++) cuts += cutStorm();
    System.out.println("storms: " + cuts + " points");
    assertThat(cuts).isGreaterThan(50);
  }

  private static int cutStorm() throws Exception {
    var rig = new Rig();
    rig.rhythm = RESTLESS;
    var host = new PowerFiles();
    var volume = rig.opened(host, VolumeState.NEW);
    int begun = host.happened();
    // Of each name: at which moment its sync had been answered.
    var answered = new ConcurrentHashMap<String, Integer>();
    all(
        (thread, random) -> {
          for (int i = 0; i < 12; i++) {
            String name = "t" + thread + "-" + i;
            long ino = create(volume, Volume.ROOT, name + ".new");
            byte[] bytes = filled(1 + thread * 9_000, thread + 1);
            int unused = volume.store().files().write(ino, 0, ByteBuffer.wrap(bytes), false, false);
            volume.sync();
            volume
                .namespace()
                .rename(
                    Who.ROOT,
                    Volume.ROOT,
                    ModelTree.name(name + ".new"),
                    Volume.ROOT,
                    ModelTree.name(name),
                    0);
            volume.sync();
            answered.put(name, host.happened());
            if (random.nextInt(5) == 0) volume.store().checkpoint();
          }
        });
    int happened = host.happened();
    volume.close();
    var random = new Random();
    int cuts = 0;
    for (; cuts < 20; cuts++) {
      int moment = begun + random.nextInt(happened - begun);
      var loss = PowerFiles.Loss.values()[cuts % 5];
      var left = new PowerFiles(host.afterCut(moment, loss, random));
      try (var again = rig.opened(left, VolumeState.ANY)) {
        for (Map.Entry<String, Integer> entry : answered.entrySet()) {
          Stat there = again.namespace().find(Volume.ROOT, ModelTree.name(entry.getKey()));
          if (there == null) {
            assertThat(entry.getValue()).as(entry.getKey()).isGreaterThan(moment);
            continue;
          }
          int thread = Integer.parseInt(entry.getKey(), 1, entry.getKey().indexOf('-'), 10);
          assertThat(again.read(there.ino())).isEqualTo(filled(1 + thread * 9_000, thread + 1));
        }
        Rig.verified(again);
      }
    }
    return cuts;
  }

  @Test
  void closing_under_load_answers_everybody() throws Exception {
    for (int round = 0; round < 10; round++) {
      var rig = new Rig();
      rig.rhythm = RESTLESS;
      var host = new PowerFiles();
      var volume = rig.opened(host, VolumeState.NEW);
      var ended = new AtomicInteger();
      var closer =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      Thread.sleep(20);
                    } catch (InterruptedException e) {
                      return;
                    }
                    volume.close();
                  });
      all(
          (thread, random) -> {
            try {
              for (int i = 0; i < 100_000; i++) {
                create(volume, Volume.ROOT, "t" + thread + "-" + i);
                volume.sync();
              }
            } catch (PosixException e) {
              assertThat(e.errno()).isIn(Errno.EIO, Errno.EROFS, Errno.ENOENT);
            }
            ended.incrementAndGet();
          });
      closer.join();
      assertThat(ended).hasValue(THREADS);
      try (var again = rig.opened(host, VolumeState.ANY)) {
        Rig.verified(again);
      }
    }
  }
}
