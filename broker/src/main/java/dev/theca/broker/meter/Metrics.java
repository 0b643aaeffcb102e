package dev.theca.broker.meter;

import dev.theca.wire.Digest;
import dev.theca.wire.meter.Family;
import dev.theca.wire.meter.Meter;
import dev.theca.wire.meter.Meters;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;

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

  private final ResourcePaths resourcePaths;
  private final Meters meters;

  public Metrics(ResourcePaths resourcePaths, int seriesPerName) {
    this.resourcePaths = resourcePaths;
    this.meters = new Meters(Definitions.ALL, seriesPerName);
  }

  /** Without names of resources; 200 series a name. */
  public static Metrics standard() {
    return new Metrics(ResourcePaths.OFF, 200);
  }

  @Override
  public void count(String name, String... labels) {
    meters.count(name, judged(labels));
  }

  @Override
  public void observe(String name, double value, String... labels) {
    meters.observe(name, value, judged(labels));
  }

  /** Registers a value that is asked for whenever the metrics are; must not block. */
  public void gauge(String name, String help, Map<String, String> labels, DoubleSupplier value) {
    meters.gauge(name, help, labels, value);
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
    return meters.text();
  }

  List<Family> snapshot() {
    return meters.snapshot();
  }

  private String[] judged(String... labels) {
    if (labels.length % 2 != 0) throw new IllegalArgumentException("labels come in pairs");
    if (!List.of(labels).contains(RESOURCE_PATH)) return labels;
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
    return kept.toArray(String[]::new);
  }

  private static String hashed(String path) {
    byte[] digest = Digest.hasher("sha256").digest(path.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest, 0, 8);
  }
}
