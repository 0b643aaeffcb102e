package dev.theca.bench.broker;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What the broker costs: a whole exchange with genuine (simulated) evidence, an answer to a token,
 * a challenge; on SQLite and on PostgreSQL. Beside it the web server alone, and the elliptic curve
 * alone.
 */
public final class BrokerBench {
  private static final String EXCHANGE = "exchange: auth, attest, resource";
  private static final String GET = "resource by token";
  private static final String AUTH = "challenge (POST /auth)";
  private static final String FLOOR = "Helidon, constant bytes";
  private static final int MANY = 64;
  private static final int WARM_SLICES = 16;
  private static final double SETTLED = 0.93;

  /** What {@code theca broker serve} gives it. */
  private static final String OPTIONS =
      "-XX:+UseSerialGC -Xmx104m -XX:NewSize=40m -XX:SurvivorRatio=6 -XX:TargetSurvivorRatio=90"
          + " -XX:TrimNativeHeapInterval=10000 -XX:ReservedCodeCacheSize=64m";

  private final Path lib;
  private final Path classes;
  private final Path folder;
  private final Path binaries;
  private final Duration time;
  private final long exchanges;
  private final Enclaves enclaves = new Enclaves();
  private final Table table = new Table("SQLite");
  private final List<OpenSsl> units = new ArrayList<>();

  /**
   * A bench.
   *
   * @param root of the checkout, built
   * @param folder for everything that is written
   * @param seconds of each measurement
   * @param exchanges after which memory is looked at
   */
  public BrokerBench(Path root, Path folder, int seconds, long exchanges) {
    this.lib = root.resolve("cli/target/dist/lib");
    this.classes = root.resolve("bench/target/classes");
    this.binaries = root.resolve("bench/target/postgres");
    this.folder = folder;
    this.time = Duration.ofSeconds(seconds);
    this.exchanges = exchanges;
  }

  /** Measures in turn, so many rounds. */
  public void run(int rounds) throws IOException, InterruptedException, ExecutionException {
    System.out.printf(
        Locale.ROOT,
        "%nbroker: %d rounds in turn of %d s each, after a warm-up; medians; options %s%n",
        rounds,
        time.toSeconds(),
        String.join(" ", options()));
    sqlite(rounds);
    if (!Boolean.getBoolean("theca.bench.sqlite-only")) postgres(rounds);
  }

  private static List<String> options() {
    String named = System.getProperty("theca.bench.options", "");
    return List.of((named.isBlank() ? OPTIONS : named).strip().split("\\s+"));
  }

  private void sqlite(int rounds) throws IOException, InterruptedException, ExecutionException {
    String path = lib + "/*:" + classes;
    try (var broker = start("sqlite", "type = \"sqlite\"");
        var floor =
            Server.start(
                path,
                List.of(),
                List.of(Constant.class.getName()),
                folder.resolve("constant.log"))) {
      var constant = new Load(floor);
      warm(broker);
      constant.run(MANY, time, BrokerBench::ask);
      for (int round = 0; round < rounds; round++) {
        units.add(OpenSsl.speed());
        measure(table, broker);
        table.add(FLOOR + ", 1 connection", constant.run(1, time, BrokerBench::ask));
        table.add(FLOOR + ", " + MANY, constant.run(MANY, time, BrokerBench::ask));
      }
      table.print();
      memory(broker);
      ratios();
    }
  }

  private static void ask(Wire wire) throws IOException {
    var unused = Enclaves.ok(wire.send("GET", "/constant", "", new byte[0]));
  }

  private void postgres(int rounds) throws IOException, InterruptedException, ExecutionException {
    try (var server = new Postgres(binaries, folder.resolve("postgres"));
        var broker = start("with-postgres", server.store())) {
      warm(broker);
      var own = new Table("PostgreSQL 18, the bench's own, its processes not counted");
      for (int round = 0; round < rounds; round++) measure(own, broker);
      own.print();
    }
  }

  private Broker start(String name, String store) throws IOException {
    return Broker.start(lib, folder.resolve(name), store, enclaves, options());
  }

