package dev.theca.bench.sealfs;

import dev.theca.bench.sealfs.Scores.Unit;
import dev.theca.cli.demo.BulkWork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Mounted volumes beside gocryptfs, the plain disk and a server that does nothing, in turn; and how
 * fast an image becomes a base, beside GNU tar. {@code BENCH_OPTIONS}: words {@code
 * name=value,value}.
 */
public final class SealfsBench {
  private static final Map<String, String> ALL =
      Map.of(
          "parts", "tree,file,mount,ingest",
          "contestants", "ext4,gocryptfs,device,ring,null",
          "megabytes", "396",
          "seconds", "1");
  private static final List<String> COLUMNS =
      List.of("ext4", "gocryptfs", "device", "ring", "null ring");
  private static final int INGEST_ROUNDS = 5;

  private final Path root;
  private final Path work;
  private final Map<String, String> said;
  private final Scores scores = new Scores();

  public SealfsBench(Path root, Path work, String options) {
    this.root = root;
    this.work = work;
    this.said = parse(options);
  }

  private static Map<String, String> parse(String words) {
    var said = new HashMap<>(ALL);
    for (String word : words.strip().split("\\s+")) {
      if (word.isEmpty()) continue;
      int equals = word.indexOf('=');
      if (equals < 0 || said.replace(word.substring(0, equals), word.substring(equals + 1)) == null)
        throw new IllegalArgumentException(
            word + ": options are name=value with names of " + ALL.keySet());
    }
    return said;
  }

  private String said(String name) {
    return Objects.requireNonNull(said.get(name));
  }

  private boolean has(String part) {
    return List.of(said("parts").split(",")).contains(part);
  }

  public void run(int rounds) throws Exception {
    Files.createDirectories(work);
    Path tar = work.resolve("root.tar");
    Corpus.write(tar, Integer.parseInt(said("megabytes")));
    String unused = Sh.run(theca() + " sealfs --help > /dev/null"); // its archives
    String archive = Sh.run(theca() + " sealfs mount --help > /dev/null");
    System.out.println("load before: " + Sh.load() + unused + archive);
    if (has("mount")) mounts(rounds);
    if (has("ingest")) ingest(tar, rounds);
    if (has("tree") || has("file")) phases(tar, rounds);
    scores.print(COLUMNS);
    new Goals(scores).print();
    System.out.println("load after: " + Sh.load());
  }

  private Path theca() {
    return root.resolve("theca");
  }

  private String classes() {
    return root.resolve("cli/target/dist/lib") + "/*:" + System.getProperty("theca.bench.classes");
  }

  private List<Ground> grounds(Path place) throws Exception {
    var grounds = new ArrayList<Ground>();
    try {
      for (String name : said("contestants").split(",")) {
        switch (name) {
          case "ext4" -> grounds.add(Ground.plain(place));
          case "gocryptfs" -> grounds.add(Ground.gocryptfs(place));
          case "device", "ring" -> grounds.add(Ground.ours(theca(), place, name));
          case "null" -> grounds.add(Ground.nothing(place, "ring", classes()));
          default -> throw new IllegalArgumentException("no contestant " + name);
        }
      }
      return grounds;
    } catch (Exception e) {
      grounds.forEach(Ground::close);
      throw e;
    }
  }

  /** From the process' start to the first answer, and what is resident then. */
  private void mounts(int rounds) throws Exception {
    Path place = Files.createDirectories(work.resolve("mounts"));
    for (int round = 0; round <= rounds; round++) {
      var grounds = grounds(place);
      try {
        Thread.sleep(1000);
        for (Ground ground : grounds) {
          if (round == 0 || ground.pid().isEmpty()) continue;
          scores.add(
              "start of the process to the first answer",
              Unit.MILLIS,
              ground.name(),
              ground.mountMillis(),
              ground.processorMillis());
          resident("resident, mounted, idle", ground, "VmRSS");
        }
      } finally {
        grounds.forEach(Ground::close);
      }
    }
  }

  private void resident(String phase, Ground ground, String what) throws IOException {
    var pid = ground.pid();
    if (pid.isEmpty()) return;
    scores.add(phase, Unit.MIB, ground.name(), Sh.megabytes(pid.get(), what), 0);
  }

  private void phases(Path tar, int rounds) throws Exception {
    var grounds = grounds(Files.createDirectories(work.resolve("phases")));
    try {
      var phases = new Phases(grounds, scores, tar, Integer.parseInt(said("seconds")));
      for (int round = 0; round <= rounds; round++) {
        if (has("tree")) phases.tree(round > 0);
        if (has("file")) phases.file(round > 0);
        System.err.println(" round " + round + ", load " + Sh.load());
        if (round > 0 && round < rounds) scores.print(COLUMNS); // a long run may be cut off
      }
      for (Ground ground : grounds) {
        resident("resident after all rounds", ground, "VmRSS");
        resident("resident, peak", ground, "VmHWM");
      }
    } finally {
      grounds.forEach(Ground::close);
    }
  }

  /** A base from an archive, and the archive on the plain disk, in turn. */
  private void ingest(Path tar, int rounds) throws Exception {
    Path place = Files.createDirectories(work.resolve("ingest"));
    String warm = "an archive becomes files, durable, a process that is warm";
    String cold = "an archive becomes files, durable, a fresh process";
    for (int round = 0; round < rounds; round++) {
      String unused = Sh.run("cat " + tar + " > /dev/null; sync");
      var lines = Sh.run(command(tar, place.resolve("base.seal"))).lines().toList();
      var times = lines.stream().map(Double::parseDouble).toList();
      scores.add(cold, Unit.MILLIS, "device", times.getFirst(), 0);
      var rest = times.subList(1, times.size()).stream().sorted().toList();
      scores.add(warm, Unit.MILLIS, "device", rest.get(rest.size() / 2), 0);
      String line = "mkdir d && tar -C d -xf " + tar + " && sync -f .";
      double millis = Sh.millis("cd " + place + " && " + line);
      scores.add(cold, Unit.MILLIS, "ext4", millis, 0);
      scores.add(warm, Unit.MILLIS, "ext4", millis, 0);
      String gone = Sh.run("rm -rf " + place + "/d; sync");
      double unsynced = Sh.millis("cd " + place + " && mkdir d && tar -C d -xf " + tar);
      scores.add("an archive becomes files, not synced", Unit.MILLIS, "ext4", unsynced, 0);
      System.err.print(gone + Sh.run("rm -rf " + place + "/d; sync"));
    }
    System.out.printf(Locale.ROOT, "ingest: %d bytes of archive%n", Files.size(tar));
  }

  private List<String> command(Path tar, Path volume) {
    var command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-Xmx256m",
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED"));
    command.addAll(BulkWork.FLAGS);
    command.addAll(List.of("-cp", classes(), IngestOnce.class.getName()));
    command.addAll(List.of(tar.toString(), volume.toString(), INGEST_ROUNDS + ""));
    return command;
  }
}
