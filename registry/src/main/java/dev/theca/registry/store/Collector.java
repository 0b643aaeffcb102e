package dev.theca.registry.store;

import dev.theca.image.Document;
import dev.theca.wire.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Removes what no manifest names: marks from the manifests of every repository, then sweeps links
 * and bytes that are older than the grace period. Pushes go on meanwhile: nothing that was linked
 * since the marking began is taken. A stored manifest that does not read ends it before anything of
 * that repository is removed.
 */
public final class Collector {
  /** What was removed. */
  public record Report(int manifests, int links, int blobs, long bytes) {}

  private final Store store;
  private final Instant began;
  private final Instant before;
  private final Map<Digest, References> known = new HashMap<>();
  private int manifests;
  private int links;
  private int blobs;
  private long bytes;

  private Collector(Store store, Duration grace) {
    this.store = store;
    this.began = store.clock().instant();
    this.before = began.minus(grace);
  }

  /** Collects; {@code untagged} takes manifests, too, that no tag, index or kept subject holds. */
  public static Report collect(Store store, Duration grace, boolean untagged) throws IOException {
    var collector = new Collector(store, grace);
    var linked = new HashSet<Digest>();
    for (String repository : store.repositories()) {
      for (Digest digest : store.manifests(repository)) collector.read(repository, digest);
      store.alone().lock();
      try {
        if (untagged) collector.sweepUntagged(repository);
        collector.sweepLinks(repository);
        linked.addAll(store.blobs(repository));
        linked.addAll(store.manifests(repository));
      } finally {
        store.alone().unlock();
      }
    }
    collector.sweepBlobs(linked);
    return new Report(collector.manifests, collector.links, collector.blobs, collector.bytes);
  }

  private References read(String repository, Digest digest) throws IOException {
    var found = known.get(digest);
    if (found != null) return found;
    var stored = store.manifest(repository, digest);
    if (stored.isEmpty())
      throw new IOException("the manifest " + digest + " of " + repository + " has no bytes");
    var read = Document.of(stored.get().bytes(), digest).then(References::of).orThrow();
    known.put(digest, read);
    return read;
  }

  private void sweepLinks(String repository) throws IOException {
    Set<Digest> named = new HashSet<>();
    for (Digest digest : store.manifests(repository)) {
      var references = read(repository, digest);
      named.addAll(references.blobs());
      named.addAll(references.foreign());
    }
    for (Digest digest : store.blobs(repository)) {
      if (named.contains(digest)) continue;
      Path link = store.layout().link(repository, "_blobs", digest);
      if (!isOld(link)) continue;
      Durable.delete(link);
      links++;
    }
  }

  private void sweepUntagged(String repository) throws IOException {
    var kept = new HashSet<Digest>();
    var next = new ArrayList<Digest>();
    for (String tag : store.tags(repository)) store.tagged(repository, tag).ifPresent(next::add);
    while (!next.isEmpty()) {
      Digest digest = next.removeLast();
      if (!kept.add(digest)) continue;
      if (store.manifest(repository, digest).isPresent())
        next.addAll(read(repository, digest).manifests());
      next.addAll(store.referrers(repository, digest));
    }
    for (Digest digest : List.copyOf(store.manifests(repository))) {
      if (kept.contains(digest)) continue;
      if (!isOld(store.layout().link(repository, "_manifests", digest))) continue;
      store.deleteManifest(repository, digest, read(repository, digest).subject());
      manifests++;
    }
  }

  private void sweepBlobs(Set<Digest> linked) throws IOException {
    for (String algorithm : List.of("sha256", "sha512")) {
      Path folder = store.layout().blobs().resolve(algorithm);
      if (!Files.isDirectory(folder)) continue;
      List<Path> parts;
      try (var list = Files.list(folder)) {
        parts = list.toList();
      }
      for (Path part : parts) sweepPart(algorithm, part, linked);
    }
  }

  private void sweepPart(String algorithm, Path part, Set<Digest> linked) throws IOException {
    store.alone().lock();
    try (var files = Files.list(part)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        var digest = Names.digest(algorithm + ":" + file.getFileName());
        if (digest.isEmpty() || linked.contains(digest.get()) || !isOld(file)) continue;
        long size = Files.size(file);
        Durable.delete(file);
        blobs++;
        bytes += size;
      }
    } finally {
      store.alone().unlock();
    }
  }

  /** Older than the grace period, and not touched since the marking began. */
  private boolean isOld(Path file) throws IOException {
    try {
      var touched = Files.getLastModifiedTime(file).toInstant();
      return touched.isBefore(before) && touched.isBefore(began);
    } catch (NoSuchFileException e) {
      return false;
    }
  }
}
