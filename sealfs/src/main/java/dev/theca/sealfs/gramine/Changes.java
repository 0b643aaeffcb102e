package dev.theca.sealfs.gramine;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Collects what an export changes: all are counted, the first thousand of each kind are named. */
final class Changes {
  private static final int NAMED = 1000;

  private final Map<Change, Cases> kinds = new EnumMap<>(Change.class);

  private static final class Cases {
    private final List<ExportReport.Named> named = new ArrayList<>();
    private int count;
  }

  void add(Change change, byte[] path, String detail) {
    var cases = kinds.computeIfAbsent(change, c -> new Cases());
    if (cases.count++ < NAMED)
      cases.named.add(new ExportReport.Named("/" + PathText.shown(path), detail));
  }

  List<ExportReport.Changed> all() {
    return kinds.entrySet().stream()
        .map(e -> new ExportReport.Changed(e.getKey(), e.getValue().count, e.getValue().named))
        .toList();
  }
}
