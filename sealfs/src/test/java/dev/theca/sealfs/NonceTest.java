package dev.theca.sealfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.theca.sealfs.disk.Gcm;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import javax.crypto.SecretKey;
import org.junit.jupiter.api.Test;

/**
 * No key meets a nonce twice, whatever the host does with copies of the files. Long form: {@code
 * theca.check.seconds}.
 */
class NonceTest {
  /** Remembers every encryption. */
  private static final class Ledger implements Gcm.Witness {
    private final Set<String> seen = new HashSet<>();
    private int repeats;

    @Override
    public synchronized void sealed(SecretKey key, int epoch, long counter) {
      byte[] raw = Arrays.copyOf(key.getEncoded(), 16);
      if (!seen.add(HexFormat.of().formatHex(raw) + epoch + ":" + counter)) repeats++;
    }
  }

  private static Ledger history(Rig rig, Random random, int mounts) {
    var ledger = new Ledger();
    rig.witness = ledger;
    var copies = new ArrayList<Map<Path, byte[]>>();
    var live = new ArrayDeque<Object[]>();
    var host = new PowerFiles();
    var volume = rig.opened(host, VolumeState.NEW);
    live.add(new Object[] {host, volume});
    for (int mount = 0; mount < mounts; mount++) {
      for (int i = 0; i < 6; i++) {
        int which = random.nextInt(live.size());
        var pair = List.copyOf(live).get(which);
        var at = (Volume) pair[1];
        at.inject("f" + random.nextInt(4), new byte[random.nextInt(40_000)], 0600);
        if (random.nextBoolean()) at.sync();
        if (random.nextInt(4) == 0) at.store().checkpoint();
        if (random.nextInt(3) == 0) copies.add(((PowerFiles) pair[0]).files());
      }
      if (random.nextBoolean() && live.size() > 1) {
        var pair = live.removeFirst();
        if (random.nextBoolean()) ((Volume) pair[1]).close();
        else {
          ((PowerFiles) pair[0]).kill();
          ((Volume) pair[1]).abandon();
        }
        copies.add(((PowerFiles) pair[0]).files());
      }
      if (copies.isEmpty()) continue;
      // An old copy, or a second one of what runs now, starts under the same key.
      var again = new PowerFiles(copies.get(random.nextInt(copies.size())));
      var outcome = rig.open(again, VolumeState.ANY);
      if (outcome.isGranted()) live.add(new Object[] {again, outcome.orThrow()});
    }
    for (var pair : live) ((Volume) pair[1]).close();
    return ledger;
  }

  @Test
  void no_key_meets_a_nonce_twice_through_crashes_rollbacks_and_copies() {
    long seconds = Rig.seconds("nonces");
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    int mounts = 0;
    long sealed = 0;
    do {
      var ledger = history(new Rig(), new Random(Rig.seed()), 60);
      assertThat(ledger.repeats).isZero();
      sealed += ledger.seen.size();
      mounts += 60;
    } while (System.nanoTime() < end);
    System.out.println("nonces: " + mounts + " mounts, " + sealed + " encryptions");
    assertThat(sealed).isGreaterThan(1000);
  }

  @Test
  void a_salt_that_repeats_is_seen_by_this_test() {
    var rig = new Rig();
    rig.salts = () -> new byte[16];
    assertThat(history(rig, new Random(1), 20).repeats).isPositive();
  }
}
