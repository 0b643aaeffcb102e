package dev.theca.node.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotStoreTest {
  @TempDir Path folder;

  private Path root() {
    return folder.resolve("store");
  }

  private Path log() {
    return root().resolve("snapshots.log");
  }

  private static void add(SnapshotStore store, String name) throws IOException {
    store.lock();
    try {
      store.put(
          Snapshot.made(
              name,
              "",
              Snapshot.Kind.ACTIVE,
              Map.of("label", "ä\n\"" + name),
              store.newFolder(0, 0),
              false));
    } finally {
      store.unlock();
    }
    store.sync(store.ticket());
  }

  private static void drop(SnapshotStore store, String name) throws IOException {
    store.lock();
    try {
      store.remove(store.find(name).orElseThrow());
    } finally {
      store.unlock();
    }
    store.sync(store.ticket());
  }

  private List<Snapshot> reopened() throws IOException {
    try (var store = new SnapshotStore(root())) {
      return store.all();
    }
  }

  /** The log and, for each of its lengths between two changes, what was known then. */
  private Map<Integer, List<Snapshot>> history() throws IOException {
    var history = new HashMap<Integer, List<Snapshot>>();
    try (var store = new SnapshotStore(root())) {
      history.put(0, store.all());
      for (String change : List.of("+a", "+b", "-a", "+c")) {
        if (change.startsWith("+")) add(store, change.substring(1));
        else drop(store, change.substring(1));
        history.put((int) Files.size(log()), store.all());
      }
    }
    return history;
  }

  @Test
  void a_log_cut_at_any_byte_holds_every_change_before_the_cut() throws IOException {
    var history = history();
    byte[] whole = Files.readAllBytes(log());
    List<Snapshot> expected = List.of();
    for (int cut = 0; cut <= whole.length; cut++) {
      Files.write(log(), Arrays.copyOf(whole, cut));
      expected = history.getOrDefault(cut, expected);
      assertThat(reopened()).as("cut at byte " + cut).isEqualTo(expected);
    }
  }

  @Test
  void what_a_power_failure_left_behind_the_last_change_is_dropped() throws IOException {
    var history = history();
    byte[] whole = Files.readAllBytes(log());
    for (byte[] tail : List.of(new byte[512], "12345678 {}\n".getBytes(), "\n\n\nx".getBytes())) {
      byte[] longer = Arrays.copyOf(whole, whole.length + tail.length);
      System.arraycopy(tail, 0, longer, whole.length, tail.length);
      Files.write(log(), longer);
      assertThat(reopened()).isEqualTo(history.get(whole.length));
      assertThat(Files.size(log())).isEqualTo(whole.length);
    }
  }

  @Test
  void a_byte_changed_anywhere_costs_one_change_and_no_more() throws IOException {
    var unused = history();
    byte[] whole = Files.readAllBytes(log());
    for (int at = 0; at < whole.length; at += 3) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x20;
      Files.write(log(), damaged);
      var names = reopened().stream().map(Snapshot::name).toList();
      assertThat(names).as("byte " + at).hasSizeBetween(1, 3).isSubsetOf("a", "b", "c");
    }
  }

  @Test
  void a_damaged_log_is_kept_aside_and_written_anew() throws IOException {
    var unused = history();
    byte[] damaged = Files.readAllBytes(log());
    damaged[20] ^= 1;
    Files.write(log(), damaged);
    try (var store = new SnapshotStore(root())) {
      assertThat(store.find("a")).isEmpty();
      add(store, "d");
    }
    assertThat(root().resolve("snapshots.log.damaged")).hasBinaryContent(damaged);
    assertThat(reopened()).extracting(Snapshot::name).containsExactly("b", "c", "d");
  }

  @Test
  void a_second_daemon_on_the_same_folder_is_refused() throws IOException {
    try (var store = new SnapshotStore(root())) {
      assertThatThrownBy(() -> new SnapshotStore(root()).close())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("another node daemon uses");
      add(store, "a");
    }
    assertThat(reopened()).hasSize(1);
  }

  @Test
  void a_number_is_never_given_twice() throws IOException {
    var seen = new HashSet<Long>();
    for (int round = 0; round < 5; round++) {
      try (var store = new SnapshotStore(root())) {
        for (int i = 0; i < 3; i++) {
          add(store, "a");
          assertThat(seen.add(store.find("a").orElseThrow().folder())).isTrue();
          store.folders().setAside(store.find("a").orElseThrow().folder());
          drop(store, "a");
        }
        store.lock();
        assertThat(seen.add(store.newFolder(0, 0))).as("made, and never entered").isTrue();
        store.unlock();
      }
    }
  }

  @Test
  void a_log_of_many_changes_stays_as_short_as_what_is_left() throws IOException {
    try (var store = new SnapshotStore(root())) {
      add(store, "kept");
      long last = 0;
      for (int i = 0; i < 1200; i++) {
        last = Math.max(last, Files.size(log()));
        add(store, "a");
        drop(store, "a");
      }
      assertThat(Files.size(log())).isLessThan(last);
      assertThat(store.find("kept")).isPresent();
    }
    assertThat(reopened()).extracting(Snapshot::name).containsExactly("kept");
  }

  @Test
  void entries_without_folders_get_empty_ones_and_folders_without_entries_go() throws Exception {
    try (var store = new SnapshotStore(root())) {
      add(store, "a");
    }
    assertThat(TreeRemoval.empty(root().resolve("snapshots"))).isZero();
    Path orphan = Files.createDirectories(root().resolve("snapshots/99/fs"));
    Path stranger = Files.createDirectories(root().resolve("snapshots/new-123"));
    try (var store = new SnapshotStore(root())) {
      assertThat(store.folders().content(store.find("a").orElseThrow().folder())).isDirectory();
      assertThat(orphan).doesNotExist();
      assertThat(stranger).doesNotExist();
      store.lock();
      assertThat(store.newFolder(0, 0)).isGreaterThan(99);
      store.unlock();
    }
  }

  @Test
  void a_folder_removed_below_a_living_store_is_made_again_with_all_it_knew() throws Exception {
    try (var store = new SnapshotStore(root())) {
      add(store, "a");
      assertThat(TreeRemoval.empty(root())).isZero();
      Files.delete(root());
      add(store, "b");
      assertThatThrownBy(() -> new SnapshotStore(root()).close()).hasMessageContaining("another");
      add(store, "c");
    }
    assertThat(reopened()).extracting(Snapshot::name).containsExactly("a", "b", "c");
  }

  @Test
  void many_writers_and_readers_leave_what_one_after_the_other_would() throws Exception {
    var expected = new HashSet<String>();
    try (var store = new SnapshotStore(root())) {
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        var all = new ArrayList<java.util.concurrent.Future<String>>();
        for (int t = 0; t < 16; t++) {
          String own = "t" + t + "-";
          all.add(
              threads.submit(
                  () -> {
                    var random = new Random(own.hashCode());
                    for (int i = 0; i < 30; i++) {
                      add(store, own + i);
                      if (i > 0 && random.nextBoolean()) store.find(own + (i - 1)).orElseThrow();
                      if (i > 0) drop(store, own + (i - 1));
                      assertThat(store.all()).isNotEmpty();
                    }
                    return own + 29;
                  }));
        }
        for (var one : all) expected.add(one.get());
      }
    }
    assertThat(reopened()).extracting(Snapshot::name).containsExactlyInAnyOrderElementsOf(expected);
  }
}
