package dev.theca.registry.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The uploads that are not finished, by repository and unguessable name. */
final class Uploads {
  private static final int ID_BYTES = 16;
  private static final String ID = "[0-9a-f]{32}";

  private final Layout layout;
  private final InstantSource clock;
  private final Map<String, Upload> open = new ConcurrentHashMap<>();
  private final SecureRandom random = new SecureRandom();
  private final int max;

  Uploads(Layout layout, InstantSource clock, int max) {
    this.layout = layout;
    this.clock = clock;
    this.max = max;
  }

  /** A new one, or nothing when too many are open. */
  Optional<Upload> begin(String repository) throws IOException {
    if (open.size() >= max) return Optional.empty();
    byte[] raw = new byte[ID_BYTES];
    random.nextBytes(raw);
    String id = HexFormat.of().formatHex(raw);
    Path file = layout.part(repository, "_uploads").resolve(id);
    Durable.folder(layout.part(repository, "_uploads"));
    Files.createFile(file);
    var upload = new Upload(id, file, 0, clock.instant());
    open.put(key(repository, id), upload);
    return Optional.of(upload);
  }

  /** One that was begun in this repository, also before a restart. */
  Optional<Upload> find(String repository, String id) throws IOException {
    if (!id.matches(ID)) return Optional.empty();
    var known = open.get(key(repository, id));
    if (known != null) return Optional.of(known);
    Path file = layout.part(repository, "_uploads").resolve(id);
    if (!Files.isRegularFile(file)) return Optional.empty();
    var found = new Upload(id, file, Files.size(file), clock.instant());
    var first = open.putIfAbsent(key(repository, id), found);
    return Optional.of(first == null ? found : first);
  }

  void forget(String repository, Upload upload) {
    open.remove(key(repository, upload.id()));
  }

  /** Removes those that nobody used for a while; how many. */
  int expire(String repository, Duration age) throws IOException {
    Path folder = layout.part(repository, "_uploads");
    if (!Files.isDirectory(folder)) return 0;
    Instant before = clock.instant().minus(age);
    int removed = 0;
    try (var list = Files.list(folder)) {
      for (Path file : (Iterable<Path>) list::iterator) {
        String id = file.getFileName().toString();
        var upload = open.get(key(repository, id));
        if (upload == null) {
          if (Files.getLastModifiedTime(file).toInstant().isAfter(before)) continue;
          Files.deleteIfExists(file);
        } else {
          if (upload.used().isAfter(before) || !upload.begin(upload.used())) continue;
          try {
            upload.discard();
          } finally {
            upload.end();
          }
          forget(repository, upload);
        }
        removed++;
      }
    }
    return removed;
  }

  private static String key(String repository, String id) {
    return repository + "/" + id;
  }
}
