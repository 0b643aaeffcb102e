package dev.theca.registry.store;

import dev.theca.wire.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * What a registry keeps, in a folder that this process has alone. A blob is given out only by a
 * repository that has a link to it. Every change is on the disk before its method returns, and a
 * crash at any moment leaves no link to what is not there.
 */
public final class Store implements AutoCloseable {
  private static final String BLOBS = "_blobs";
  private static final String MANIFESTS = "_manifests";
  private static final String TAGS = "_tags";
  private static final String REFERRERS = "_referrers";

  /** The order of tags: "lexical, i.e. case-insensitive alphanumeric" (distribution-spec 1.1). */
  public static final Comparator<String> LEXICAL =
      String.CASE_INSENSITIVE_ORDER.thenComparing(Comparator.naturalOrder());

  private final Layout layout;
  private final InstantSource clock;
  private final Uploads uploads;
  // many link at a time; the collector takes a blob away only while nobody does
  private final ReentrantReadWriteLock links = new ReentrantReadWriteLock();

  private Store(Layout layout, InstantSource clock, int maxUploads) {
    this.layout = layout;
    this.clock = clock;
    this.uploads = new Uploads(layout, clock, maxUploads);
  }

  /**
   * Opens or makes a store.
   *
   * @throws IOException also when another process has it open
   */
  public static Store open(Path root, InstantSource clock, int maxUploads) throws IOException {
    return new Store(Layout.open(root), clock, maxUploads);
  }

  Layout layout() {
    return layout;
  }

  ReentrantReadWriteLock.WriteLock alone() {
    return links.writeLock();
  }

  InstantSource clock() {
    return clock;
  }

  /** The file of a blob that this repository has. */
  public Optional<Path> blob(String repository, Digest digest) {
    Path file = layout.blob(digest);
    return has(repository, digest) && Files.exists(file) ? Optional.of(file) : Optional.empty();
  }

  private boolean has(String repository, Digest digest) {
    return Files.exists(layout.link(repository, BLOBS, digest))
        || Files.exists(layout.link(repository, MANIFESTS, digest));
  }

  /** Begins an upload, unless too many are open. */
  public Optional<Upload> begin(String repository) throws IOException {
    return uploads.begin(repository);
  }

  public Optional<Upload> upload(String repository, String id) throws IOException {
    return uploads.find(repository, id);
  }

  /** Makes an upload a blob; false when its digest is another one, and it is gone then. */
  public boolean finish(String repository, Upload upload, Digest digest) throws IOException {
    boolean right = upload.digest(digest.algorithm()).equals(digest);
    if (right) {
      Path file = upload.complete();
      linked(digest, file, () -> Durable.write(blobLink(repository, digest), none(), temporary()));
    } else {
      upload.discard();
    }
    uploads.forget(repository, upload);
    return right;
  }

  public void cancel(String repository, Upload upload) throws IOException {
    upload.discard();
    uploads.forget(repository, upload);
  }

  /** Gives a repository what another has; false when that has it not. */
  public boolean mount(String repository, String from, Digest digest) throws IOException {
    links.readLock().lock();
    try {
      Path file = layout.blob(digest);
      if (!Files.exists(layout.link(from, BLOBS, digest)) || !Files.exists(file)) return false;
      touch(file);
      Durable.write(blobLink(repository, digest), none(), temporary());
      return true;
    } finally {
      links.readLock().unlock();
    }
  }

  /** Files with the bytes of their digest; the first of two equal ones stays. */
  private void linked(Digest digest, Path file, Linking linking) throws IOException {
    links.readLock().lock();
    try {
      Path blob = layout.blob(digest);
      if (Files.exists(blob)) {
        touch(blob);
        Files.delete(file);
      } else {
        Durable.move(file, blob);
      }
      linking.run();
    } finally {
      links.readLock().unlock();
    }
  }

  @FunctionalInterface
  private interface Linking {
    void run() throws IOException;
  }

