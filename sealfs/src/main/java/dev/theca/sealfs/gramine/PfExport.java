package dev.theca.sealfs.gramine;

import dev.theca.wire.Outcome;
import dev.theca.wire.secret.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Turns a tree into a host directory of protected files. Everything is decided before the first
 * byte is written: a tree that cannot be exported is refused with all reasons and leaves nothing. A
 * fault on the way removes what was made.
 *
 * <p>The host sees names, tree, sizes and permissions, and can change or roll back what it likes:
 * compare with the {@link Listing} before use ({@link ListingCheck}). Does not sync the host's
 * disk.
 */
public final class PfExport {
  private final TreeSource source;
  private final HostTree host;
  private final Secret key;
  private final ExportOptions options;
  private final Plan plan;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final byte[][] tags;

  /** What lies on the host now, and what it lost. */
  public record Exported(Listing listing, ExportReport report) {}

  private PfExport(TreeSource source, HostTree host, Secret key, ExportOptions options, Plan plan) {
    this.source = source;
    this.host = host;
    this.key = key;
    this.options = options;
    this.plan = plan;
    this.tags = new byte[plan.files().size()][];
  }

  /**
   * Exports into a new or empty directory. The key (16 bytes) stays the caller's and must serve
   * nothing else; a fresh one for each container is what excludes versions of other containers.
   */
  public static Outcome<Exported> export(
      TreeSource source, Path target, Secret key, ExportOptions options) {
    return Planner.plan(source, options)
        .then(
            plan ->
                HostTree.begin(target, plan.hostBytes())
                    .map(host -> new PfExport(source, host, key, options, plan).run()));
  }

  private Exported run() {
    try {
      plan.folders().forEach(host::mkdir);
      files();
      host.finish();
    } catch (RuntimeException e) {
      discard(e);
      throw e;
    }
    var listing = listing();
    var report =
        new ExportReport(
            options.root(),
            plan.files().size(),
            plan.folders().size(),
            plan.bytes(),
            plan.hostBytes(),
            listing.digest(),
            plan.mounts(),
            plan.changes());
    return new Exported(listing, report);
  }

  private void discard(RuntimeException why) {
    try {
      host.discard();
    } catch (IOException e) {
      why.addSuppressed(e);
    }
  }

  /** Platform threads: the work is encryption. */
  private void files() {
    int count = Math.min(options.threads(), plan.files().size());
    if (count == 0) return;
    var all = new ArrayList<Future<?>>();
    try (var threads = Executors.newFixedThreadPool(count)) {
      for (int i = 0; i < count; i++) all.add(threads.submit(this::work));
    }
    RuntimeException fault = null;
    for (Future<?> one : all) {
      try {
        one.get();
      } catch (ExecutionException e) {
        if (fault == null) fault = new PfException("the export failed", e);
        else fault.addSuppressed(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        fault = new PfException("the export was interrupted", e);
      }
    }
    if (fault != null) throw fault;
  }

  private void work() {
    try (var writer = new PfWriter(key)) {
      for (int i; !stopped.get() && (i = next.getAndIncrement()) < tags.length; ) {
        var file = plan.files().get(i);
        PfSource content = (at, into, from, n) -> source.read(file.ino(), at, into, from, n);
        byte[] path = options.root().of(file.path());
        tags[i] = host.file(file, sink -> writer.write(path, file.size(), content, sink)).tag();
      }
    } catch (RuntimeException | Error e) {
      stopped.set(true);
      throw e;
    }
  }

  private Listing listing() {
    List<Listing.Entry> entries = new ArrayList<>();
    for (var folder : plan.folders()) entries.add(Listing.Entry.directory(folder.path()));
    for (int i = 0; i < tags.length; i++) {
      var file = plan.files().get(i);
      entries.add(Listing.Entry.file(file.path(), file.size(), tags[i]));
    }
    return Listing.of(entries);
  }
}
