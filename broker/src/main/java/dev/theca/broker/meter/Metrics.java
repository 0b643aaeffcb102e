package dev.theca.broker.meter;

import dev.theca.wire.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.DoubleSupplier;
import java.util.regex.Pattern;

/**
 * The broker's counters, gauges and histograms under the KBS' names. Guarantees a bounded number of
 * series whatever label values arrive; counting takes no lock. Does not tell names of secrets
 * unless {@link ResourcePaths} says so.
 */
public final class Metrics implements Meter {
  /** What becomes of the label {@code resource_path}. */
  public enum ResourcePaths {
    /** Left out. */
    OFF,
    /** The first 8 bytes of its SHA-256, to tell resources apart without naming them. */
    HASHED,
    /** As it is: whoever reads the metrics reads the names of all secrets. */
    PLAIN
  }

  private static final String RESOURCE_PATH = "resource_path";
  private static final int MAX_FAMILIES = 256;
  private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");

  private record Gauge(String help, Map<String, String> labels, DoubleSupplier value) {}

  private final ResourcePaths resourcePaths;
  private final int seriesPerName;
  private final Map<String, Series> families = new ConcurrentHashMap<>();
  private final Map<String, Gauge> gauges = new ConcurrentSkipListMap<>();

  public Metrics(ResourcePaths resourcePaths, int seriesPerName) {
    this.resourcePaths = resourcePaths;
    this.seriesPerName = seriesPerName;
    for (var definition : Definition.ALL)
      families.put(definition.name(), new Series(definition, seriesPerName));
  }

  /** Without names of resources; 200 series a name. */
  public static Metrics standard() {
    return new Metrics(ResourcePaths.OFF, 200);
  }

  @Override
  public void count(String name, String... labels) {
    if (cell(name, Family.Type.COUNTER, labels) instanceof Cell.Count count) count.sum.increment();
  }

  @Override
  public void observe(String name, double value, String... labels) {
    if (cell(name, Family.Type.HISTOGRAM, labels) instanceof Cell.Buckets buckets)
      buckets.add(value);
  }

  /** Registers a value that is asked for whenever the metrics are; must not block. */
  public void gauge(String name, String help, Map<String, String> labels, DoubleSupplier value) {
    if (!NAME.matcher(name).matches()) throw new IllegalArgumentException("not a name: " + name);
    gauges.put(name, new Gauge(help, Map.copyOf(labels), value));
  }

  /** {@code kbs_build_info}: 1, with what this build is. */
  public void build(String version, String gitHash, String buildDate) {
    gauge(
        "kbs_build_info",
        "What is running",
        Map.of("version", version, "git_hash", gitHash, "build_date", buildDate),
        () -> 1);
  }

  /** The Prometheus text format 0.0.4. */
  public String text() {
    return PrometheusText.of(snapshot());
  }

  List<Family> snapshot() {
    var all = new ArrayList<Family>();
    gauges.forEach(
        (name, gauge) ->
            all.add(
                new Family(
                    name,
                    Family.Type.GAUGE,
                    gauge.help(),
                    List.of(
                        new Family.Point.Number(
                            Collections.unmodifiableSortedMap(new TreeMap<>(gauge.labels())),
                            gauge.value().getAsDouble())))));
    families.values().forEach(series -> all.add(series.family()));
    all.sort(java.util.Comparator.comparing(Family::name));
    return List.copyOf(all);
  }

  private Cell cell(String name, Family.Type type, String... labels) {
    var series = families.get(name);
    if (series == null) series = undefined(name, type);
    return series.of(labels.length == 0 ? List.of() : judged(labels));
  }

  private Series undefined(String name, Family.Type type) {
    if (!NAME.matcher(name).matches()) throw new IllegalArgumentException("not a name: " + name);
    var definition = Definition.undefined(name, type);
    // Names are ours, so this bound is only there to keep a mistake from growing without end.
    if (families.size() >= MAX_FAMILIES) return new Series(definition, 1);
    return families.computeIfAbsent(name, n -> new Series(definition, seriesPerName));
  }

  private List<String> judged(String... labels) {
    if (labels.length % 2 != 0) throw new IllegalArgumentException("labels come in pairs");
    if (labels.length == 2 && !labels[0].equals(RESOURCE_PATH)) return List.of(labels);
    var kept = new ArrayList<String>(labels.length);
    for (int i = 0; i < labels.length; i += 2) {
      if (!labels[i].equals(RESOURCE_PATH)) {
        kept.add(labels[i]);
        kept.add(labels[i + 1]);
      } else if (resourcePaths != ResourcePaths.OFF) {
        kept.add(RESOURCE_PATH);
        kept.add(resourcePaths == ResourcePaths.PLAIN ? labels[i + 1] : hashed(labels[i + 1]));
      }
    }
    return List.copyOf(kept);
  }

  private static String hashed(String path) {
    byte[] digest = Digest.hasher("sha256").digest(path.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest, 0, 8);
  }
}
