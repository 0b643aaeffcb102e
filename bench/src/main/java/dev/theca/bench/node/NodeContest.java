package dev.theca.bench.node;

import dev.theca.cli.cri.CriClient;
import dev.theca.kit.stand.Handler;
import dev.theca.kit.stand.NodeFile;
import dev.theca.kit.stand.Stand;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Both handlers on one stand, in turn; who begins changes from round to round. */
public final class NodeContest implements AutoCloseable {
  /** Containers whose memory is looked at. */
  public static final int KEPT = 20;

  private static final int SETTLE_MILLIS = 300;

  private final Stand stand;
  private final Meter meter;
  private final Map<String, Contender> contenders = new LinkedHashMap<>();

  private NodeContest(Stand stand, boolean stockOnly) {
    this.stand = stand;
    meter = new Meter(stand.name());
    meter.follow(stand.containerdPid());
    String ours = stockOnly ? "stock shim, in our place" : "theca node daemon";
    if (!stockOnly) meter.follow(stand.startNode(NodeFile.text(stand)).pid());
    contenders.put(ours, new Contender(stand, stockOnly ? Handler.STOCK : Handler.PLAIN));
    contenders.put("containerd-shim-runc-v2", new Contender(stand, Handler.STOCK));
  }

  /** {@code containerd=FOLDER} names another one; {@code stock=yes} shows what chance does. */
  public static NodeContest open(Path root, Map<String, String> options) {
    String missing = Stand.missing();
    if (!missing.isEmpty()) throw new IllegalStateException("missing: " + missing);
    var programs = Path.of(options.getOrDefault("containerd", "/usr/bin"));
    var stand = Stand.open(programs, Stand.Built.in(root));
    System.out.println("\nnode: " + stand.version());
    return new NodeContest(stand, options.containsKey("stock"));
  }

  private interface Turn {
    void take(String name, Contender contender, boolean counts) throws Exception;
  }

  private void inTurn(int rounds, Turn turn) throws Exception {
    var order = List.copyOf(contenders.entrySet());
    for (int round = 0; round <= rounds; round++)
      for (var one : round % 2 == 1 ? order : order.reversed())
        turn.take(one.getKey(), one.getValue(), round > 0);
  }

  /** Latency, processor time in all, and without containerd's own. */
  public void runs(
      int rounds,
      BiConsumer<String, Double> latency,
      BiConsumer<String, Double> processor,
      BiConsumer<String, Double> shims)
      throws Exception {
    inTurn(
        rounds,
        (name, contender, counts) -> {
          double before = meter.millis();
          double own = Meter.ownMillis(stand.containerdPid());
          double millis = contender.run();
          Thread.sleep(SETTLE_MILLIS); // what ends after the answer belongs to the run
          double used = meter.millis() - before;
          if (!counts) return;
          latency.accept(name, millis);
          processor.accept(name, used);
          shims.accept(name, used - (Meter.ownMillis(stand.containerdPid()) - own));
        });
  }

  public void parallel(int count, int rounds, BiConsumer<String, Double> record) throws Exception {
    inTurn(
        rounds,
        (name, contender, counts) -> {
          double millis = contender.parallel(count);
          if (counts) record.accept(name, millis);
        });
  }

  /** Steps of a pod by their name. */
  public void pods(int rounds, Function<String, BiConsumer<String, Double>> record)
      throws Exception {
    try (var cri = new CriClient(stand.socket())) {
      inTurn(
          rounds,
          (name, contender, counts) ->
              contender.pod(
                  cri,
                  (step, millis) -> {
                    if (counts) record.apply(step).accept(name, millis);
                  }));
    }
  }

  /** What stays resident while no container waits, and while {@link #KEPT} do. */
  public Map<String, Meter.Memory> memory() {
    var found = new LinkedHashMap<String, Meter.Memory>();
    contenders.forEach(
        (name, contender) -> {
          found.put(name + ", idle", memory(name));
          var ids = contender.keep(KEPT);
          found.put(name + ", " + KEPT + " containers", memory(name));
          contender.drop(ids);
        });
    return found;
  }

  private Meter.Memory memory(String name) {
    return name.startsWith("theca")
        ? Meter.memory(stand.root().resolve("node.toml").toString())
        : Meter.memory("containerd-shim-runc-v2", stand.socket().toString());
  }

  @Override
  public void close() {

    var left = stand.end();
    meter.close();
    if (!left.isEmpty()) System.err.println("bench: left behind: " + left);
  }
}
