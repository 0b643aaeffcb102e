package dev.theca.bench.sealfs;

import dev.theca.bench.sealfs.Scores.Unit;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The phases of a round; inside of each, every file system has its turn. */
final class Phases {
  private final List<Ground> grounds;
  private final Scores scores;
  private final Path tar;
  private final int seconds;
  private boolean counted;

  Phases(List<Ground> grounds, Scores scores, Path tar, int seconds) {
    this.grounds = grounds;
    this.scores = scores;
    this.tar = tar;
    this.seconds = seconds;
  }

  private interface Work {
    double on(Ground ground) throws Exception;
  }

  private void each(String phase, Unit unit, boolean cold, Work work) throws Exception {
    for (Ground ground : grounds) {
      if (cold) Sh.drop();
      double before = ground.processorMillis();
      double value = work.on(ground);
      double processor = ground.processorMillis() - before;
      if (counted) scores.add(phase, unit, ground.name(), value, processor);
    }
    System.err.print(".");
  }

  private void timed(String phase, boolean cold, String line) throws Exception {
    each(phase, Unit.MILLIS, cold, ground -> Sh.millis("cd " + ground.folder() + " && " + line));
  }

  /** A tree: unpacked, found, read, removed. */
  void tree(boolean counts) throws Exception {
    counted = counts;
    String unused = Sh.run("cat " + tar + " > /dev/null"); // in the page cache
    timed("untar, given to the server or disk (sync -f)", false, untar());
    each(
        "then until it survives a power cut",
        Unit.MILLIS,
        false,
        ground -> Sh.millis(ground.durable()));
    timed("find, warm", false, "find d -printf '%s %m\\n' > /dev/null");
    timed("find, cold", true, "find d -printf '%s %m\\n' > /dev/null");
    timed("read all, cold", true, "tar -C d -cf - . | cat > /dev/null");
    timed("read all, warm", false, "tar -C d -cf - . | cat > /dev/null");
    timed("rm -rf", false, "rm -rf d");
  }

  private String untar() {
    return "mkdir d && tar -C d -xf " + tar + " && sync -f .";
  }

  /** One large file; --end_fsync and --fsync say what the figure of a write stands for. */
  void file(boolean counts) throws Exception {
    counted = counts;
    fio(
        "write, buffered, one fsync at the end",
        Unit.MIB_PER_SECOND,
        false,
        "--rw=write --bs=1m --end_fsync=1");
    fio("read, buffered, cold", Unit.MIB_PER_SECOND, true, "--rw=read --bs=1m");
    String timed = " --direct=1 --time_based --runtime=" + seconds;
    fio("read, O_DIRECT", Unit.MIB_PER_SECOND, true, "--rw=read --bs=1m" + timed);
    fio(
        "read, O_DIRECT, 4 jobs",
        Unit.MIB_PER_SECOND,
        false,
        "--rw=read --bs=1m --numjobs=4" + timed);
    fio("write, O_DIRECT, not synced", Unit.MIB_PER_SECOND, false, "--rw=write --bs=1m" + timed);
    fio("read 4k at random", Unit.PER_SECOND, false, "--rw=randread --bs=4k" + timed);
    fio(
        "read 4k at random, 4 jobs",
        Unit.PER_SECOND,
        false,
        "--rw=randread --bs=4k --numjobs=4" + timed);
    fio("write 4k at random, not synced", Unit.PER_SECOND, false, "--rw=randwrite --bs=4k" + timed);
    fio(
        "write 4k, fsync after each",
        Unit.PER_SECOND,
        false,
        "--rw=randwrite --bs=4k --fsync=1 --time_based --runtime=" + seconds);
    timed("remove the file", false, "rm -f big");
  }

  private void fio(String phase, Unit unit, boolean cold, String how) throws Exception {
    each(
        phase,
        unit,
        cold,
        ground -> {
          String text =
              Sh.run(
                  "cd "
                      + ground.folder()
                      + " && fio --name=x --filename=big --size=256m --ioengine=psync"
                      + " --group_reporting --output-format=json "
                      + how);
          return figure(text, how.contains("--rw=read") || how.contains("randread"), unit);
        });
  }

  private static double figure(String text, boolean read, Unit unit) throws IOException {
    String document = text.substring(text.indexOf('{'));
    var json = Json.object(document.getBytes(StandardCharsets.UTF_8)).orThrow();
    var job = (JsonObject) json.array("jobs").orElseThrow().getFirst();
    var side = job.object(read ? "read" : "write").orElseThrow();
    if (unit == Unit.PER_SECOND) return number(side.get("iops").orElseThrow());
    return number(side.get("bw_bytes").orElseThrow()) / (1 << 20);
  }

  private static double number(JsonValue value) throws IOException {
    if (value instanceof JsonNumber number) return Double.parseDouble(number.literal());
    throw new IOException("fio says no number");
  }
}