  private void measure(Table rows, Broker broker)
      throws IOException, InterruptedException, ExecutionException {
    for (int connections : new int[] {1, MANY}) {
      String after = ", " + connections + (connections == 1 ? " connection" : "");
      var load = broker.load;
      rows.add(EXCHANGE + after, load.run(connections, time, this::exchange));
      var tokens = tokens(broker);
      rows.add(GET + after, load.run(connections, time, wire -> get(wire, tokens)));
      rows.add(AUTH + after, load.run(connections, time, enclaves::challenge));
    }
  }

  private void exchange(Wire wire) throws IOException {
    String unused = enclaves.exchange(wire, Broker.RESOURCE);
  }

  private static void get(Wire wire, List<String> tokens) throws IOException {
    String token = tokens.get(ThreadLocalRandom.current().nextInt(tokens.size()));
    var unused = Enclaves.get(wire, Broker.RESOURCE, token);
  }

  /** As many as connections at most; they live for five minutes. */
  private List<String> tokens(Broker broker) throws IOException {
    var tokens = new ArrayList<String>();
    try (var wire = new Wire(broker.server.address(), 60_000)) {
      for (int i = 0; i < MANY; i++) tokens.add(enclaves.exchange(wire, Broker.RESOURCE));
    }
    return tokens;
  }

  /** Until the compiler has seen what is hot: while another slice is cheaper than the last. */
  private void warm(Broker broker) throws IOException, InterruptedException, ExecutionException {
    int slices = settled(broker, this::exchange);
    var tokens = tokens(broker);
    slices += settled(broker, wire -> get(wire, tokens));
    slices += settled(broker, enclaves::challenge);
    System.out.println("  warm after " + slices + " slices");
  }

  private int settled(Broker broker, Load.Operation operation)
      throws InterruptedException, ExecutionException {
    double before = Double.MAX_VALUE;
    for (int slice = 1; slice < WARM_SLICES; slice++) {
      double micros = broker.load.run(MANY, time, operation).cpuMicros();
      if (slice > 2 && micros > before * SETTLED) return slice;
      before = micros;
    }
    return WARM_SLICES;
  }

  private void memory(Broker broker) throws InterruptedException, ExecutionException {
    var figures = broker.load.run(MANY, time.multipliedBy(60), exchanges, this::exchange);
    System.out.printf(
        Locale.ROOT,
        "  resident after everything and %d more exchanges: %d MiB%s%n",
        figures.operations(),
        broker.server.residentMiB(),
        figures.operations() < exchanges ? " (the time for " + exchanges + " was too short)" : "");
  }

  private void ratios() {
    double sign = Table.middle(units.stream().map(OpenSsl::signMicros).toList());
    double verify = Table.middle(units.stream().map(OpenSsl::verifyMicros).toList());
    double agree = Table.middle(units.stream().map(OpenSsl::agreeMicros).toList());
    var unit = new OpenSsl(sign, verify, agree);
    double floor = table.cpuMicros(FLOOR + ", " + MANY);
    double exchange = table.cpuMicros(EXCHANGE + ", " + MANY);
    double get = table.cpuMicros(GET + ", " + MANY);
    double auth = table.cpuMicros(AUTH + ", " + MANY);
    System.out.printf(
        Locale.ROOT,
        "  openssl on one core, P-256: sign %.0f us, verify %.0f us, agree %.0f us%n",
        sign,
        verify,
        agree);
    goal("exchange", exchange, 1500, exchange / unit.exchangeMicros(), exchange / (3 * floor));
    goal("resource by token", get, 150, get / unit.getMicros(), get / floor);
    goal("challenge", auth, 50, Double.NaN, auth / floor);
  }

  private static void goal(String what, double micros, double goal, double curve, double http) {
    System.out.printf(
        Locale.ROOT,
        "  %-20s %7.0f us, goal %5.0f us%s;%s %.1f times its requests to a constant%n",
        what,
        micros,
        goal,
        micros > goal ? " <- missed" : "",
        Double.isNaN(curve)
            ? ""
            : String.format(Locale.ROOT, " %.1f times openssl's P-256 alone,", curve),
        http);
  }
}
