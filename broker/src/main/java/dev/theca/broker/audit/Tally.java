package dev.theca.broker.audit;

import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonNumber;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Counts events by what they were, why, and from where, in bounded memory. */
final class Tally {
  private static final int MAX_KINDS = 64;
  private static final int MAX_ADDRESSES = 4096;
  private static final int TOP = 16;
  private static final String OTHER = "other";

  private long total;
  private long granted;
  private final Map<String, Long> kinds = new HashMap<>();
  private final Map<String, Long> codes = new HashMap<>();
  private final Map<String, Long> addresses = new HashMap<>();

  void count(Event event) {
    total++;
    add(kinds, event.kind() + "/" + event.outcome(), MAX_KINDS);
    add(addresses, event.actor(), MAX_ADDRESSES);
    if (event.outcome().equals("granted")) granted++;
    else add(codes, event.detail().string("code").orElse("unknown"), MAX_KINDS);
  }

  private static void add(Map<String, Long> counts, String text, int bound) {
    String name = text.length() > 128 ? text.substring(0, 128) : text;
    String key = counts.containsKey(name) || counts.size() < bound ? name : OTHER;
    counts.merge(key, 1L, Long::sum);
  }

  /** One record for the challenges of a minute; empty when there was none. */
  Optional<Event> authSummary(long minute) {
    if (total == 0) return Optional.empty();
    var detail =
        period(minute)
            .put("count", total)
            .put("granted", granted)
            .put("refused", counts(codes))
            .put("addresses", top());
    return Optional.of(new Event("auth", "summary", "", "broker", detail.build()));
  }

  /** One record for what was not written one by one; empty when everything was. */
  Optional<Event> floodSummary(long minute) {
    if (total == 0) return Optional.empty();
    var detail =
        period(minute)
            .put("suppressed", total)
            .put("kinds", counts(kinds))
            .put("codes", counts(codes))
            .put("addresses", top());
    return Optional.of(new Event("flood", "summary", "", "broker", detail.build()));
  }

  private static JsonObject.Builder period(long minute) {
    return JsonObject.builder().put("minute", Instant.ofEpochSecond(minute * 60).toString());
  }

  private static JsonObject counts(Map<String, Long> counts) {
    var members = new LinkedHashMap<String, JsonValue>();
    counts.forEach((name, count) -> members.put(name, JsonNumber.of(count)));
    return new JsonObject(members);
  }

  private JsonArray top() {
    List<JsonValue> most =
        addresses.entrySet().stream()
            .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
            .limit(TOP)
            .<JsonValue>map(
                e ->
                    JsonObject.builder()
                        .put("address", e.getKey())
                        .put("count", e.getValue())
                        .build())
            .toList();
    return new JsonArray(most);
  }
}