  /** Its grace begins anew, see {@link Collector}. */
  private void touch(Path file) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
  }

  private Path blobLink(String repository, Digest digest) {
    return layout.link(repository, BLOBS, digest);
  }

  private Path temporary() {
    return layout.temporary();
  }

  private static byte[] none() {
    return new byte[0];
  }

  public boolean deleteBlob(String repository, Digest digest) throws IOException {
    Path link = blobLink(repository, digest);
    boolean there = Files.exists(link);
    Durable.delete(link);
    return there;
  }

  /**
   * Keeps a manifest, or says which blob that it names this repository lacks. Nothing that it names
   * can be collected in between.
   */
  public Optional<Digest> putManifest(String repository, Stored manifest, References names)
      throws IOException {
    Path file = layout.temporary();
    Durable.write(file, manifest.bytes(), layout.temporary());
    links.readLock().lock();
    try {
      for (Digest needed : names.blobs()) {
        if (blob(repository, needed).isPresent()) continue;
        Files.delete(file);
        return Optional.of(needed);
      }
      link(repository, manifest, names.subject(), file);
      return Optional.empty();
    } finally {
      links.readLock().unlock();
    }
  }

  private void link(String repository, Stored manifest, Optional<Digest> subject, Path file)
      throws IOException {
    linked(
        manifest.digest(),
        file,
        () -> {
          if (subject.isPresent())
            Durable.write(
                referrer(repository, subject.get(), manifest.digest()), none(), temporary());
          Durable.write(
              layout.link(repository, MANIFESTS, manifest.digest()),
              manifest.mediaType().getBytes(StandardCharsets.US_ASCII),
              temporary());
        });
  }

  private Path referrer(String repository, Digest subject, Digest manifest) {
    return Layout.under(layout.link(repository, REFERRERS, subject), manifest);
  }

  public void tag(String repository, String tag, Digest digest) throws IOException {
    Durable.write(
        layout.part(repository, TAGS).resolve(tag),
        digest.toString().getBytes(StandardCharsets.US_ASCII),
        temporary());
  }

  public Optional<Digest> tagged(String repository, String tag) throws IOException {
    try {
      return Names.digest(Files.readString(layout.part(repository, TAGS).resolve(tag)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  public Optional<Stored> manifest(String repository, Digest digest) throws IOException {
    try {
      String type = Files.readString(layout.link(repository, MANIFESTS, digest));
      return Optional.of(new Stored(Files.readAllBytes(layout.blob(digest)), digest, type));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Forgets a manifest with its tags; false when it is not there. */
  public boolean deleteManifest(String repository, Digest digest, Optional<Digest> subject)
      throws IOException {
    Path link = layout.link(repository, MANIFESTS, digest);
    if (!Files.exists(link)) return false;
    for (String tag : tags(repository)) // first, so that no tag ever names nothing
    if (tagged(repository, tag).filter(digest::equals).isPresent()) deleteTag(repository, tag);
    if (subject.isPresent()) Durable.delete(referrer(repository, subject.get(), digest));
    Durable.delete(link);
    return true;
  }

  public boolean deleteTag(String repository, String tag) throws IOException {
    Path file = layout.part(repository, TAGS).resolve(tag);
    boolean there = Files.exists(file);
    Durable.delete(file);
    return there;
  }

  /** All tags in lexical order. */
  public List<String> tags(String repository) throws IOException {
    Path folder = layout.part(repository, TAGS);
    if (!Files.isDirectory(folder)) return List.of();
    try (var list = Files.list(folder)) {
      return list.map(p -> p.getFileName().toString()).sorted(LEXICAL).toList();
    }
  }

  /** The manifests that say they belong to this one, which need not be there itself. */
  public List<Digest> referrers(String repository, Digest subject) throws IOException {
    return Links.in(layout.link(repository, REFERRERS, subject));
  }

  public List<Digest> manifests(String repository) throws IOException {
    return Links.in(layout.part(repository, MANIFESTS));
  }

  List<Digest> blobs(String repository) throws IOException {
    return Links.in(layout.part(repository, BLOBS));
  }

  /** Whether somebody pushed to it. */
  public boolean exists(String repository) {
    return Files.isDirectory(layout.part(repository, MANIFESTS))
        || Files.isDirectory(layout.part(repository, BLOBS));
  }

  /** All repositories in order. */
  public List<String> repositories() throws IOException {
    var all = new ArrayList<String>();
    Path top = layout.repositories();
    Files.walkFileTree(
        top,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            if (folder.getFileName().toString().startsWith("_"))
              return FileVisitResult.SKIP_SUBTREE;
            String name = top.relativize(folder).toString();
            if (!name.isEmpty() && exists(name)) all.add(name);
            return FileVisitResult.CONTINUE;
          }
        });
    all.sort(Comparator.naturalOrder());
    return all;
  }

  /** Removes uploads that nobody used for {@code age}; how many. */
  public int expireUploads(Duration age) throws IOException {
    int removed = 0;
    for (String repository : folders()) removed += uploads.expire(repository, age);
    return removed;
  }

  /** Also those where something was begun only. */
  private List<String> folders() throws IOException {
    Path top = layout.repositories();
    try (var walk = Files.walk(top)) {
      return walk.filter(p -> p.endsWith("_uploads") && !p.equals(top))
          .map(p -> top.relativize(p.resolveSibling("")).toString())
          .toList();
    }
  }

  @Override
  public void close() throws IOException {
    layout.close();
  }
}
