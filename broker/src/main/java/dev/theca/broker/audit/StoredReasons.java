package dev.theca.broker.audit;

import dev.theca.broker.store.Database;
import dev.theca.broker.store.Sql;
import dev.theca.wire.Refusal;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonArray;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import dev.theca.wire.json.JsonValue;
import dev.theca.wire.json.RefusalJson;
import dev.theca.wire.kbs.PodName;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Reasons in the database, under the sequence of their audit record. The oldest go first when they
 * are too many or too old; those of a flood are not kept, and their id finds nothing.
 */
public final class StoredReasons implements Reasons {
  private static final int ID_CHARS = 12;
  private static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
  private static final int MAX_BODY = 256 << 10;
  private static final int MAX_SUBJECT = 1024;
  private static final int TRIM_EVERY = 1024;
  private static final List<String> SUBJECTS =
      List.of("pod", "pod_uid", "workload", "subject", "path", "tee", "measurement");

  private final Database database;
  private final AuditTrail trail;
  private final InstantSource clock;
  private final int maxNumber;
  private final Duration maxAge;
  private final SecureRandom random = new SecureRandom();

  public StoredReasons(Database database, AuditTrail trail, InstantSource clock) {
    this(database, trail, clock, 100_000, Duration.ofDays(30));
  }

  public StoredReasons(
      Database database, AuditTrail trail, InstantSource clock, int maxNumber, Duration maxAge) {
    this.database = database;
    this.trail = trail;
    this.clock = clock;
    this.maxNumber = maxNumber;
    this.maxAge = maxAge;
  }

  @Override
  public String keep(Sql sql, Event event, List<Refusal> reasons, JsonObject context)
      throws SQLException {
    String id = newId();
    var noted = noted(event, id, reasons);
    if (trail.admits(noted)) write(sql, id, noted, reasons, context);
    return id;
  }

  @Override
  public String keep(Event event, List<Refusal> reasons, JsonObject context) {
    String id = newId();
    var noted = noted(event, id, reasons);
    if (!trail.admits(noted)) return id;
    return database.write(
        sql -> {
          write(sql, id, noted, reasons, context);
          return id;
        });
  }

  private void write(Sql sql, String id, Event noted, List<Refusal> reasons, JsonObject context)
      throws SQLException {
    long seq = trail.appendAdmitted(sql, noted);
    long time = clock.millis();
    sql.update(
        "INSERT INTO reason (seq, id, time, subject, body, pod, pod_uid)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?)",
        seq,
        id,
        time,
        subject(noted, context),
        body(id, time, noted, reasons, context),
        noted.detail().string("pod").orElse(""),
        noted.detail().string("pod_uid").orElse(""));
    if (random.nextInt(TRIM_EVERY) == 0) trim(sql, clock.instant());
  }

  private static Event noted(Event event, String id, List<Refusal> reasons) {
    var detail = new LinkedHashMap<>(event.detail().members());
    detail.put("reason", new JsonString(id));
    if (!reasons.isEmpty())
      detail.putIfAbsent("code", new JsonString(reasons.getFirst().code().id()));
    return new Event(
        event.kind(), event.outcome(), event.tenant(), event.actor(), new JsonObject(detail));
  }

  private static String body(
      String id, long time, Event event, List<Refusal> reasons, JsonObject context) {
    List<JsonValue> written =
        reasons.stream().limit(64).<JsonValue>map(RefusalJson::write).toList();
    var body =
        JsonObject.builder()
            .put("id", id)
            .put("time", Instant.ofEpochMilli(time).toString())
            .put("kind", event.kind())
            .put("outcome", event.outcome())
            .put("tenant", event.tenant())
            .put("actor", event.actor())
            .put("detail", event.detail())
            .put("reasons", new JsonArray(written));
    String whole = Json.text(with(body.build(), context));
    return whole.length() <= MAX_BODY
        ? whole
        : Json.text(
            with(body.build(), JsonObject.builder().put("omittedChars", whole.length()).build()));
  }

  private static JsonObject with(JsonObject body, JsonObject context) {
    var members = new LinkedHashMap<>(body.members());
    members.put("context", context);
    return new JsonObject(members);
  }

  private static String subject(Event event, JsonObject context) {
    var text = new StringBuilder(event.actor()).append('\n').append(event.tenant());
    for (String name : SUBJECTS) {
      event.detail().string(name).ifPresent(value -> text.append('\n').append(value));
      context.string(name).ifPresent(value -> text.append('\n').append(value));
    }
    String plain = text.toString().replace('\0', '?').toLowerCase(Locale.ROOT);
    return plain.substring(0, Math.min(plain.length(), MAX_SUBJECT));
  }

  private String newId() {
    var id = new StringBuilder(ID_CHARS);
    for (int i = 0; i < ID_CHARS; i++) id.append(BASE32.charAt(random.nextInt(32)));
    return id.toString();
  }

  @Override
  public Optional<JsonObject> find(String id) {
    if (!id.matches("[a-z2-7]{12}")) return Optional.empty();
    return database.read(
        sql -> sql.one("SELECT body FROM reason WHERE id = ?", row -> json(row.text(1)), id));
  }

  /** The newest refusals whose actor, tenant, pod, workload or path contains the text. */
  public List<JsonObject> forSubject(String text, int most) {
    if (text.isBlank() || text.length() > 256) return List.of();
    String pattern =
        text.replace('\0', '?')
            .toLowerCase(Locale.ROOT)
            .replace("\\", "\\\\")
            .replace("%", "\\%")
            .replace("_", "\\_");
    return database.read(
        sql ->
            sql.list(
                "SELECT body FROM reason WHERE subject LIKE ? ESCAPE '\\'"
                    + " ORDER BY seq DESC LIMIT ?",
                row -> json(row.text(1)),
                "%" + pattern + "%",
                Math.clamp(most, 1, 100)));
  }

  /**
   * The newest refusals of clients that said they are in a pod.
   *
   * @param pod {@code NAMESPACE/NAME}, or its UID; another text finds none
   */
  public List<JsonObject> forPod(String pod, int most) {
    boolean path = PodName.parse(pod).filter(name -> name.uid().isEmpty()).isPresent();
    if (!path && !PodName.isUid(pod)) return List.of();
    return database.read(
        sql ->
            sql.list(
                "SELECT body FROM reason WHERE "
                    + (path ? "pod" : "pod_uid")
                    + " = ? ORDER BY seq DESC LIMIT ?",
                row -> json(row.text(1)),
                pod,
                Math.clamp(most, 1, 100)));
  }

  private static JsonObject json(String body) {
    return Json.object(body.getBytes(StandardCharsets.UTF_8)).orThrow();
  }

  /** Removes what is too old or too much: to be called once a minute by one replica or all. */
  public void trim(Instant now) {
    int unused = database.write(sql -> trim(sql, now));
  }

  private int trim(Sql sql, Instant now) throws SQLException {
    int old = sql.update("DELETE FROM reason WHERE time < ?", now.minus(maxAge).toEpochMilli());
    int many =
        sql.update(
            "DELETE FROM reason WHERE seq <= (SELECT seq FROM reason ORDER BY seq DESC"
                + " LIMIT 1 OFFSET ?)",
            maxNumber);
    return old + many;
  }
}
