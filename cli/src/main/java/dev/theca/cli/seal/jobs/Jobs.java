package dev.theca.cli.seal.jobs;

import dev.theca.image.Progress;
import dev.theca.wire.Code;
import dev.theca.wire.Outcome;
import dev.theca.wire.RefusedException;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * Jobs that wait, run and are over. A bounded number runs at once and waits; of those that are over
 * the last {@value #REMEMBERED} are remembered. Ending it cancels what runs.
 */
public final class Jobs implements AutoCloseable {
  /** Seals one image; a fault is an exception. */
  public interface Sealing {
    Outcome<JsonObject> seal(JobSpec spec, Progress progress);
  }

  static final int REMEMBERED = 1000;
  private static final int WAITING = 100;

  private final Sealing sealing;
  private final InstantSource clock;
  private final Semaphore slots;
  private final Map<String, Job> jobs = new LinkedHashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final SecureRandom random = new SecureRandom();

  Jobs(Sealing sealing, InstantSource clock, int atOnce) {
    this.sealing = sealing;
    this.clock = clock;
    this.slots = new Semaphore(atOnce, true);
  }

  synchronized Outcome<Job> submit(JobSpec spec) {
    long under = jobs.values().stream().filter(job -> !job.over()).count();
    if (under >= WAITING)
      return Outcome.refused(
          Code.of("seal-busy"),
          "queue of jobs",
          "fewer than " + WAITING,
          under + "",
          "try again later");
    byte[] name = new byte[16];
    random.nextBytes(name);
    var job = new Job(HexFormat.of().formatHex(name), spec, clock.instant());
    forget();
    jobs.put(job.id(), job);
    job.runBy(threads.submit(() -> run(job)));
    return Outcome.granted(job);
  }

  private void forget() {
    long over = jobs.values().stream().filter(Job::over).count();
    for (Iterator<Job> all = jobs.values().iterator(); all.hasNext() && over >= REMEMBERED; )
      if (all.next().over()) {
        all.remove();
        over--;
      }
  }

  private void run(Job job) {
    try {
      slots.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    long start = System.nanoTime();
    try {
      if (job.begin()) job.end(sealing.seal(job.spec(), job));
    } catch (RefusedException e) {
      job.end(Outcome.refused(e.reasons()));
    } catch (RuntimeException e) {
      job.fail();
      if (job.state() == Job.State.FAILED)
        System.err.println("job=" + job.id() + " stage=seal outcome=fault reason=\"" + e + "\"");
    } finally {
      slots.release();
      System.err.println(
          "job="
              + job.id()
              + " stage=seal ms="
              + (System.nanoTime() - start) / 1_000_000
              + " outcome="
              + job.state().name().toLowerCase(java.util.Locale.ROOT));
    }
  }

  synchronized Optional<Job> find(String id) {
    return Optional.ofNullable(jobs.get(id));
  }

  synchronized JsonObject json() {
    var list = jobs.values().stream().<JsonValue>map(Job::json).toList();
    return JsonObject.builder().put("jobs", new JsonArray(list)).build();
  }

  @Override
  public void close() {
    synchronized (this) {
      jobs.values().forEach(Job::cancel);
    }
    threads.close();
  }
}
