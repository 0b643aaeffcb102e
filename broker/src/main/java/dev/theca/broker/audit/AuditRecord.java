package dev.theca.broker.audit;

import dev.theca.broker.store.Row;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import dev.theca.wire.json.JsonString;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.HexFormat;

/**
 * One record of the chain.
 *
 * @param time milliseconds since 1970
 * @param detail canonical JSON (RFC 8785) of an object
 * @param previous hash of the record before, 64 zeros for the first
 * @param hash SHA-256 over the canonical JSON of all other members
 */
record AuditRecord(
    long seq,
    long time,
    String kind,
    String outcome,
    String tenant,
    String actor,
    String detail,
    String previous,
    String hash) {
  static final String NONE = "0".repeat(64);
  static final String COLUMNS = "seq, time, kind, outcome, tenant, actor, detail, previous, hash";

  private static final int MAX_DETAIL = 16 << 10;
  private static final int MAX_WORD = 256;

  /** The record that follows another; texts of the event are cut to what the trail keeps. */
  static AuditRecord after(long seq, String previous, long time, Event event) {
    var open =
        new AuditRecord(
            seq,
            time,
            word(event.kind()),
            word(event.outcome()),
            word(event.tenant()),
            word(event.actor()),
            detail(event.detail()),
            previous,
            "");
    String hash = hash(open.body().getBytes(StandardCharsets.UTF_8));
    return new AuditRecord(
        seq, time, open.kind, open.outcome, open.tenant, open.actor, open.detail, previous, hash);
  }

  static AuditRecord read(Row row) throws SQLException {
    return new AuditRecord(
        row.number(1),
        row.number(2),
        row.text(3),
        row.text(4),
        row.text(5),
        row.text(6),
        row.text(7),
        row.text(8),
        row.text(9));
  }

  /** What the hash covers. Written by hand since the detail is canonical already. */
  private String body() {
    return members("");
  }

  /** The record as a line of an export, without its end. */
  String line() {
    return members(",\"hash\":\"" + hash + "\"");
  }

  private String members(String hashMember) {
    return "{\"actor\":"
        + quoted(actor)
        + ",\"detail\":"
        + detail
        + hashMember
        + ",\"kind\":"
        + quoted(kind)
        + ",\"outcome\":"
        + quoted(outcome)
        + ",\"previous\":\""
        + previous
        + "\",\"seq\":"
        + seq
        + ",\"tenant\":"
        + quoted(tenant)
        + ",\"time\":"
        + time
        + "}";
  }

  private static String quoted(String text) {
    return Json.text(new JsonString(text));
  }

  /** Bounded, and free of what a database or UTF-8 would change: NUL and lone surrogates. */
  private static String word(String text) {
    String cut = text.length() > MAX_WORD ? text.substring(0, MAX_WORD) + "..." : text;
    return new String(
        cut.replace('\0', '?').getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  private static String detail(JsonObject detail) {
    byte[] canonical = Json.canonical(detail);
    if (canonical.length <= MAX_DETAIL) return new String(canonical, StandardCharsets.UTF_8);
    var instead =
        JsonObject.builder().put("omittedBytes", canonical.length).put("sha256", hash(canonical));
    detail
        .string("code")
        .filter(code -> code.length() <= 64)
        .ifPresent(c -> instead.put("code", c));
    detail
        .string("reason")
        .filter(id -> id.length() <= 64)
        .ifPresent(r -> instead.put("reason", r));
    return new String(Json.canonical(instead.build()), StandardCharsets.UTF_8);
  }

  /** SHA-256 in hexadecimal. */
  static String hash(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the JDK lacks SHA-256", e);
    }
  }
}
