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
      Instant registered) {}

  Outcome<List<String>> signed(JsonObject json, Instant now) {
    return ReferenceMessage.parse(json)
        .then(
            message ->
                message.signature().isEmpty() && !signedCorim(message)
                    ? unsigned("send a signed message, or have an administrator register it")
                    : sound(message, Optional.empty(), now).then(this::store));
  }

  Outcome<List<String>> byAdmin(JsonObject json, Actor by, Instant now) {
    return ReferenceMessage.parse(json)
        .then(
            message ->
                message.signature().isEmpty()
                        && !signedCorim(message)
                        && !settings.unsignedByAdmin()
                    ? unsigned(
                        "sign the message, or set reference.unsigned = \"admin\" to let"
                            + " administrators register without a signature")
                    : sound(message, Optional.of(by), now).then(this::store));
  }

  private static boolean signedCorim(ReferenceMessage message) {
    return message.type().equals("corim") && Provenance.isSigned(message.payload());
  }

  private Outcome<Sound> sound(ReferenceMessage message, Optional<Actor> by, Instant now) {
    return Extractor.of(message.type())
        .then(
            extractor -> {
              if (message.signature().isEmpty() && signedCorim(message))
                return provenance
                    .of(message.payload(), now)
                    .then(
                        c ->
                            CorimExtractor.of(c.corim())
                                .then(values -> checked(message, c.origin(), values, now)));
              var origin =
                  message.signature().isEmpty() && by.isPresent()
                      ? Outcome.granted(Origin.admin(by.get().name(), now))
                      : provenance.of(message, now);
              return origin.then(
                  o ->
                      extractor
                          .extract(message.payload())
                          .then(values -> checked(message, o, values, now)));
            });
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
          ReferenceTable.change(sql);
          var next = new ArrayList<ReferenceVersion>();
          for (Map.Entry<String, JsonValue> value : sound.extracted.values().entrySet()) {
            var newest = ReferenceTable.newest(sql, value.getKey());
            switch (next(sound, value.getKey(), value.getValue(), newest)) {
              case Outcome.Refused<Optional<ReferenceVersion>> no -> {
                return no.as();
              }
              case Outcome.Granted<Optional<ReferenceVersion>>(var version) ->
                  version.ifPresent(next::add);
            }
          }
          if (ReferenceTable.count(sql) + next.size() > MAX_NAMES)
            return payload("at most " + MAX_NAMES + " names in all", "more");
          for (ReferenceVersion version : next) ReferenceTable.put(sql, version);
          audit(sql, sound, next);
          return Outcome.granted(List.copyOf(sound.extracted.values().keySet()));
        });
  }

  /** The version to store; none when the same message was stored already. */
  private static Outcome<Optional<ReferenceVersion>> next(
      Sound sound, String name, JsonValue given, Optional<ReferenceVersion> newest) {
    var origin = sound.origin;
    boolean admin = origin.key().isEmpty();
    var issued = Instant.ofEpochMilli(origin.issued().toEpochMilli());
    var registered = Instant.ofEpochMilli(sound.registered().toEpochMilli());
    JsonValue value = given;
    var expires = sound.expires;
    var force = newest.filter(v -> v.validAt(registered));
    if (sound.message.append() && force.isPresent()) {
      if (!(force.get().value() instanceof JsonArray(List<JsonValue> there)))
        return ReferenceCode.APPEND.refuse(
            "reference value " + ReferenceCode.shown(name),
            "a list to add to",
            "another value",
            "overwrite it");
      value = union(there, ((JsonArray) given).items());
      // What was there must not live longer because something was added.
      if (force.get().expires().isBefore(expires)) expires = force.get().expires();
    }
    if (newest.isPresent() && !admin) {
      var old = newest.get();
      boolean same = !old.deleted() && old.sha256().equals(ReferenceTable.sha256(value));
      if (issued.equals(old.issued()) && same) return Outcome.granted(Optional.empty());
      if (!issued.isAfter(old.issued()))
        return ReferenceCode.ROLLBACK.refuse(
            "reference value " + ReferenceCode.shown(name),
            "issued after " + old.issued() + ", when version " + old.version() + " was",
            issued.toString(),
            "sign the values anew");
    }
    if (newest.isPresent() && issued.isBefore(newest.get().issued()))
      issued = newest.get().issued();
    return Outcome.granted(
        Optional.of(
            new ReferenceVersion(
                name,
                newest.map(ReferenceVersion::version).orElse(0L) + 1,
                sound.message.type(),
                value,
                ReferenceTable.sha256(value),
                origin.name(),
                issued,
                registered,
                expires)));
  }

  private static JsonArray union(List<JsonValue> there, List<JsonValue> added) {
    var all = new java.util.LinkedHashSet<>(there);
    all.addAll(added);
    return new JsonArray(List.copyOf(all));
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

  private static <T> Outcome<T> unsigned(String next) {
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
