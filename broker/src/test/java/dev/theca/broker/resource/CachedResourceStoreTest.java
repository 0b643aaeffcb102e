package dev.theca.broker.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.broker.admin.CountingDatabase;
import dev.theca.broker.store.Database;
import dev.theca.broker.store.SqliteDatabase;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A store that keeps sealed values keeps every promise of one that does not. */
class CachedResourceStoreTest extends ResourceStoreContract {
  private final AtomicReference<CountingDatabase> opened = new AtomicReference<>();
  private final AtomicReference<Database> file = new AtomicReference<>();

  @Override
  Database database() {
    if (opened.get() == null) {
      file.set(SqliteDatabase.open(folder.resolve("cached/broker.db")));
      opened.set(new CountingDatabase(file.get()));
    }
    return opened.get();
  }

  @AfterEach
  void close() {
    file.get().close();
  }

  @Override
  ResourceStore store(ResourceLimits limits) {
    return new ResourceStore(database(), keyring, audit, limits, () -> now, 1 << 20);
  }

  @Test
  void a_value_is_looked_up_once_until_it_is_changed() {
    put(PATH, "one");
    assertThat(text(store.get(PATH))).isEqualTo("one");
    int before = opened.get().reads();
    for (int i = 0; i < 5; i++) assertThat(text(store.get(PATH))).isEqualTo("one");
    assertThat(opened.get().reads()).isEqualTo(before);
    put(PATH, "two");
    assertThat(text(store.get(PATH))).isEqualTo("two");
    store.revoke(PATH, 2, ADMIN).orThrow();
    assertThat(text(store.get(PATH))).isEqualTo("one");
    store.delete(PATH, ADMIN).orThrow();
    assertThat(code(store.get(PATH))).isEqualTo("resource-missing");
  }

  @Test
  void a_kept_value_is_not_given_from_its_last_moment_on() {
    put(PATH, "one");
    put(PATH, "two");
    store.expire(PATH, 2, now.plusSeconds(9), ADMIN).orThrow();
    assertThat(text(store.get(PATH))).isEqualTo("two");
    now = now.plusSeconds(9);
    assertThat(text(store.get(PATH))).isEqualTo("one");
  }

  @Test
  void a_value_whose_change_ended_unknown_is_looked_up_each_time() {
    put(PATH, "one");
    assertThat(text(store.get(PATH))).isEqualTo("one");
    audit.failing = true;
    assertThatThrownBy(() -> store.revoke(PATH, 1, ADMIN)).hasMessage("the trail is full");
    int before = opened.get().reads();
    for (int i = 0; i < 3; i++) assertThat(text(store.get(PATH))).isEqualTo("one");
    assertThat(opened.get().reads()).isEqualTo(before + 3);
  }

  @Test
  void what_was_looked_up_before_a_change_is_not_kept_after_it() {
    var cache = new SealedCache(1 << 20);
    var path = ResourcePath.parse(PATH).orThrow();
    var row =
        new ResourceRows.Stored(
            store.put(PATH, secret("one"), PutOptions.DEFAULT, ADMIN).orThrow(), new byte[8]);
    long before = cache.changes();
    cache.begin(path);
    cache.end(path);
    cache.put(path, row, before);
    assertThat(cache.find(path, now)).isEmpty();
    cache.begin(path);
    cache.put(path, row, cache.changes());
    assertThat(cache.find(path, now)).isEmpty();
    cache.end(path);
    cache.put(path, row, cache.changes());
    assertThat(cache.find(path, now)).contains(row);
  }

  @Test
  void what_is_kept_is_bounded_in_bytes() {
    var cache = new SealedCache(10_000);
    var info = put(PATH, "one");
    for (int i = 0; i < 100; i++)
      cache.put(
          ResourcePath.parse("acme/key/k" + i).orThrow(),
          new ResourceRows.Stored(info, new byte[1000]),
          cache.changes());
    int found = 0;
    for (int i = 0; i < 100; i++)
      if (cache.find(ResourcePath.parse("acme/key/k" + i).orThrow(), now).isPresent()) found++;
    assertThat(found).isEqualTo(6);
    assertThat(cache.find(ResourcePath.parse("acme/key/k99").orThrow(), now)).isPresent();
  }
}
