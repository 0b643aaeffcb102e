package dev.theca.wire.meter;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.DoubleSupplier;
import java.util.regex.Pattern;

/**
 * Counters, gauges and histograms. Guarantees a bounded number of series whatever label values
 * arrive; counting takes no lock.
 */
public final class Meters implements Meter {
  private static final int MAX_FAMILIES = 256;
  private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");

  private record Gauge(String help, Map<String, String> labels, DoubleSupplier value) {}

  private final int seriesPerName;
  private final Map<String, Series> families = new ConcurrentHashMap<>();
  private final Map<String, Gauge> gauges = new ConcurrentSkipListMap<>();

  /** Knows the given names from the start; each has at most {@code seriesPerName} series. */
  public Meters(List<Definition> definitions, int seriesPerName) {
    this.seriesPerName = seriesPerName;
    for (var definition : definitions)
      families.put(definition.name(), new Series(definition, seriesPerName));
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

  /** The Prometheus text format 0.0.4. */
  public String text() {
    return PrometheusText.of(snapshot());
  }

  /** All series as they are now, by name. */
  public List<Family> snapshot() {
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
    if (labels.length % 2 != 0) throw new IllegalArgumentException("labels come in pairs");
    return series.of(List.of(labels));
  }

  private Series undefined(String name, Family.Type type) {
    if (!NAME.matcher(name).matches()) throw new IllegalArgumentException("not a name: " + name);
    var definition = Definition.undefined(name, type);
    // Names are ours, so this bound is only there to keep a mistake from growing without end.
    if (families.size() >= MAX_FAMILIES) return new Series(definition, 1);
    return families.computeIfAbsent(name, n -> new Series(definition, seriesPerName));
  }
}
