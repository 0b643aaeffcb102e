package dev.theca.broker.reference;

import dev.theca.broker.admin.Actor;
import dev.theca.broker.audit.Audit;
import dev.theca.broker.audit.Event;
import dev.theca.broker.store.Database;
import dev.theca.broker.store.Sql;
import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The way of a message into the table: provenance first, then the payload, then scope, time and
 * order. All of its values are registered, or none.
 */
final class Registration {
  private static final int MAX_VALUES = 5000;
  private static final int MAX_NAMES = 100_000;
  private static final int MAX_AUDITED = 50;
  private static final Duration AHEAD = Duration.ofMinutes(5);
  private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}]{1,512}");

  private final Database database;
  private final Audit audit;
  private final ReferenceSettings settings;
  private final Provenance provenance;

  Registration(Database database, Audit audit, ReferenceSettings settings) {
    this.database = database;
    this.audit = audit;
    this.settings = settings;
    provenance = new Provenance(settings.keys());
  }

  /** Values that may be registered, as far as the message alone can tell. */
  private record Sound(
      ReferenceMessage message,
      Origin origin,
      Extracted extracted,
      Instant expires,
      Instant registered) {
    Succession succession() {
      return new Succession(message.type(), message.append(), origin, expires, registered);
    }
  }

  Outcome<List<String>> signed(JsonObject json, Instant now) {
    return ReferenceMessage.parse(json)
        .then(
            message ->
                unsigned(message)
                    ? refuseUnsigned("send a signed message, or have an administrator register it")
                    : verified(message, now).then(this::store));
  }

  Outcome<List<String>> byAdmin(JsonObject json, Actor by, Instant now) {
    return ReferenceMessage.parse(json)
        .then(
            message -> {
              if (!unsigned(message)) return verified(message, now).then(this::store);
              return settings.unsignedByAdmin()
                  ? extracted(message, Origin.admin(by.name(), now), now).then(this::store)
                  : refuseUnsigned(
                      "sign the message, or set reference.unsigned = \"admin\" to let"
                          + " administrators register without a signature");
            });
  }

  private static boolean unsigned(ReferenceMessage message) {
    return message.signature().isEmpty() && !signedCorim(message);
  }

  private static boolean signedCorim(ReferenceMessage message) {
    return message.type().equals("corim") && Provenance.isSigned(message.payload());
  }

  private Outcome<Sound> verified(ReferenceMessage message, Instant now) {
    if (!message.signature().isEmpty())
      return provenance.of(message, now).then(origin -> extracted(message, origin, now));
    return provenance
        .of(message.payload(), now)
        .then(
            signed ->
                CorimExtractor.of(signed.corim())
                    .then(values -> checked(message, signed.origin(), values, now)));
  }

  private Outcome<Sound> extracted(ReferenceMessage message, Origin origin, Instant now) {
    return Extractor.of(message.type())
        .then(extractor -> extractor.extract(message.payload()))
        .then(values -> checked(message, origin, values, now));
  }

  private Outcome<Sound> checked(
      ReferenceMessage message, Origin origin, Extracted extracted, Instant now) {
    var values = extracted.values();
    if (values.isEmpty() || values.size() > MAX_VALUES)
      return payload("1 to " + MAX_VALUES + " values", values.size() + "");
    var utf8 = StandardCharsets.UTF_8.newEncoder();
    for (Map.Entry<String, JsonValue> value : values.entrySet()) {
      String name = value.getKey();
      if (!NAME.matcher(name).matches()
          || !utf8.canEncode(name)
          || !utf8.canEncode(Json.text(value.getValue())))
        return payload(
            "names of 1 to 512 characters, and texts of whole characters",
            ReferenceCode.shown(name));
      if (!origin.mayName(name))
        return ReferenceCode.SCOPE.refuse(
            "reference value " + ReferenceCode.shown(name),
            "within " + origin.key().map(ProvenanceKey::scope).orElse(List.of()),
            "outside the scope of " + origin.name(),
            "widen the scope of the key, or sign with another");
      if (message.append() && !(value.getValue() instanceof JsonArray))
        return ReferenceCode.APPEND.refuse(
            "reference value " + ReferenceCode.shown(name),
            "a list to be added",
            "another value",
            "send a list, or overwrite");
    }
    var expires =
        origin
            .expires()
            .orElseGet(
                () ->
                    origin
                        .lifeFrom()
                        .atOffset(ZoneOffset.UTC)
                        .plusMonths(settings.lifeMonths())
                        .toInstant());
    if (extracted.notAfter().filter(expires::isAfter).isPresent())
      expires = extracted.notAfter().get();
    if (!now.isBefore(expires))
      return time("expiration after " + now, expires + "", "register a current message");
    if (extracted.notBefore().filter(now.plus(AHEAD)::isBefore).isPresent())
      return time(
          "validity that has begun", extracted.notBefore().get() + "", "wait, or correct it");
    return Outcome.granted(new Sound(message, origin, extracted, expires, now));
  }

  private Outcome<List<String>> store(Sound sound) {
    return database.write(
        sql -> {
          ReferenceTable.lock(sql);
          var next = new ArrayList<ReferenceVersion>();
          for (Map.Entry<String, JsonValue> value : sound.extracted.values().entrySet()) {
            var newest = ReferenceTable.newest(sql, value.getKey());
            switch (sound.succession().after(newest, value.getKey(), value.getValue())) {
              case Outcome.Refused<Optional<ReferenceVersion>> no -> {
                return no.as();
              }
              case Outcome.Granted<Optional<ReferenceVersion>>(var version) ->
                  version.ifPresent(next::add);
            }
          }
          long added = next.stream().filter(v -> v.version() == 1).count();
          if (added > 0 && ReferenceTable.names(sql) + added > MAX_NAMES)
            return payload("at most " + MAX_NAMES + " names in all", "more");
          for (ReferenceVersion version : next) ReferenceTable.put(sql, version);
          if (!next.isEmpty()) {
            ReferenceTable.changed(sql);
            audit(sql, sound, next);
          }
          return Outcome.granted(List.copyOf(sound.extracted.values().keySet()));
        });
  }

  private void audit(Sql sql, Sound sound, List<ReferenceVersion> versions) throws SQLException {
    var values = JsonObject.builder();
    for (ReferenceVersion version : versions.subList(0, Math.min(MAX_AUDITED, versions.size())))
      values.put(version.name(), version.sha256());
    var detail =
        JsonObject.builder()
            .put("action", "register")
            .put("type", sound.message.type())
            .put("mode", sound.message.append() ? "append" : "overwrite")
            .put("count", versions.size())
            .put("sha256", values.build())
            .put("issued", sound.origin.issued().toString())
            .put("expiration", sound.expires.toString())
            .build();
    audit.append(sql, new Event("reference", "granted", "", sound.origin.name(), detail));
  }

  private static <T> Outcome<T> refuseUnsigned(String next) {
    return ReferenceCode.UNSIGNED.refuse(
        "provenance of the reference values", "a signature", "none", next);
  }

  private static <T> Outcome<T> payload(String expected, String found) {
    return ReferenceCode.PAYLOAD.refuse(
        "payload of the reference value message", expected, found, "correct the payload");
  }

  private static <T> Outcome<T> time(String expected, String found, String next) {
    return ReferenceCode.TIME.refuse("validity of the reference values", expected, found, next);
  }
}
