package dev.theca.broker.audit;

import dev.theca.wire.Outcome;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The state of a verification: what was read so far, and what must come next. */
final class ChainCheck {
  private final KeyHistory keys;
  private final Expected expected;
  private final long first;
  private long seq;
  private String hash;
  private long covered;
  private long vouched;
  private long heads;
  private long signedAt;
  private long removedThrough;
  private final Set<String> signers = new LinkedHashSet<>();

  private ChainCheck(KeyHistory keys, Expected expected, long first, String previous) {
    this.keys = keys;
    this.expected = expected;
    this.first = first;
    seq = first - 1;
    hash = previous;
    covered = seq;
  }

  static Outcome<ChainCheck> begin(JsonObject header, Expected expected) {
    long first = header.integer("first").orElse(0L);
    String previous = header.string("previous").orElse("");
    if (!header.string("format").orElse("").equals(AuditExport.FORMAT)
        || first < 1
        || !previous.matches("[0-9a-f]{64}")
        || (first == 1 && !previous.equals(AuditRecord.NONE))) {
      return AuditVerify.malformed(
          "header of the export", "format " + AuditExport.FORMAT, "another");
    }
    return KeyHistory.read(header.array("keys").orElse(List.of()), expected.keys())
        .then(keys -> new ChainCheck(keys, expected, first, previous).start(header));
  }

  private Outcome<ChainCheck> start(JsonObject header) {
    for (Expected.Known known : expected.heads()) {
      if (known.seq() < first - 1)
        return no(
            AuditCode.AUDIT_HEAD,
            "export",
            "records from " + (known.seq() + 1) + " on, to reach the known head",
            "records from " + first,
            "export from an earlier record");
    }
    var checkpoint = header.object("checkpoint");
    return meets()
        .then(_ -> checkpoint.isPresent() ? head(checkpoint.get()) : Outcome.granted(true))
        .map(_ -> this);
  }

  Outcome<Boolean> record(JsonObject record) {
    long next = seq + 1;
    var named = record.integer("seq");
    var own = record.string("hash");
    var previous = record.string("previous");
    if (named.isEmpty() || own.isEmpty() || previous.isEmpty())
      return AuditVerify.malformed(
          "record after " + seq, "members seq, previous and hash", "a record without them");
    if (named.get() != next)
      return no(
          AuditCode.AUDIT_ORDER,
          "record after " + seq,
          "record " + next,
          "record " + named.get(),
          named.get() > next
              ? "records are missing: look for who could delete them"
              : "records were inserted or moved: look for who could write them");
    if (!own.get().equals(recomputed(record)))
      return no(
          AuditCode.AUDIT_CHANGED,
          "record " + next,
          "the hash over its members, " + recomputed(record),
          own.get(),
          "the record was changed after it was written: look for who could");
    if (!previous.get().equals(hash))
      return no(
          AuditCode.AUDIT_CHAIN,
          "record " + next,
          "one that follows " + hash,
          "one that follows " + previous.get(),
          "it was replaced, or is of another chain: look for who could write it");
    return special(record, next, previous.get())
        .then(
            _ -> {
              seq = next;
              hash = own.get();
              return meets();
            });
  }

  private static String recomputed(JsonObject record) {
    var members = new LinkedHashMap<>(record.members());
    members.remove("hash");
    try {
      return AuditRecord.hash(Json.canonical(new JsonObject(members)));
    } catch (IllegalArgumentException e) {
      return "none"; // a number that is no double has no canonical form
    }
  }

  private Outcome<Boolean> special(JsonObject record, long at, String previous) {
    String kind = record.string("kind").orElse("");
    var detail = record.object("detail").orElseGet(() -> JsonObject.builder().build());
    if (kind.equals(Retention.KIND))
      removedThrough = Math.max(removedThrough, detail.integer("through").orElse(0L));
    if (!kind.equals(KeyChange.KIND)) return Outcome.granted(true);
    boolean agreed = KeyChange.of(detail).filter(c -> keys.accepts(c, at, previous)).isPresent();
    return agreed
        ? Outcome.granted(true)
        : no(
            AuditCode.AUDIT_KEY,
            "record " + at,
            "a key that the one before agrees to",
            "another",
            "look for who could change the signing key");
  }

  Outcome<Boolean> head(JsonObject json) {
    var head = SignedHead.of(json);
    if (head.isEmpty())
      return AuditVerify.malformed("head after record " + seq, "a signed head", "another object");
    if (head.get().seq() != seq || !head.get().hash().equals(hash))
      return no(
          AuditCode.AUDIT_HEAD,
          "head after record " + seq,
          "sequence " + seq + " and hash " + hash,
          "sequence " + head.get().seq() + " and hash " + head.get().hash(),
          "the head is of another chain or place");
    var key = keys.keyOf(head.get());
    if (key.isEmpty())
      return no(
          AuditCode.AUDIT_KEY,
          "head of record " + seq,
          "a signature of the key in force",
          "one of key " + head.get().keyId(),
          "look for who signed it");
    if (!head.get().holdsUnder(key.get()))
      return no(
          AuditCode.AUDIT_SIGNATURE,
          "head of record " + seq,
          "a signature of key " + head.get().keyId(),
          "another",
          "the head was forged: look for who could write it");
    covered = seq;
    heads++;
    signedAt = head.get().time();
    signers.add(head.get().keyId());
    if (keys.believes(head.get().keyId())) vouched = seq;
    return Outcome.granted(true);
  }

  private Outcome<Boolean> meets() {
    for (Expected.Known known : expected.heads()) {
      if (known.seq() != seq) continue;
      if (!known.hash().equals(hash))
        return no(
            AuditCode.AUDIT_HEAD,
            "record " + seq,
            "the known hash " + known.hash(),
            hash,
            "the chain was rewritten, or is another one");
      vouched = Math.max(vouched, seq);
    }
    return Outcome.granted(true);
  }

  Outcome<AuditReport> end() {
    for (Expected.Known known : expected.heads()) {
      if (known.seq() > seq)
        return no(
            AuditCode.AUDIT_TRUNCATED,
            "export",
            "records up to the known head " + known.seq(),
            "records up to " + seq,
            "its end was cut off, or it was exported too early");
    }
    if (covered < seq)
      return no(
          AuditCode.AUDIT_UNSIGNED,
          "record " + seq,
          "a signed head that covers it",
          "heads up to record " + covered,
          "the end was cut off or added: take the export again");
    if (!expected.keys().isEmpty() && (!keys.hasBelieved() || (vouched < seq && seq >= first)))
      return no(
          AuditCode.AUDIT_KEY,
          "export",
          "signed by " + String.join(" or ", expected.keys()) + ", or a successor",
          "signed by " + String.join(", ", signers),
          "compare the thumbprint with the broker's; if it is right, the export is forged");
    return Outcome.granted(
        new AuditReport(
            first,
            seq,
            hash,
            heads,
            List.copyOf(signers),
            Instant.ofEpochMilli(signedAt),
            vouched,
            removedThrough));
  }

  private static <T> Outcome<T> no(
      AuditCode code, String what, String wanted, String found, String next) {
    return Outcome.refused(code, what, wanted, found, next);
  }
}
