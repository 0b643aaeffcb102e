package dev.theca.wire.meter;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The series of one name. Beyond a number of them, new label values are counted as "other". */
final class Series {
  private static final String OTHER = "other";
  private static final int MAX_VALUE_CHARS = 256;

  private record Labelled(SortedMap<String, String> labels, Cell cell) {}

  private final Definition definition;
  private final int most;
  private final Map<List<String>, Labelled> cells = new ConcurrentHashMap<>();
  private final AtomicInteger size = new AtomicInteger();
  private final Labelled bare;

  Series(Definition definition, int most) {
    this.definition = definition;
    this.most = most;
    this.bare = new Labelled(Collections.emptySortedMap(), cell());
    // A counter without labels is there, as 0, before it is first counted.
    cells.put(List.of(), bare);
  }

  Definition definition() {
    return definition;
  }

  private Cell cell() {
    return definition.type() == Family.Type.HISTOGRAM
        ? new Cell.Buckets(definition.bounds())
        : new Cell.Count();
  }

  Cell of(List<String> labels) {
    if (labels.isEmpty()) return bare.cell();
    var known = cells.get(labels);
    if (known != null) return known.cell();
    boolean over = size.get() >= most;
    var key = over ? others(labels) : labels;
    return cells
        .computeIfAbsent(
            key,
            k -> {
              size.incrementAndGet();
              return new Labelled(named(k), cell());
            })
        .cell();
  }

  private static List<String> others(List<String> labels) {
    var changed = new ArrayList<String>();
    for (int i = 0; i < labels.size(); i++) changed.add(i % 2 == 0 ? labels.get(i) : OTHER);
    return List.copyOf(changed);
  }

  private static SortedMap<String, String> named(List<String> labels) {
    var map = new TreeMap<String, String>();
    for (int i = 0; i + 1 < labels.size(); i += 2) {
      String value = labels.get(i + 1);
      map.put(
          labels.get(i),
          value.length() > MAX_VALUE_CHARS ? value.substring(0, MAX_VALUE_CHARS) : value);
    }
    return Collections.unmodifiableSortedMap(map);
  }

  Family family() {
    boolean labelled = cells.size() > 1;
    var points = new ArrayList<Family.Point>();
    for (var labelledCell : cells.values()) {
      var point = labelledCell.cell().point(labelledCell.labels());
      if (!(labelled && point.labels().isEmpty() && isZero(point))) points.add(point);
    }
    points.sort(java.util.Comparator.comparing(point -> point.labels().toString()));
    return new Family(definition.name(), definition.type(), definition.help(), List.copyOf(points));
  }

  private static boolean isZero(Family.Point point) {
    return switch (point) {
      case Family.Point.Number(_, double value) -> value == 0;
      case Family.Point.Distribution distribution -> distribution.count() == 0;
    };
  }
}
