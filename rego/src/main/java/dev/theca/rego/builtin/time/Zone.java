package dev.theca.rego.builtin.time;

import dev.theca.rego.spi.BuiltinFault;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.time.zone.ZoneRulesProvider;
import java.util.Map;

/** A zone of the IANA database, by the names that are in it and no others. */
record Zone(String name, ZoneRules rules) {
  static final Zone UTC = new Zone("UTC", ZoneOffset.UTC.getRules());

  /** Links of the database that Java's copy leaves out. */
  private static final Map<String, String> LINKS =
      Map.of(
          "EST", "America/Panama",
          "MST", "America/Phoenix",
          "HST", "Pacific/Honolulu",
          "ROC", "Asia/Taipei",
          "GMT+0", "Etc/GMT",
          "GMT-0", "Etc/GMT");

  /** No name is UTC, and so is "Local": the machine's own zone is nothing a policy may see. */
  static Zone named(String name) throws BuiltinFault {
    if (name.isEmpty() || name.equals("UTC") || name.equals("Local")) return UTC;
    String id = LINKS.getOrDefault(name, name);
    if (id.startsWith("SystemV/") || !ZoneRulesProvider.getAvailableZoneIds().contains(id))
      throw new BuiltinFault("unknown time zone " + name);
    return new Zone(id, ZoneId.of(id).getRules());
  }

  /** Seconds east of Greenwich. */
  int offset(Instant at) {
    return rules.getOffset(at).getTotalSeconds();
  }

  /** Such as {@code CEST}; where the database has none, the offset. */
  String abbreviation(Instant at) {
    return rules.isFixedOffset() && name.equals("UTC")
        ? "UTC"
        : Abbreviations.of(name, at.getEpochSecond(), offset(at));
  }

  /**
   * Seconds since 1970 of a clock at the place. A clock that is shown never, or twice, is read with
   * one of the two offsets around it, chosen as Go chooses.
   */
  long seconds(LocalDateTime clock) {
    long wall = clock.toEpochSecond(ZoneOffset.UTC);
    int guess = offset(Instant.ofEpochSecond(wall));
    return guess == 0 ? wall : wall - offset(Instant.ofEpochSecond(wall - guess));
  }
}
