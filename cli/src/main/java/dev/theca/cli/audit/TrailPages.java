package dev.theca.cli.audit;

import dev.theca.broker.AdminCall;
import dev.theca.cli.broker.Talk;
import dev.theca.wire.json.Json;
import dev.theca.wire.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * Joins the pages of a trail into one file: the first page whole, of the others all but the header,
 * since each goes on where the one before ended. Later keys are announced by records.
 */
final class TrailPages {
  private static final int PAGE = 1_000;

  private final Talk talk;
  private final int size;

  TrailPages(Talk talk) {
    this(talk, PAGE);
  }

  /** With so many records in a page, or a few more. */
  TrailPages(Talk talk, int size) {
    this.talk = talk;
    this.size = size;
  }

  /** What was written: first record, and how many. */
  record Written(long first, long records) {}

  Written join(long from, OutputStream out) throws IOException {
    long next = from;
    long first = 0;
    while (true) {
      byte[] page = page(next, size);
      int body = header(page);
      long begins = object(page, 0, body - 1).integer("first").orElse(0L);
      boolean begun = first > 0;
      if (!begun) first = begins;
      else if (begins != next)
        throw new IOException("records were removed while the export ran; start it again");
      out.write(page, begun ? body : 0, page.length - (begun ? body : 0));
      long last = last(page, body).orElse(begins - 1);
      if (last - begins + 1 < size) return new Written(first, last - first + 1);
      next = last + 1;
    }
  }

  /** The first record that is not older than a time; beyond the last when there is none. */
  long since(Instant time) throws IOException {
    byte[] page = page(1, 1);
    long low = object(page, 0, header(page) - 1).integer("first").orElse(1L);
    long high = low;
    for (long step = 1; isBefore(high, time); step *= 2) {
      low = high + 1;
      high += step;
    }
    while (low < high) {
      long middle = low + (high - low) / 2;
      if (isBefore(middle, time)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Whether there is such a record, and it is older. */
  private boolean isBefore(long sequence, Instant time) throws IOException {
    byte[] page = page(sequence, 1);
    int body = header(page);
    if (body == page.length) return false;
    int end = end(page, body);
    long millis = object(page, body, end).integer("time").orElse(0L);
    return Instant.ofEpochMilli(millis).isBefore(time);
  }

  private byte[] page(long from, int limit) {
    return talk.bytes(
        AdminCall.get("theca/v1/audit").with("from", from + "").with("limit", limit + ""));
  }

  /** Where the line after the header begins. */
  private static int header(byte[] page) throws IOException {
    int end = end(page, 0);
    if (end == page.length) throw new IOException("the broker sent no page of its audit trail");
    return end + 1;
  }

  private static int end(byte[] page, int from) {
    int at = from;
    while (at < page.length && page[at] != '\n') at++;
    return at;
  }

  /** The sequence in the last line: of a record, or of the head that covers it. */
  private static Optional<Long> last(byte[] page, int body) throws IOException {
    int end = page.length;
    if (end > body && page[end - 1] == '\n') end--;
    if (end <= body) return Optional.empty();
    int begin = end;
    while (begin > body && page[begin - 1] != '\n') begin--;
    var line = object(page, begin, end);
    return Optional.of(
        line.object("head")
            .flatMap(head -> head.integer("seq"))
            .or(() -> line.integer("seq"))
            .orElseThrow(() -> new IOException("a page of the trail ends in another line")));
  }

  private static JsonObject object(byte[] page, int from, int to) {
    return Json.object(Arrays.copyOfRange(page, from, to)).orThrow();
  }
}
